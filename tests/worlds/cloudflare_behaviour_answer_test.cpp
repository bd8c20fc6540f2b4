// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of answers and of what happens past the API: 1, 2, 60 to 64.
#include <functional>

#include "worlds/cloudflare_behaviour_checks.hpp"
#include "worlds/cloudflare_human.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using Kind = HttpFault::Kind;
using enum Behaviour;

constexpr const char* kUnknownId = "/2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

void envelope(House& house, Findings& f) {
  const Reply good = house.get(house.settings());
  f.that(good.json.is_object() && good.json.value("success", false), "success");
  for (const char* field : {"errors", "messages"}) {
    f.that(good.json.contains(field) && good.json[field] == nlohmann::json::array(), std::string("empty ") + field);
  }
  f.that(good.json.contains("result"), "result");
  const Reply bad = house.get(house.certificates() + kUnknownId);
  f.that(bad.json.value("success", true) == false && bad.json["messages"].is_array(), "success is false");
  f.that(!bad.json["errors"].empty() && bad.code() >= 1000 && !bad.message().empty(), "errors with code and message");
  const net::Served elsewhere = house.service.handle({.method = "GET", .target = "/zones"});
  f.that(elsewhere.status == 404 && elsewhere.content_type == "text/html", "nothing but below /client/v4");
}

void service_errors_omit_result(House& house, Findings& f) {
  const Reply of_service = house.get(house.certificates() + kUnknownId);
  f.that(of_service.status() >= 400 && !of_service.json.contains("result"), "no result from the service");
  const Reply of_gateway = house.get("/zones/malformed");
  f.that(of_gateway.status() >= 400 && of_gateway.json.contains("result") && of_gateway.json["result"].is_null(),
         "a null one from the gateway");
}

void check_throttled_forms(House& house, Findings& f) {
  const auto throttled = [&](const std::string& form) {
    house.service.world().change([&](CloudflareState& state, const Moment& now) {
      state.modes.throttled_as = form;
      state.budgets[state.tokens.at("good").id].blocked_until = now.instant + Seconds(10);
    });
    return house.get("/zones");
  };
  f.that(throttled("429").status() == 429 && throttled("429").code() == 971, "429 with 971");
  const Reply inside = throttled("200");
  f.that(inside.status() == 200 && !inside.ok() && inside.code() == 971, "971 inside a 200");
  f.that(throttled("empty").status() == 429 && throttled("empty").served.body.empty(), "429 with nothing");
  f.that(throttled("null").status() == 429 && throttled("null").served.body == "null", "429 with null");
  house.advance(Seconds(10));
}

void odd_answers(House& house, Findings& f) {
  check_throttled_forms(house, f);
  f.that(house.get("/zones/%zz").served.content_type == "text/html", "HTML for a malformed URL");
  house.service.faults().add({.kind = Kind::kHtml, .status = 520});
  const Reply page = house.get("/zones");
  f.that(page.status() == 520 && page.served.content_type == "text/html", "HTML with a 520");
  house.service.faults().add({.kind = Kind::kTruncatedJson});
  f.that(house.get("/zones").json.is_discarded(), "JSON that is cut");
  house.service.faults().add({.kind = Kind::kEmptyBody, .status = 429});
  f.that(house.get("/zones").served.body.empty(), "an empty body");
  house.service.faults().add({.kind = Kind::kClose, .executed = true});
  f.that(house.upload(pool_pair(0)).served.fault == net::Served::Fault::kCloseBeforeAnswer, "a cut connection");
  f.that(house.look().certificates.size() == 1, "after the upload was done");
}

void late_answers(House& house, Findings& f) {
  const Instant start = house.env.now();
  house.service.faults().add({.kind = Kind::kSlow, .method = "POST", .delay = Seconds(100)});
  house.upload(pool_pair(0));
  f.that(house.env.now() - start >= Seconds(100), "it comes too late");
  f.that(house.look().certificates.size() == 1, "although the work is done");
}

void people(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  const auto act = [&](nlohmann::json what) {
    what["zone"] = "example.com";
    f.that(act_as_human(house.service.world(), what.dump()).has_value(), what.value("do", "") + " is done");
  };
  act({{"do", "zone-level"}, {"enabled", true}});
  f.that(house.look().zone_level, "a switch is flipped");
  act({{"do", "zone-level"}, {"enabled", false}});
  act({{"do", "delete"}, {"id", id}});
  f.that(is_tombstone(house.look().certificates.front()), "a certificate is deleted");
  const support::Identity& theirs = pool_pair(1);
  act({{"do", "upload"}, {"certificate", theirs.certificate_pem}, {"private_key", theirs.key_pem}});
  house.advance(Seconds(60));
  house.switch_on();
  f.that(house.look().certificates.back().foreign, "a newer foreign one is uploaded");
  f.that(house.presents() == house.look().certificates.back().fingerprint, "and in use");
}

void extra_fields(House& house, Findings& f) {
  house.uploaded(pool_pair(0));
  f.that(!house.list().mentions("x_not_known_yet"), "none unless it is asked for");
  house.set_modes([](CloudflareModes& modes) { modes.extra_fields = true; });
  const std::function<bool(const nlohmann::json&)> everywhere = [&](const nlohmann::json& value) {
    if (value.is_object() && !value.contains("x_not_known_yet")) return false;
    for (const auto& [name, one] : value.items()) {
      if (one.is_structured() && name != "x_not_known_yet" && !everywhere(one)) return false;
    }
    return true;
  };
  for (const std::string& path : {house.certificates(), house.settings(), std::string("/zones?name=example.com"),
                                  house.certificates() + kUnknownId}) {
    f.that(everywhere(house.get(path).json), "each object of " + path);
  }
  f.that(house.call("PUT", house.settings(), R"({"enabled":true,"since":2030})").ok(), "requests may have them, too");
}

void several_errors(House& house, Findings& f) {
  const std::string path = house.certificates() + kUnknownId;
  const int code = house.get(path).code();
  house.set_modes([](CloudflareModes& modes) { modes.vague_error_first = true; });
  const Reply refused = house.get(path);
  f.that(refused.json["errors"].size() == 2, "two errors");
  f.that(refused.json["errors"][0]["code"] == 1000 && refused.code() == code, "the specific one is the last");
}

}  // namespace

std::vector<BehaviourCheck> answer_checks() {
  return {{kEnvelope, envelope},
          {kServiceErrorsOmitResult, service_errors_omit_result},
          {kOddAnswers, odd_answers},
          {kLateAnswers, late_answers},
          {kPeople, people},
          {kExtraFields, extra_fields},
          {kSeveralErrors, several_errors}};
}

}  // namespace originpull::worlds
