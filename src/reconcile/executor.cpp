// SPDX-License-Identifier: Apache-2.0
#include "reconcile/executor.hpp"

#include <algorithm>

#include "api/codec.hpp"
#include "pki/pair.hpp"
#include "plan/ledger_edits.hpp"
#include "reconcile/pairs.hpp"

namespace originpull::reconcile {
namespace {

using plan::Observed;

// Puts what Cloudflare said of one certificate in the place of what was seen of it.
void merge(Observed& seen, plan::Certificate answer) {
  auto& all = std::get<std::vector<plan::Certificate>>(seen.certificates);
  std::erase_if(all, [&](const plan::Certificate& c) { return c.id == answer.id; });
  all.push_back(std::move(answer));
}

}  // namespace

Result<void> Executor::run(const plan::Action& action, Observed& seen, const std::stop_token& stop) {
  if (const auto* a = std::get_if<plan::WriteLedger>(&action)) {
    api::Status status = seen.resource.status;
    status.ledger = a->ledger;
    api::Fingerprint claim = plan::first_claim(seen.resource.status.ledger, a->ledger);
    TRY(write_status(std::move(status), seen, stop));
    seen.first_claim = std::move(claim);
    return {};
  }
  if (const auto* a = std::get_if<plan::UploadCertificate>(&action)) return upload(a->leaf, seen, stop);
  if (const auto* a = std::get_if<plan::DeleteCertificate>(&action)) return remove(*a, seen, stop);
  const cloudflare::Ask how = TRY(may_write(seen, stop));
  if (const auto* a = std::get_if<plan::SetZoneLevel>(&action)) {
    seen.zone_level = TRY(observer_.cloudflare().set_zone_level(zone_id(seen), a->on, how));
    return {};
  }
  const bool on = std::get<plan::SetGlobalSetting>(action).on;
  const cloudflare::Setting answer =
      TRY(observer_.cloudflare().set_setting(zone_id(seen), "tls_client_auth", on ? "on" : "off", how));
  seen.global_setting = plan::GlobalSetting{.on = answer.value == "on", .editable = answer.editable};
  return {};
}

Result<void> Executor::write_status(api::Status status, Observed& seen, const std::stop_token& stop) {
  if (status == seen.resource.status) return {};
  api::OriginPullConfig next = seen.resource;
  next.status = std::move(status);
  std::string body = api::encode_status_update(next);
  const control::Permit permit = TRY(permits_.permit());
  auto answer = s_.kube.update_status(config_type(), key_, std::move(body), stop, permit.until());
  if (!answer) {
    // After a conflict or a lost answer our copy may be older than what is there: the next pass reads it live.
    s_.store.doubt(key_);
    return fail(from_kubernetes(std::move(answer.error())));
  }
  seen.resource = TRY(api::decode_config(*answer));
  s_.store.learned(key_, {seen.resource.metadata.uid, seen.resource.metadata.resource_version,
                          std::make_shared<const api::OriginPullConfig>(seen.resource)});
  return {};
}

// The key is read now, used, and wiped; what was judged must still be what is there.
Result<void> Executor::upload(const api::Fingerprint& leaf, Observed& seen, const std::stop_token& stop) {
  const std::string& name = *seen.resource.spec.certificate.secret_name;
  const control::Key secret_key{key_.ns, name};
  auto secret = s_.secrets.read(secret_key, {kCertificateKey, kPrivateKeyKey, kCaKey}, stop);
  if (!secret) return fail(from_kubernetes(std::move(secret.error())));
  const plan::Pair pair = judged(name, *secret);
  if (pair.problem != api::Reason::kValid || pair.leaf != leaf) {
    s_.pairs.forget(key_);  // the watch may be late: the next pass must not judge the old pair again
    return fail(from_kubernetes({.kind = ErrorKind::kConflict,
                                 .attempted = "upload certificate " + plan::brief(leaf),
                                 .message = "Secret " + name + " has changed meanwhile"}));
  }
  const auto certificate = TRY(pki::first_certificate(secret->values.at(kCertificateKey).reveal()));
  const SecretString key = TRY(pki::normalise_key(secret->values.at(kPrivateKeyKey)));
  const cloudflare::Ask how = TRY(may_write(seen, stop));
  auto uploaded = observer_.cloudflare().upload_certificate(zone_id(seen), certificate.pem, key, how);
  if (!uploaded) return fail(std::move(uploaded.error()));
  s_.metrics.add(control::Metric::kUploads);
  plan::Certificate answer = translate(*uploaded);
  answer.leaf = leaf;
  merge(seen, std::move(answer));
  return {};
}

// The judgement of the very Secret that was judged before, or a new one.
plan::Pair Executor::judged(const std::string& name, const Secret& secret) const {
  if (auto known = s_.pairs.find(key_, {name, secret.uid, secret.resource_version})) return *std::move(known);
  return judge_pair(name, secret, s_.env.wall());
}

Result<void> Executor::remove(const plan::DeleteCertificate& action, Observed& seen, const std::stop_token& stop) {
  const cloudflare::Ask how = TRY(may_write(seen, stop));
  auto deleted = observer_.cloudflare().delete_certificate(zone_id(seen), action.id, how);
  if (!deleted) return fail(std::move(deleted.error()));
  plan::Certificate answer = translate(*deleted);
  answer.id = action.id;
  answer.leaf = action.leaf;
  merge(seen, std::move(answer));
  return {};
}

Result<cloudflare::Ask> Executor::may_write(const Observed& seen, const std::stop_token& stop) {
  cloudflare::Ask how = Observer::ask(seen, stop);
  how.not_after = TRY(permits_.permit()).until();
  return how;
}

}  // namespace originpull::reconcile
