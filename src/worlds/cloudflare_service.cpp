// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_service.hpp"

#include "json/decoder.hpp"
#include "pki/describe.hpp"

namespace originpull::worlds {
namespace {

// A plain status is no oddity; all else belongs to a behaviour that can be turned off.
bool may_happen(HttpFault::Kind kind, const CloudflareModes& modes) {
  if (kind == HttpFault::Kind::kStatus) return true;
  return modes.keeps(kind == HttpFault::Kind::kSlow ? Behaviour::kLateAnswers : Behaviour::kOddAnswers);
}

}  // namespace

std::string cloudflare_detail(const net::ServedRequest& request) {
  if (request.body.empty()) return {};
  const auto detail = json::decode(request.body, [](json::Decoder& d) -> std::string {
    if (d.has("enabled")) return "enabled=" + d.text("enabled");
    if (d.has("value")) return "value=" + d.text("value");
    if (!d.is_string("certificate")) return {};
    const auto leaf = pki::describe_certificate(d.need<std::string>("certificate"));
    return leaf ? leaf->fingerprint : std::string("unreadable certificate");
  });
  return detail ? *detail : std::string("unreadable body");
}

CloudflareService::CloudflareService(env::Env& env, CloudflareModes modes, CallLog::Listener listener,
                                     CloudflareWorld::Observer observer)
    : world_(env, std::move(modes), std::move(observer)),
      faults_(
          env, [this](const net::ServedRequest& request) { return world_.handle(request); },
          [this](HttpFault::Kind kind) { return may_happen(kind, world_.modes()); }),
      log_(
          env, [this](const net::ServedRequest& request) { return faults_.handle(request); }, cloudflare_detail,
          std::move(listener)),
      control_(world_, faults_, log_) {}

net::Served CloudflareService::handle(const net::ServedRequest& request) {
  return request.target.starts_with(kControlPrefix) ? control_.handle(request) : log_.handle(request);
}

}  // namespace originpull::worlds
