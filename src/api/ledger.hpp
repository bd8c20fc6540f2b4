// SPDX-License-Identifier: Apache-2.0
#pragma once
// The ledger is what the operator must not forget, kept in the status subresource, which only the operator may write
// (architecture.md section 4): the pinned zone, the claims on certificates by fingerprint with their intent, the
// anchors that live certificates need, and how the switches stood before the first change. It is written, with a
// resourceVersion precondition, *before* the effect that it announces. Everything else is looked at again. "Ours"
// means: the fingerprint stands here. An id is only a handle; it can come back. Plain values, compared by value.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace originpull::api {

using Fingerprint = std::string;  // SHA-256 of the DER, 64 lower-case hex digits

enum class Role { kDesired, kSuperseded };
enum class Intent { kUpload, kKeep, kDelete };

struct CertificateRecord {
  Fingerprint fingerprint = {};
  std::string id = {};  // empty: not known yet
  Role role = Role::kDesired;
  Intent intent = Intent::kUpload;
  std::string state = {};  // Cloudflare's word for it when last seen; empty: never seen
  bool adopted = false;    // found there, uploaded by somebody else
  std::optional<Wall> not_after = {};
  std::optional<Wall> active_since = {};  // when we first saw it active as the newest: the soak counts from here
  std::optional<Wall> intent_since = {};  // when the intent was written: an unseen upload counts as live for a while
  std::vector<Fingerprint> anchors = {};
  bool operator==(const CertificateRecord&) const = default;
};

struct AnchorRecord {
  Fingerprint sha256 = {};
  std::optional<Wall> not_after = {};
  std::string pem = {};
  bool operator==(const AnchorRecord&) const = default;
};

struct ZoneIdentity {
  std::string id = {};
  std::string name = {};
  bool operator==(const ZoneIdentity&) const = default;
};

struct Original {
  std::optional<bool> zone_level = {};
  std::optional<bool> global_setting = {};
  bool operator==(const Original&) const = default;
};

inline constexpr std::size_t kMaxCertificateRecords = 8;
inline constexpr std::size_t kMaxLiveCertificates = 4;

struct Ledger {
  std::optional<ZoneIdentity> zone = {};
  std::vector<CertificateRecord> certificates = {};
  std::vector<AnchorRecord> anchors = {};
  std::optional<Original> original = {};
  bool operator==(const Ledger&) const = default;

  const CertificateRecord* find(const Fingerprint&) const;
  CertificateRecord* find(const Fingerprint&);
};

std::string_view to_string(Role);
std::string_view to_string(Intent);

}  // namespace originpull::api
