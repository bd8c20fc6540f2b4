// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SecretIndex` knows which resources refer to which Secret, and what a watch last said of each such Secret: UID and
// resourceVersion, never more. The one idea: of the thousands of Secrets in a cluster only those that are referred to
// are kept, counted by reference; news of any other is dropped on the spot. That loses nothing: a resource is indexed
// *before* it is queued, and a pass reads Secrets live, so what changed before the index knew is read anyway. Answers
// are the keys of resources to queue, sorted. Thread-safe through a Monitor; watch threads feed, workers ask. Cannot
// fail.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/key.hpp"
#include "env/monitor.hpp"

namespace originpull::control {

class SecretIndex {
 public:
  struct Seen {
    std::string uid;
    std::string resource_version;
    bool operator==(const Seen&) const = default;
  };
  // Secrets whose first reference came, or whose last one went.
  struct Shift {
    std::vector<Key> gained;
    std::vector<Key> lost;
    bool more = false;  // the resource refers to a Secret that it did not refer to before
  };

  explicit SecretIndex(env::Env& env) : state_(env) {}

  // All that `resource` refers to, from now on; none: the resource is gone.
  Shift refer(const Key& resource, const std::set<Key>& secrets);

  // The watch saw a Secret. Answers who must run: its users if it is news, else nobody.
  std::vector<Key> saw(const Key& secret, const Seen& now);
  // A list held it: what is, even if its version is older than what was seen (a restore from a backup).
  std::vector<Key> listed(const Key& secret, const Seen& now);
  // It was deleted.
  std::vector<Key> gone(const Key& secret);
  // A list of the Secrets in `ns` (empty: of all), only `name` if that is not empty, is complete and held `listed`.
  std::vector<Key> list_is_complete(const std::string& ns, const std::string& name, const std::set<Key>& listed);
  // A live read: what the watch will say of it is news only to other users of the Secret. `mark` is from before the
  // read: where a Secret was deleted since then, the read may be older than that, and is not believed.
  std::uint64_t mark() const;
  void learned(const Key& secret, std::uint64_t mark, const Seen& now);

  bool refers(const Key& secret) const;
  std::vector<Key> users(const Key& secret) const;
  // What is known of it; empty: nothing, read live.
  std::optional<Seen> seen(const Key& secret) const;
  std::size_t size() const;  // Secrets kept

 private:
  struct Entry {
    std::set<Key> users = {};
    std::optional<Seen> seen = {};
    bool learned = false;  // by one of several users; the others have not been told
  };
  struct State {
    std::map<Key, Entry> secrets = {};
    std::map<Key, std::set<Key>> resources = {};
    std::uint64_t deletions = 0;
  };

  mutable env::Monitor<State> state_;
};

}  // namespace originpull::control
