// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/types.hpp"

#include <array>
#include <utility>

namespace originpull::cloudflare {
namespace {

using enum CertificateStatus;
constexpr std::array<std::pair<CertificateStatus, std::string_view>, 7> kNames = {{
    {kInitializing, "initializing"},
    {kPendingDeployment, "pending_deployment"},
    {kActive, "active"},
    {kPendingDeletion, "pending_deletion"},
    {kDeleted, "deleted"},
    {kDeploymentTimedOut, "deployment_timed_out"},
    {kDeletionTimedOut, "deletion_timed_out"},
}};

}  // namespace

std::string_view to_string(CertificateStatus status) {
  for (const auto& [value, name] : kNames) {
    if (value == status) return name;
  }
  return "unknown";
}

CertificateStatus certificate_status(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return kUnknown;
}

}  // namespace originpull::cloudflare
