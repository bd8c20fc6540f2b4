// SPDX-License-Identifier: Apache-2.0
#pragma once
// What Cloudflare's API tells about a zone, its uploaded certificates and its settings, as plain values. Everything
// that Cloudflare may extend stays open: a status that this version does not know is `kUnknown` and keeps its text,
// and counts as live for whoever decides. A certificate's fingerprint is not here: it is computed from `pem` where
// pki may be used. Plain values; no thread owns them; nothing here fails.
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace originpull::cloudflare {

struct Zone {
  std::string id;      // 32 hex digits
  std::string name;    // "example.com"
  std::string status;  // "active", "pending", "initializing", "moved", …
};

enum class CertificateStatus {
  kInitializing,
  kPendingDeployment,
  kActive,
  kPendingDeletion,
  kDeleted,
  kDeploymentTimedOut,
  kDeletionTimedOut,
  kUnknown,
};
std::string_view to_string(CertificateStatus);  // as on the wire: "pending_deployment"; "unknown" for kUnknown
CertificateStatus certificate_status(std::string_view text);

struct Certificate {
  std::string id;   // a handle: a later upload of the same leaf may get it again
  std::string pem;  // may differ from what was sent in white space
  CertificateStatus status = CertificateStatus::kUnknown;
  std::string status_text = {};  // as Cloudflare wrote it
  std::optional<Wall> uploaded_on = {};
  std::optional<Wall> expires_on = {};
};

// A zone setting: `tls_client_auth` ("on", "off") or `ssl` ("off", "flexible", "full", "strict", "origin_pull").
struct Setting {
  std::string value;
  bool editable = true;  // false: the zone's plan does not allow to change it
};

}  // namespace originpull::cloudflare
