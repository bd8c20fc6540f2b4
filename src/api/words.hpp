// SPDX-License-Identifier: Apache-2.0
#pragma once
// The words of the resource's enumerations, each table once: `to_string` prints from it, the codec reads by it and
// lists in its faults what it expected. It stands below both, internal to the room. A word is part of the schema in
// crds/ (a test compares them) and never changes, because objects in clusters are written with it. An enumeration
// without a table has no words, and asking for one is a bug(). Constant data; no threads, no failure on input.
#include <array>
#include <span>
#include <string_view>

#include "api/condition.hpp"
#include "api/ledger.hpp"
#include "api/origin_pull_config.hpp"
#include "base/bug.hpp"

namespace originpull::api {

template <class E>
struct Word {
  E value;
  std::string_view text;
};

template <class E>
inline constexpr std::array<Word<E>, 0> kWords{};
template <>
inline constexpr std::array kWords<Source>{Word{Source::kCustom, "Custom"}, Word{Source::kCloudflare, "Cloudflare"}};
template <>
inline constexpr std::array kWords<GlobalSetting>{Word{GlobalSetting::kEnabled, "Enabled"},
                                                  Word{GlobalSetting::kDisabled, "Disabled"},
                                                  Word{GlobalSetting::kUnmanaged, "Unmanaged"}};
template <>
inline constexpr std::array kWords<MinimumEncryptionMode>{Word{MinimumEncryptionMode::kFull, "Full"},
                                                          Word{MinimumEncryptionMode::kStrict, "Strict"},
                                                          Word{MinimumEncryptionMode::kIgnore, "Ignore"}};
template <>
inline constexpr std::array kWords<Takeover>{Word{Takeover::kNever, "Never"}, Word{Takeover::kAllow, "Allow"}};
template <>
inline constexpr std::array kWords<IssuerChange>{Word{IssuerChange::kGuarded, "Guarded"},
                                                 Word{IssuerChange::kAutomatic, "Automatic"}};
template <>
inline constexpr std::array kWords<Mode>{Word{Mode::kManage, "Manage"}, Word{Mode::kObserve, "Observe"},
                                         Word{Mode::kSuspend, "Suspend"}};
template <>
inline constexpr std::array kWords<DeletionPolicy>{Word{DeletionPolicy::kRetain, "Retain"},
                                                   Word{DeletionPolicy::kRestore, "Restore"},
                                                   Word{DeletionPolicy::kDisable, "Disable"}};
template <>
inline constexpr std::array kWords<ObjectKind>{Word{ObjectKind::kSecret, "Secret"},
                                               Word{ObjectKind::kConfigMap, "ConfigMap"}};
template <>
inline constexpr std::array kWords<Role>{Word{Role::kDesired, "Desired"}, Word{Role::kSuperseded, "Superseded"}};
template <>
inline constexpr std::array kWords<Intent>{Word{Intent::kUpload, "Upload"}, Word{Intent::kKeep, "Keep"},
                                           Word{Intent::kDelete, "Delete"}};
template <>
inline constexpr std::array kWords<ConditionStatus>{Word{ConditionStatus::kTrue, "True"},
                                                    Word{ConditionStatus::kFalse, "False"},
                                                    Word{ConditionStatus::kUnknown, "Unknown"}};

template <class E>
std::string_view word_of(E value) {
  for (const auto& word : kWords<E>) {
    if (word.value == value) return word.text;
  }
  bug("a value outside its enumeration");
}

}  // namespace originpull::api
