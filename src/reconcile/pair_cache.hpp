// SPDX-License-Identifier: Apache-2.0
#pragma once
// `PairCache` remembers what was found out about a Secret's pair, by the Secret's UID and
// resourceVersion: the facts, never the payload. So a drift check of an unchanged Secret reads
// and parses nothing. One entry per resource, dropped with it. Thread-safe through a Monitor;
// cannot fail.
#include <map>
#include <optional>
#include <string>

#include "control/key.hpp"
#include "env/monitor.hpp"
#include "plan/observed.hpp"

namespace originpull::reconcile {

class PairCache {
 public:
  explicit PairCache(env::Env& env) : entries_(env) {}

  struct Version {
    std::string secret;  // name
    std::string uid;
    std::string resource_version;
    bool operator==(const Version&) const = default;
  };

  std::optional<plan::Pair> find(const control::Key& resource, const Version& version) const;
  void remember(const control::Key& resource, Version version, plan::Pair pair);
  void forget(const control::Key& resource);

 private:
  struct Entry {
    Version version;
    plan::Pair pair;
  };
  env::Monitor<std::map<control::Key, Entry>> entries_;
};

}  // namespace originpull::reconcile
