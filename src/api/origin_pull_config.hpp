// SPDX-License-Identifier: Apache-2.0
#pragma once
// `OriginPullConfig` as plain structs: what a user writes (`Spec`), what the operator reports and remembers
// (`Status`), and the few fields of metadata that a decision needs. The text form is crds/; the codec (api/codec.hpp)
// fills in the same defaults as the CRD's schema. Everything compares by value, so that a status with nothing new is
// not written. Plain values: no threads, no clock, nothing can fail.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/condition.hpp"
#include "api/ledger.hpp"
#include "base/time.hpp"

namespace originpull::api {

inline constexpr std::string_view kGroup = "originpull.dev";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kKind = "OriginPullConfig";
inline constexpr std::string_view kPlural = "originpullconfigs";
inline constexpr std::string_view kReconcileAtAnnotation = "originpull.dev/reconcile-at";
inline constexpr std::string_view kApproveIssuerAnnotation = "originpull.dev/approve-issuer";

enum class Source { kCustom, kCloudflare };
enum class GlobalSetting { kEnabled, kDisabled, kUnmanaged };
enum class MinimumEncryptionMode { kFull, kStrict, kIgnore };
enum class Takeover { kNever, kAllow };
enum class IssuerChange { kGuarded, kAutomatic };
enum class Mode { kManage, kObserve, kSuspend };
enum class DeletionPolicy { kRetain, kRestore, kDisable };
enum class ObjectKind { kSecret, kConfigMap };

struct ZoneRef {
  std::string name = {};  // exactly one of the two is not empty
  std::string id = {};
  bool operator==(const ZoneRef&) const = default;
};

struct KeyRef {
  std::string name = {};
  std::string key = {};
  bool operator==(const KeyRef&) const = default;
};

struct ObjectRef {
  ObjectKind kind = ObjectKind::kConfigMap;
  std::string name = {};
  std::string key = "ca.crt";
  std::string type = {};  // of a Secret to create; empty: Opaque
  bool operator==(const ObjectRef&) const = default;
};

struct CertificateSpec {
  Source source = Source::kCustom;
  std::optional<std::string> secret_name = {};  // set if and only if the source is Custom
  std::optional<ObjectRef> ca_ref = {};
  bool operator==(const CertificateSpec&) const = default;
};

struct ProbeSpec {
  std::string name = {};
  std::string service_name = {};  // exactly one of service and host is not empty
  std::string host_name = {};
  int port = 0;
  std::string server_name = {};
  std::string path = "/";
  bool operator==(const ProbeSpec&) const = default;
};

struct OriginSpec {
  std::vector<ObjectRef> additional_cas = {};
  std::vector<ObjectRef> trust_bundles = {};
  std::vector<ProbeSpec> probes = {};
  bool operator==(const OriginSpec&) const = default;
};

struct RotationSpec {
  IssuerChange issuer_change = IssuerChange::kGuarded;
  Seconds trust_propagation{300};
  Seconds soak{600};
  bool operator==(const RotationSpec&) const = default;
};

struct Spec {
  ZoneRef zone = {};
  KeyRef token{.name = {}, .key = "token"};
  CertificateSpec certificate = {};
  bool enabled = true;
  GlobalSetting global_setting = GlobalSetting::kEnabled;
  MinimumEncryptionMode minimum_encryption_mode = MinimumEncryptionMode::kFull;
  Takeover takeover = Takeover::kNever;
  OriginSpec origin = {};
  RotationSpec rotation = {};
  Seconds interval{600};
  Mode mode = Mode::kManage;
  DeletionPolicy deletion_policy = DeletionPolicy::kRetain;
  bool operator==(const Spec&) const = default;
};

struct Settings {
  std::optional<bool> zone_level = {};
  std::optional<bool> global_setting = {};
  std::string encryption_mode = {};  // as Cloudflare says it; empty: not looked at
  bool operator==(const Settings&) const = default;
};

struct Status {
  std::int64_t observed_generation = -1;
  std::string last_handled_reconcile_at = {};
  Ledger ledger = {};  // zone, certificates, anchors, original: the operator's memory (architecture.md section 4)
  Settings settings = {};
  std::vector<std::string> plan = {};
  std::vector<Condition> conditions = {};
  bool operator==(const Status&) const = default;
};

struct Metadata {
  std::string name = {};
  std::string name_space = {};
  std::string uid = {};
  std::string resource_version = {};
  std::int64_t generation = 0;
  Wall created{};
  bool deleting = false;
  std::map<std::string, std::string> annotations = {};
  bool operator==(const Metadata&) const = default;
};

struct OriginPullConfig {
  Metadata metadata;
  Spec spec;
  Status status;
  bool operator==(const OriginPullConfig&) const = default;
};

std::string_view to_string(Source);
std::string_view to_string(GlobalSetting);
std::string_view to_string(MinimumEncryptionMode);
std::string_view to_string(Takeover);
std::string_view to_string(IssuerChange);
std::string_view to_string(Mode);
std::string_view to_string(DeletionPolicy);
std::string_view to_string(ObjectKind);

}  // namespace originpull::api
