// SPDX-License-Identifier: Apache-2.0
#include "support/observed_builder.hpp"

namespace originpull::support {

using api::Intent;
using plan::Observed;

api::Fingerprint leaf(int number) { return std::string(64, "0123456789abcdef"[number % 16]); }
std::string certificate_id(int number) { return "cert-" + std::to_string(number); }

ObservedBuilder::ObservedBuilder() {
  Observed& o = observed_;
  o.now = kNow;
  o.resource.metadata = {.name = "web", .name_space = "shop", .uid = "uid-1", .generation = 3, .created = kNow};
  o.resource.spec.zone.name = "example.com";
  o.resource.spec.token = {.name = "token", .key = "token"};
  o.resource.spec.certificate.secret_name = "tls";
  o.rivals = std::vector<plan::Rival>{};
  o.token = plan::Token{};
  o.zone = plan::Zone{api::ZoneIdentity{"zone-1", "example.com"}};
  o.certificates = std::vector<plan::Certificate>{};
  o.zone_level = false;
  o.global_setting = plan::GlobalSetting{};
  o.encryption_mode = std::string("strict");
  with_leaf(0);
}

ObservedBuilder& ObservedBuilder::spec(const std::function<void(api::Spec&)>& edit) {
  edit(observed_.resource.spec);
  return *this;
}

ObservedBuilder& ObservedBuilder::status(const std::function<void(api::Status&)>& edit) {
  edit(observed_.resource.status);
  return *this;
}

ObservedBuilder& ObservedBuilder::edit(const std::function<void(Observed&)>& edit) {
  edit(observed_);
  return *this;
}

ObservedBuilder& ObservedBuilder::with_leaf(int number) {
  const auto year = std::chrono::hours(24 * 365);
  observed_.pair = plan::Pair{.leaf = leaf(number),
                              .not_before = kNow - year,
                              .not_after = kNow + year,
                              .anchors = {{.sha256 = leaf(15), .not_after = kNow + 10 * year, .pem = "PEM of 15\n"}}};
  return *this;
}

ObservedBuilder& ObservedBuilder::bad_pair(api::Reason problem, std::string detail) {
  observed_.pair = plan::Pair{.problem = problem, .detail = std::move(detail)};
  return *this;
}

ObservedBuilder& ObservedBuilder::shared() {
  observed_.resource.spec.certificate = {.source = api::Source::kCloudflare};
  observed_.pair = plan::Unseen{};
  return *this;
}

ObservedBuilder& ObservedBuilder::disabled() {
  observed_.resource.spec.enabled = false;
  return *this;
}

ObservedBuilder& ObservedBuilder::switches(bool zone_level, bool global) {
  observed_.zone_level = zone_level;
  observed_.global_setting = plan::GlobalSetting{.on = global};
  return *this;
}

ObservedBuilder& ObservedBuilder::reported_on() {
  observed_.resource.status.settings.zone_level = true;
  return *this;
}

ObservedBuilder& ObservedBuilder::mode(std::string word) {
  observed_.encryption_mode = std::move(word);
  return *this;
}

ObservedBuilder& ObservedBuilder::certificate(int number, plan::Deployment deployment) {
  ++uploads_;
  std::get<std::vector<plan::Certificate>>(observed_.certificates)
      .push_back({.id = certificate_id(uploads_),
                  .leaf = leaf(number),
                  .deployment = deployment,
                  .word = deployment == plan::Deployment::kActive ? "active" : "another",
                  .uploaded = kNow - kLongAgo + std::chrono::minutes(uploads_)});
  return *this;
}

ObservedBuilder& ObservedBuilder::opened() {
  api::Ledger& ledger = observed_.resource.status.ledger;
  ledger.zone = api::ZoneIdentity{"zone-1", "example.com"};
  ledger.original = api::Original{.zone_level = false, .global_setting = false};
  return *this;
}

ObservedBuilder& ObservedBuilder::record(int number, Intent intent, Seconds intent_age) {
  opened();
  const plan::Pair* pair = plan::seen(observed_.pair);
  const bool desired = pair && pair->leaf == leaf(number);
  observed_.resource.status.ledger.certificates.push_back(
      {.fingerprint = leaf(number),
       .role = desired ? api::Role::kDesired : api::Role::kSuperseded,
       .intent = intent,
       .not_after = kNow + std::chrono::hours(24 * 365),
       .intent_since = kNow - intent_age});
  return *this;
}

ObservedBuilder& ObservedBuilder::active_for(Seconds age) {
  observed_.resource.status.ledger.certificates.back().active_since = kNow - age;
  return *this;
}

ObservedBuilder& ObservedBuilder::not_ready_for(Seconds age, api::Reason reason) {
  api::set_condition(observed_.resource.status.conditions,
                     {.type = std::string(api::condition_type::kReady),
                      .status = api::ConditionStatus::kFalse,
                      .reason = std::string(api::to_string(reason)),
                      .message = "waiting",
                      .observed_generation = observed_.resource.metadata.generation},
                     kNow - age);
  return *this;
}

ObservedBuilder& ObservedBuilder::enabled_with_leaf_0() {
  return certificate(0).record(0).active_for(kLongAgo).switches(true, true).reported_on();
}

ObservedBuilder observed() { return {}; }

}  // namespace originpull::support
