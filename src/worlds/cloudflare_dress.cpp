// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_dress.hpp"

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using Json = nlohmann::ordered_json;

void add_extra_fields(Json& value) {
  if (value.is_structured()) {
    for (Json& one : value) add_extra_fields(one);
  }
  if (value.is_object()) value["x_not_known_yet"] = {{"since", 2030}};
}

void change(Json& answer, const CloudflareModes& modes) {
  const bool failed = answer.value("success", true) == false;
  if (failed && modes.vague_error_first && modes.keeps(Behaviour::kSeveralErrors)) {
    Json& errors = answer["errors"];
    errors.insert(errors.begin(), Json{{"code", 1000}, {"message", "The request could not be processed"}});
  }
  if (failed && !modes.keeps(Behaviour::kServiceErrorsOmitResult)) answer["result"] = nullptr;
  if (!failed && !modes.keeps(Behaviour::kEnvelope)) answer.erase("errors");
  if (modes.extra_fields && modes.keeps(Behaviour::kExtraFields)) add_extra_fields(answer);
}

bool is_usual(const CloudflareModes& modes) {
  return !modes.extra_fields && !modes.vague_error_first && modes.keeps(Behaviour::kEnvelope) &&
         modes.keeps(Behaviour::kServiceErrorsOmitResult);
}

}  // namespace

void dress(net::Served& answer, const CloudflareModes& modes) {
  if (is_usual(modes)) return;
  Json json = Json::parse(answer.body, nullptr, false);
  if (!json.is_object()) return;
  change(json, modes);
  answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace originpull::worlds
