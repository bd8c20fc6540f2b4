// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of uploads: 7, 8, 13 to 18, 20 to 27.
#include <regex>

#include "pki/describe.hpp"
#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using support::Identity;
using enum Behaviour;

bool matches(const std::string& text, const char* pattern) { return std::regex_match(text, std::regex(pattern)); }

// What is there as if Cloudflare were still deleting it.
void make_dying(House& house, const std::string& id) {
  house.set_zone([&](SimZone& zone) {
    if (SimCertificate* one = zone.certificate(id)) {
      one->status = "pending_deletion";
      one->steps.clear();
    }
  });
}

Identity spaced(Identity identity) {
  identity.certificate_pem = "a comment\n" + identity.certificate_pem + "\n\n";
  return identity;
}

void upload_needs_both_parts(House& house, Findings& f) {
  const auto whole = nlohmann::json::parse(upload_body(pool_pair(0)));
  for (const std::string part : {"certificate", "private_key"}) {
    auto body = whole;
    body.erase(part);
    f.that(house.call("POST", house.certificates(), body.dump()).status() == 400, "400 without " + part);
  }
  f.that(house.look().certificates.empty(), "what is refused leaves nothing");
}

void id_is_a_uuid(House& house, Findings& f) {
  const Reply made = house.upload(pool_pair(0));
  f.that(made.status() == 200 && made.ok(), "200");
  f.that(matches(made.text("id"), "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "a UUID");
  for (const char* field : {"certificate", "issuer", "signature", "expires_on", "uploaded_on", "status"}) {
    f.that(made.result().contains(field), std::string("the object has ") + field);
  }
}

void echo_is_normalised(House& house, Findings& f) {
  const std::string& sent = pool_pair(0).certificate_pem;
  const std::string echoed = house.upload(pool_pair(0)).text("certificate");
  f.that(echoed != sent && echoed + "\n" == sent, "it differs in the final line break and in nothing else");
}

void key_is_never_shown(House& house, Findings& f) {
  const auto look = [&](const Reply& reply) {
    f.that(!reply.mentions("private_key") && !reply.mentions("PRIVATE KEY"), "no answer has a key");
  };
  look(house.upload(pool_pair(0)));
  house.advance(Seconds(60));
  look(house.list());
  const std::string id = house.uploaded(pool_pair(1), Level::kHostname);
  look(house.list(Level::kHostname));
  look(house.associate("www.example.com", id, true));
  look(house.get(house.hostnames() + "/www.example.com"));
  look({.served = house.service.handle({.method = "GET", .target = "/__control/state"})});
  look({.served = house.service.handle({.method = "GET", .target = "/__control/calls"})});
}

void serial_number(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(7));
  f.that(house.read(id).text("serial_number") == "1007", "it is there in decimal");
  house.set_modes([](CloudflareModes& modes) { modes.serial_number = false; });
  f.that(!house.read(id).result().contains("serial_number"), "it can be left out");
}

void object_describes_the_leaf(House& house, Findings& f) {
  const Reply made = house.upload(pool_pair(0));
  f.that(made.text("issuer").find("pool CA") != std::string::npos, "issuer is the leaf's");
  f.that(made.text("signature") == "ECDSAWithSHA256", "signature is the leaf's");
  f.that(made.text("expires_on") == "2035-12-30T00:00:00Z", "expires_on is the leaf's");
  f.that(matches(made.text("uploaded_on"), R"(2026-11-24T05:00:00\.[0-9]+Z)"), "uploaded_on has a fraction");
}

void duplicate_is_refused(House& house, Findings& f) {
  const auto refuses = [&](const std::string& when) {
    const Reply again = house.upload(pool_pair(0));
    f.that(again.status() == 400 && again.code() == 1406, "1406 " + when);
  };
  house.upload(pool_pair(0));
  refuses("before its deployment");
  house.advance(Seconds(60));
  refuses("after its deployment");
  f.that(house.look().certificates.size() == 1, "there is one");
}

void duplicate_of_dying_is_refused(House& house, Findings& f) {
  make_dying(house, house.uploaded(pool_pair(0)));
  const Reply again = house.upload(pool_pair(0));
  f.that(again.status() == 400 && again.code() == 1406, "1406");
}

// The refusal of duplicates is two behaviours of its own, so one of them is enough here.
void duplicate_is_by_leaf(House& house, Findings& f) {
  house.uploaded(pool_pair(0));
  make_dying(house, house.uploaded(pool_pair(1)));
  const bool live = house.upload(spaced(pool_pair(0))).code() == 1406;
  const bool dying = house.upload(spaced(pool_pair(1))).code() == 1406;
  f.that(live || dying, "another text of the same leaf is a duplicate");
  f.that(house.upload(spaced(pool_pair(2))).ok(), "another leaf is none");
}

void unreadable_is_refused(House& house, Findings& f) {
  Identity garbage = pool_pair(0);
  for (const std::string text : {"garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    garbage.certificate_pem = text;
    const Reply refused = house.upload(garbage);
    f.that(refused.status() == 400 && refused.code() == 1408, "1408");
  }
}

void ca_is_refused(House& house, Findings& f) {
  const Reply refused = house.upload(pool_ca());
  f.that(refused.status() == 400 && refused.code() == 1412, "1412");
  f.that(refused.message() == "Only leaf certificate is allowed.", "as it was observed");
  house.set_modes([](CloudflareModes& modes) { modes.ca_wording = "missing-leaf"; });
  f.that(house.upload(pool_ca()).message() == "missing leaf certificate", "or as the documentation words it");
}

void mismatch_is_refused(House& house, Findings& f) {
  Identity mixed = pool_pair(0);
  mixed.key_pem = pool_pair(1).key_pem;
  f.that(house.upload(mixed).status() == 400 && house.upload(mixed).code() == 1400, "400 with a code of its own");
  house.set_modes([](CloudflareModes& modes) { modes.mismatch_code = 2200; });
  f.that(house.upload(mixed).code() == 2200, "or with another");
}

void expired_uploads(House& house, Findings& f) {
  static const Identity expired =
      pool_issue({.common_name = "expired", .not_after = Wall(Seconds(1'780'000'000))});  // May 2026
  f.that(house.upload(expired).ok(), "it is taken");
  house.set_modes([](CloudflareModes& modes) { modes.accept_expired = false; });
  house.set_zone([](SimZone& zone) { zone.certificates.clear(); });
  f.that(house.upload(expired).status() == 400, "or refused");
}

void chains(House& house, Findings& f) {
  static const Identity chained = [] {
    const Identity between = support::issue_intermediate(
        pool_ca(), "between", {.not_before = Wall(Seconds(1'767'225'600)), .not_after = Wall(Seconds(1'900'000'000))});
    Identity one = support::issue(between, {.common_name = "below",
                                            .not_before = Wall(Seconds(1'767'225'600)),
                                            .not_after = Wall(Seconds(1'900'000'000))});
    one.certificate_pem = one.bundle_pem();
    return one;
  }();
  const auto echoed = [&](const std::string& how) -> std::size_t {
    house.set_modes([&](CloudflareModes& modes) { modes.chain = how; });
    house.set_zone([](SimZone& zone) { zone.certificates.clear(); });
    const Reply made = house.upload(chained);
    return made.ok() ? pki::describe_certificates(made.text("certificate"))->size() : 0;
  };
  f.that(echoed("leaf") == 1, "the leaf is echoed");
  f.that(echoed("all") == 2, "or all");
  f.that(echoed("refuse") == 0, "or it is refused");
}

void leniency_with_leaves(House& house, Findings& f) {
  static const Identity odd = support::make_self_signed({.common_name = "odd",
                                                         .dns_names = {"elsewhere.example"},
                                                         .not_before = Wall(Seconds(1'767'225'600)),
                                                         .not_after = Wall(Seconds(1'900'000'000)),
                                                         .extended_key_usage = "serverAuth",
                                                         .serial = 1,
                                                         .key = {.curve = "P-521"}});
  f.that(house.upload(odd).ok(), "self-signed, P-521, serverAuth only, a foreign name, serial 1");
}

void key_encodings(House& house, Findings& f) {
  using support::KeyForm;
  using support::KeyType;
  static const Identity pkcs1 = pool_issue(
      {.common_name = "PKCS#1", .key = {.type = KeyType::kRsa, .rsa_bits = 1024, .form = KeyForm::kTraditional}});
  static const Identity pkcs8 = pool_issue({.common_name = "PKCS#8"});
  static const Identity sec1 = pool_issue({.common_name = "SEC1", .key = {.form = KeyForm::kTraditional}});
  f.that(pkcs1.key_pem.find("BEGIN RSA PRIVATE KEY") != std::string::npos && house.upload(pkcs1).ok(), "PKCS#1");
  f.that(pkcs8.key_pem.find("BEGIN PRIVATE KEY") != std::string::npos && house.upload(pkcs8).ok(), "PKCS#8");
  f.that(sec1.key_pem.find("BEGIN EC PRIVATE KEY") != std::string::npos && house.upload(sec1).ok(), "SEC1");
}

}  // namespace

std::vector<BehaviourCheck> upload_checks() {
  return {{kUploadNeedsBothParts, upload_needs_both_parts},
          {kIdIsAUuid, id_is_a_uuid},
          {kEchoIsNormalised, echo_is_normalised},
          {kKeyIsNeverShown, key_is_never_shown},
          {kSerialNumber, serial_number},
          {kObjectDescribesTheLeaf, object_describes_the_leaf},
          {kDuplicateIsRefused, duplicate_is_refused},
          {kDuplicateOfDyingIsRefused, duplicate_of_dying_is_refused},
          {kDuplicateIsByLeaf, duplicate_is_by_leaf},
          {kUnreadableIsRefused, unreadable_is_refused},
          {kCaIsRefused, ca_is_refused},
          {kMismatchIsRefused, mismatch_is_refused},
          {kExpiredUploads, expired_uploads},
          {kChains, chains},
          {kLeniencyWithLeaves, leniency_with_leaves},
          {kKeyEncodings, key_encodings}};
}

}  // namespace originpull::worlds
