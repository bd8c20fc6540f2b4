// SPDX-License-Identifier: Apache-2.0
#include "reconcile/observer.hpp"

#include <algorithm>

#include "base/bug.hpp"
#include "cloudflare/token.hpp"
#include "pki/pair.hpp"
#include "reconcile/pairs.hpp"

namespace originpull::reconcile {
namespace {

using plan::Look;
using plan::Observed;

template <class T>
plan::Fact<T> fact(Result<T> result) {
  if (!result) return std::move(result.error());
  return std::move(*result);
}

plan::Deployment deployment(cloudflare::CertificateStatus status) {
  using Status = cloudflare::CertificateStatus;
  switch (status) {
    case Status::kInitializing:
    case Status::kPendingDeployment: return plan::Deployment::kPending;
    case Status::kActive: return plan::Deployment::kActive;
    case Status::kPendingDeletion: return plan::Deployment::kDeleting;
    case Status::kDeleted: return plan::Deployment::kDeleted;
    case Status::kDeploymentTimedOut: return plan::Deployment::kDeploymentTimedOut;
    case Status::kDeletionTimedOut: return plan::Deployment::kDeletionTimedOut;
    case Status::kUnknown: return plan::Deployment::kUnknown;
  }
  return plan::Deployment::kUnknown;
}

// Of thousands of resources few can be about the same zone: two names, or two ids, that differ say so. A name and an id
// cannot be compared here; those few are left to the planner, which knows the zone.
bool surely_another_zone(const api::OriginPullConfig& a, const api::OriginPullConfig& b) {
  const auto differ = [](const std::string& x, const std::string& y) { return !x.empty() && !y.empty() && x != y; };
  return differ(a.spec.zone.name, b.spec.zone.name) || differ(a.spec.zone.id, b.spec.zone.id);
}

}  // namespace

Error from_kubernetes(Error error) {
  if (error.reason.empty()) error.reason = "Unavailable";
  return error;
}

const std::string& zone_id(const Observed& seen) {
  const plan::Zone* zone = plan::seen(seen.zone);
  check(zone && zone->identity, "a call to Cloudflare before the zone is known");
  return zone->identity->id;
}

plan::Certificate translate(const cloudflare::Certificate& c) {
  plan::Certificate out{.id = c.id,
                        .leaf = {},
                        .deployment = deployment(c.status),
                        .word = c.status_text,
                        .uploaded = c.uploaded_on,
                        .not_after = c.expires_on};
  if (const auto leaf = pki::first_certificate(c.pem)) out.leaf = leaf->fingerprint;
  return out;
}

cloudflare::Client& Observer::cloudflare() {
  check(client_ != nullptr, "a call to Cloudflare before the token is known");
  return *client_;
}

cloudflare::Ask Observer::ask(const Observed& seen, const std::stop_token& stop) {
  const api::Status& status = seen.resource.status;
  if (status.observed_generation != seen.resource.metadata.generation) return {stop, cloudflare::Priority::kUserChange};
  const plan::Pair* pair = plan::seen(seen.pair);
  const api::CertificateRecord* record = pair ? status.ledger.find(pair->leaf) : nullptr;
  const bool settled = !pair || (record && record->role == api::Role::kDesired && record->active_since);
  return {stop, settled ? cloudflare::Priority::kDrift : cloudflare::Priority::kRotation};
}

void Observer::fill(Look look, Observed& seen, const std::stop_token& stop) {
  switch (look) {
    case Look::kRivals: seen.rivals = rivals(seen); return;
    case Look::kToken: seen.token = token(seen, stop); return;
    case Look::kPair: seen.pair = pair(seen, stop); return;
    case Look::kAwaited: seen.awaited = awaited(seen, stop); return;
    case Look::kZone: seen.zone = zone(seen, stop); return;
    case Look::kCertificates: seen.certificates = certificates(seen, stop); return;
    case Look::kZoneLevel:
      seen.zone_level = fact(cloudflare().zone_level_enabled(zone_id(seen), ask(seen, stop)));
      return;
    case Look::kGlobalSetting: seen.global_setting = global_setting(seen, stop); return;
    case Look::kEncryptionMode: seen.encryption_mode = encryption_mode(seen, stop); return;
  }
}

plan::Fact<std::vector<plan::Rival>> Observer::rivals(const Observed& seen) const {
  std::vector<plan::Rival> rivals;
  s_.store.visit([&](const control::Key& key, const control::Copy<api::OriginPullConfig>& copy) {
    const api::OriginPullConfig& other = *copy.value;
    if (surely_another_zone(seen.resource, other)) return;
    if (key == key_ || other.metadata.uid == seen.resource.metadata.uid || other.metadata.deleting) return;
    rivals.push_back({.uid = other.metadata.uid,
                      .created = other.metadata.created,
                      .zone = other.spec.zone,
                      .pinned = other.status.ledger.zone});
  });
  return rivals;
}

Result<Secret> Observer::read(const control::Key& key, const std::vector<std::string>& keys,
                              const std::stop_token& stop) {
  const std::uint64_t mark = s_.index.mark();
  auto secret = s_.secrets.read(key, keys, stop);
  if (!secret) return fail(from_kubernetes(std::move(secret.error())));
  if (secret->absent && s_.index.seen(key)) contradicted_ = true;
  if (!secret->uid.empty()) s_.index.learned(key, mark, {secret->uid, secret->resource_version});
  return secret;
}

plan::Fact<plan::Token> Observer::token(const Observed& seen, const std::stop_token& stop) {
  const api::KeyRef& ref = seen.resource.spec.token;
  const control::Key secret_key{key_.ns, ref.name};
  if (auto refusal = s_.watches.refusal(secret_key))
    return plan::Token{api::Reason::kSecretNotWatched, std::move(*refusal)};
  auto secret = read(secret_key, {ref.key}, stop);
  if (!secret) return std::move(secret.error());
  if (secret->problem != api::Reason::kValid) return plan::Token{secret->problem, std::move(secret->detail)};
  const auto value = secret->values.find(ref.key);
  if (value == secret->values.end())
    return plan::Token{api::Reason::kSecretKeyMissing,
                       "Secret " + ref.name + " has no value under " + ref.key + ". Put the API token there."};
  auto token = cloudflare::read_token(value->second.reveal());
  if (!token)
    return plan::Token{api::Reason::kTokenInvalid,
                       "Secret " + ref.name + ", key " + ref.key + ": " + describe(token.error())};
  client_ = s_.cloudflare.client(std::move(*token));
  return plan::Token{};
}

plan::Fact<plan::Pair> Observer::pair(const Observed& seen, const std::stop_token& stop) {
  const std::string& name = *seen.resource.spec.certificate.secret_name;
  const control::Key secret_key{key_.ns, name};
  if (auto refusal = s_.watches.refusal(secret_key))
    return plan::Pair{.problem = api::Reason::kSecretNotWatched, .detail = std::move(*refusal)};
  // What the index knows is news only while a watch follows the Secret; without one it is read each time.
  if (const auto version = s_.index.seen(secret_key); version && !s_.watches.trouble(secret_key))
    if (auto known = s_.pairs.find(key_, {name, version->uid, version->resource_version})) return std::move(*known);
  auto secret = read(secret_key, {kCertificateKey, kPrivateKeyKey, kCaKey}, stop);
  if (!secret) return std::move(secret.error());
  plan::Pair pair = judge_pair(name, *secret, seen.now);
  if (!secret->uid.empty()) s_.pairs.remember(key_, {name, secret->uid, secret->resource_version}, pair);
  return pair;
}

plan::Fact<std::optional<plan::Certificate>> Observer::awaited(const Observed& seen, const std::stop_token& stop) {
  const api::Ledger& ledger = seen.resource.status.ledger;
  const api::CertificateRecord& record = *ledger.find(plan::seen(seen.pair)->leaf);
  auto one = cloudflare().get_certificate(ledger.zone->id, record.id, ask(seen, stop));
  if (!one) return std::move(one.error());
  if (!*one) return std::optional<plan::Certificate>();
  plan::Certificate c = translate(**one);
  c.leaf = record.fingerprint;
  return std::optional(std::move(c));
}

plan::Fact<plan::Zone> Observer::zone(const Observed& seen, const std::stop_token& stop) {
  // A certificate of it was read a moment ago, so the pinned zone is there.
  const auto* awaited = plan::seen(seen.awaited);
  if (awaited && *awaited) return plan::Zone{seen.resource.status.ledger.zone};
  const api::ZoneRef& ref = seen.resource.spec.zone;
  const cloudflare::Ask how = ask(seen, stop);
  auto found = ref.id.empty() ? cloudflare().zone_by_name(ref.name, how) : cloudflare().zone_by_id(ref.id, how);
  if (!found && found.error().reason == cloudflare::kSeveralZones) return plan::Zone{.several = true};
  if (!found) return std::move(found.error());
  if (!*found) return plan::Zone{};
  return plan::Zone{api::ZoneIdentity{(*found)->id, (*found)->name}};
}

// R1: the list, and a GET for each id of the ledger that the list does not show (it lags, and it hides tombstones).
plan::Fact<std::vector<plan::Certificate>> Observer::certificates(const Observed& seen, const std::stop_token& stop) {
  const cloudflare::Ask how = ask(seen, stop);
  const std::string& zone = zone_id(seen);
  auto listed = cloudflare().list_certificates(zone, how);
  if (!listed) return std::move(listed.error());
  std::vector<plan::Certificate> all;
  for (const cloudflare::Certificate& c : *listed) all.push_back(translate(c));
  for (const api::CertificateRecord& record : seen.resource.status.ledger.certificates) {
    const auto has_id = [&](const plan::Certificate& c) { return c.id == record.id; };
    if (record.id.empty() || std::any_of(all.begin(), all.end(), has_id)) continue;
    auto one = cloudflare().get_certificate(zone, record.id, how);
    if (!one) return std::move(one.error());
    if (!*one) continue;
    plan::Certificate c = translate(**one);
    if (c.leaf.empty()) c.leaf = record.fingerprint;  // a tombstone without its text is still the one with this id
    all.push_back(std::move(c));
  }
  return all;
}

plan::Fact<plan::GlobalSetting> Observer::global_setting(const Observed& seen, const std::stop_token& stop) {
  auto setting = cloudflare().setting(zone_id(seen), "tls_client_auth", ask(seen, stop));
  if (!setting) return std::move(setting.error());
  return plan::GlobalSetting{.on = setting->value == "on", .editable = setting->editable};
}

plan::Fact<std::string> Observer::encryption_mode(const Observed& seen, const std::stop_token& stop) {
  auto setting = cloudflare().setting(zone_id(seen), "ssl", ask(seen, stop));
  if (!setting) return std::move(setting.error());
  return std::move(setting->value);
}

}  // namespace originpull::reconcile
