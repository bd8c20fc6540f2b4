// SPDX-License-Identifier: Apache-2.0
#pragma once
// The 66 behaviours of Cloudflare that the simulated one keeps, numbered once and for all: what is documented, what has
// been observed of the real service, what is inferred. The one idea: each has a switch, so a test of a client can ask
// what would happen if Cloudflare were otherwise in exactly this respect, and the test of a behaviour is itself proved
// by turning that behaviour off. All are kept by default. Plain values, any thread; nothing fails.
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace originpull::worlds {

enum class Behaviour : std::uint8_t {
  kEnvelope = 1,
  kServiceErrorsOmitResult,
  kUntouchedZoneIsOff,
  kSwitchNeedsABoolean,
  kSwitchBeforeCertificates,
  kSwitchStays,
  kUploadNeedsBothParts,
  kIdIsAUuid,
  kDeploymentTakesTime,
  kDeploymentCanTimeOut,
  kDeletionCanTimeOut,
  kStatusIsOpen,
  kEchoIsNormalised,
  kKeyIsNeverShown,
  kSerialNumber,
  kObjectDescribesTheLeaf,
  kDuplicateIsRefused,
  kDuplicateOfDyingIsRefused,
  kReuploadMayReuseTheId,
  kDuplicateIsByLeaf,
  kUnreadableIsRefused,
  kCaIsRefused,
  kMismatchIsRefused,
  kExpiredUploads,
  kChains,
  kLeniencyWithLeaves,
  kKeyEncodings,
  kEmptyListIsNull,
  kListHidesTombstones,
  kListLags,
  kTombstonesAreReadable,
  kUnknownIdIsNotFound,
  kDeletionTakesTime,
  kNoDeletionBeforeDeployment,
  kRepeatedDeletionIsRefused,
  kDeletionNeedsNoBody,
  kUsedCanBeDeleted,
  kSeveralAreActive,
  kOrderIsOfDeployment,
  kOverlapsConflict,
  kExpiredStaysListed,
  kPlainModesPresentNothing,
  kSslSetting,
  kSwitchesAreIndependent,
  kUneditableSetting,
  kBadSettingIsRefused,
  kPrecedence,
  kHostnameSwitch,
  kHostnameLimits,
  kHostnameErrors,
  kHostnameUpsert,
  kZonesByName,
  kZoneListNeedsPermission,
  kBadZoneIds,
  kTokenStatus,
  kAccountTokens,
  kBadTokens,
  kReadOnlyTokens,
  kBudget,
  kOddAnswers,
  kLateAnswers,
  kPeople,
  kExtraFields,
  kSeveralErrors,
  kDataPlaneOnly,
  kLiteralPaths,
};
inline constexpr std::size_t kBehaviourCount = 66;

struct BehaviourFacts {
  Behaviour behaviour;
  std::string_view name;      // as tests and documents call it, after its number
  std::string_view text;      // one line
  std::string_view evidence;  // D documented, O observed, I inferred
};
const std::array<BehaviourFacts, kBehaviourCount>& behaviours();  // in the order of their numbers
constexpr int number_of(Behaviour behaviour) { return static_cast<int>(behaviour); }
std::optional<Behaviour> behaviour_of(std::int64_t number);

// Which are turned off.
class BehaviourSet {
 public:
  bool contains(Behaviour behaviour) const { return bits_[static_cast<std::size_t>(behaviour)]; }
  void add(Behaviour behaviour) { bits_[static_cast<std::size_t>(behaviour)] = true; }
  bool empty() const { return bits_.none(); }

 private:
  std::bitset<kBehaviourCount + 1> bits_ = {};
};

}  // namespace originpull::worlds
