// SPDX-License-Identifier: Apache-2.0
#include "plan/step.hpp"

namespace originpull::plan {
namespace {

struct Words {
  std::optional<std::string> operator()(const WriteLedger&) const { return std::nullopt; }
  std::optional<std::string> operator()(const UploadCertificate& a) const {
    return "upload certificate " + brief(a.leaf);
  }
  std::optional<std::string> operator()(const DeleteCertificate& a) const {
    return "delete certificate " + brief(a.leaf);
  }
  std::optional<std::string> operator()(const SetZoneLevel& a) const {
    return std::string(a.on ? "enable" : "disable") + " zone-level AOP";
  }
  std::optional<std::string> operator()(const SetGlobalSetting& a) const {
    return "set the zone setting tls_client_auth to " + std::string(a.on ? "on" : "off");
  }
};

}  // namespace

std::string brief(const api::Fingerprint& leaf) {
  if (leaf.size() <= 8) return leaf;
  return leaf.substr(0, 8) + "…";
}

std::optional<std::string> describe(const Action& action) { return std::visit(Words{}, action); }

}  // namespace originpull::plan
