// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "plan/checks.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::Reason;

Rest at_rest(const Observed& o, Verdict verdict, Reason reason, std::string message) {
  return {
      .verdict = verdict, .reason = reason, .message = std::move(message), .until = o.now + o.resource.spec.interval};
}

// A switch that the plan of the zone withholds stops no rotation; it is what is said when all else is done.
bool global_setting_is_withheld(const Observed& o) {
  const std::optional<bool> wanted = wanted_global(o.resource.spec);
  const GlobalSetting* global = seen(o.global_setting);
  return wanted && global && global->on != *wanted && !global->editable;
}

}  // namespace

Rest settled(const Observed& o) {
  if (global_setting_is_withheld(o)) {
    return at_rest(o, Verdict::kStalled, Reason::kSettingNotEditable,
                   "The zone setting tls_client_auth cannot be changed on this zone's plan. Set spec.globalSetting to "
                   "Unmanaged, or change the plan.");
  }
  if (!o.resource.spec.enabled) {
    return at_rest(o, Verdict::kReady, Reason::kDisabled,
                   "Zone-level Authenticated Origin Pulls are off, as spec.enabled says.");
  }
  if (!mode_is_high_enough(o)) {
    return at_rest(o, Verdict::kStalled, Reason::kEncryptionModeTooLow,
                   "The zone's SSL/TLS encryption mode was lowered to \"" + *seen(o.encryption_mode) +
                       "\". Raise it in the Cloudflare dashboard, or change spec.minimumEncryptionMode; nothing was "
                       "switched off.");
  }
  if (o.resource.spec.certificate.source == api::Source::kCloudflare) {
    return at_rest(o, Verdict::kReady, Reason::kSharedCertificate,
                   "On, with the certificate that Cloudflare shares between all accounts: it proves \"from "
                   "Cloudflare's network\", not \"from this zone\".");
  }
  Rest rest =
      at_rest(o, Verdict::kReady, Reason::kReady, "The edge presents certificate " + brief(*desired_leaf(o)) + ".");
  // The end of its validity is seen when it comes, not at the next check.
  if (const Wall end = seen(o.pair)->not_after + Seconds(1); end < *rest.until) rest.until = end;
  return rest;
}

}  // namespace originpull::plan
