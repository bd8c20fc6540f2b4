// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "plan/step.hpp"
#include "sim/runner/commit_oracles.hpp"
#include "sim/scenario_config.hpp"

namespace originpull::sim {
namespace {

void write_ledger(std::ostream& out, const api::Ledger& ledger) {
  for (const api::CertificateRecord& one : ledger.certificates)
    out << "ledger " << plan::brief(one.fingerprint) << " " << to_string(one.role) << " " << to_string(one.intent)
        << " " << one.state << (one.adopted ? " adopted" : "") << (one.active_since ? " has been active" : "") << "\n";
  for (const api::AnchorRecord& one : ledger.anchors) out << "anchor " << plan::brief(one.sha256) << "\n";
  if (ledger.zone) out << "pinned " << ledger.zone->name << "\n";
  if (!ledger.original) return;
  const auto word = [](std::optional<bool> on) { return !on ? "unknown" : *on ? "on" : "off"; };
  out << "originally zone switch " << word(ledger.original->zone_level) << ", global setting "
      << word(ledger.original->global_setting) << "\n";
}

}  // namespace

std::string normal_form(const std::string& text, const worlds::SimZone& zone) {
  std::ostringstream out;
  out << "zone switch " << (zone.zone_level ? "on" : "off") << ", global setting " << zone.tls_client_auth.value
      << ", the edge presents " << plan::brief(worlds::presented(zone)) << "\n";
  for (const worlds::SimCertificate& one : zone.certificates)
    if (one.status != "deleted")
      out << "certificate " << plan::brief(one.fingerprint) << " " << one.status << (one.foreign ? " foreign" : "")
          << "\n";
  const DecodedConfig decoded = decoded_config(text);
  const auto& config = *decoded;
  if (!config) {
    out << "no resource\n";
    return out.str();
  }
  out << (config->status.observed_generation == config->metadata.generation ? "the status is current\n"
                                                                            : "the status is old\n");
  for (const api::Condition& one : config->status.conditions)
    out << one.type << " " << to_string(one.status) << " " << one.reason << "\n";
  write_ledger(out, config->status.ledger);
  for (const std::string& line : config->status.plan) out << "plan " << line << "\n";
  return out.str();
}

}  // namespace originpull::sim
