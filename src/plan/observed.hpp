// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Observed` is all that a decision may know: the resource, the time, and the facts that were asked for so far in this
// pass. A `Fact` is unseen (not looked at yet, or forgotten after a write), failed (looked, and could not see), or
// seen. The observer (reconcile) fills facts; the planner asks for those that it lacks. Keys and tokens never get here:
// a pair is its fingerprint and what is wrong with it. Plain values, so every small Observed can be enumerated
// (tests/search).
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/origin_pull_config.hpp"
#include "api/reason.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace originpull::plan {

struct Unseen {};
template <class T>
using Fact = std::variant<Unseen, Error, T>;
template <class T>
const T* seen(const Fact<T>& fact) {
  return std::get_if<T>(&fact);
}
template <class T>
const Error* failed(const Fact<T>& fact) {
  return std::get_if<Error>(&fact);
}

// Another OriginPullConfig of the cluster; never its namespace, which must not reach a message.
struct Rival {
  std::string uid;
  Wall created{};
  api::ZoneRef zone;
  std::optional<api::ZoneIdentity> pinned = {};
};

// The token's Secret: usable, or why not.
struct Token {
  api::Reason problem = api::Reason::kValid;
  std::string detail = {};
};

// The certificate's Secret, judged by pki::inspect_pair. Validity in time is judged by the planner: a pair can expire
// unchanged.
struct Pair {
  api::Reason problem = api::Reason::kValid;
  std::string detail = {};
  api::Fingerprint leaf = {};
  Wall not_before{};
  Wall not_after{};
  std::vector<api::AnchorRecord> anchors = {};
};

struct Zone {
  std::optional<api::ZoneIdentity> identity = {};  // empty: none that this token can see
  bool several = false;                            // or more than one of this name
};

enum class Deployment { kPending, kActive, kDeleting, kDeleted, kDeploymentTimedOut, kDeletionTimedOut, kUnknown };

// A certificate at Cloudflare, from the list or from a GET by a recorded id.
struct Certificate {
  std::string id;
  api::Fingerprint leaf;  // empty: Cloudflare's text could not be read, so never ours
  Deployment deployment = Deployment::kUnknown;
  std::string word = {};  // Cloudflare's word for it
  std::optional<Wall> uploaded = {};
  std::optional<Wall> not_after = {};
};

struct GlobalSetting {
  bool on = false;
  bool editable = true;
};

struct Observed {
  Wall now{};
  api::OriginPullConfig resource;
  Seconds missing_secret_grace{600};
  api::Fingerprint first_claim = {};  // announced in this pass and never before: no earlier upload of it can appear

  Fact<std::vector<Rival>> rivals = {};
  Fact<Token> token = {};
  Fact<Pair> pair = {};
  Fact<std::optional<Certificate>> awaited = {};  // the desired one by its recorded id, while it is being deployed
  Fact<Zone> zone = {};
  Fact<std::vector<Certificate>> certificates =
      {};  // the list, and each recorded id that it lacks and Cloudflare still knows
  Fact<bool> zone_level = {};
  Fact<GlobalSetting> global_setting = {};
  Fact<std::string> encryption_mode = {};  // Cloudflare's word
};

}  // namespace originpull::plan
