// SPDX-License-Identifier: Apache-2.0
#include "control/secret_index.hpp"

#include "control/resource_version.hpp"

namespace originpull::control {
namespace {

std::vector<Key> sorted(const std::set<Key>& keys) { return {keys.begin(), keys.end()}; }

}  // namespace

SecretIndex::Shift SecretIndex::refer(const Key& resource, const std::set<Key>& secrets) {
  return state_.with([&](State& state) {
    Shift shift;
    std::set<Key> before;
    if (const auto known = state.resources.find(resource); known != state.resources.end()) before = known->second;
    for (const Key& secret : secrets) {
      if (before.contains(secret)) continue;
      shift.more = true;
      Entry& entry = state.secrets[secret];
      if (entry.users.empty()) shift.gained.push_back(secret);
      entry.users.insert(resource);
    }
    for (const Key& secret : before) {
      if (secrets.contains(secret)) continue;
      const auto entry = state.secrets.find(secret);
      entry->second.users.erase(resource);
      if (!entry->second.users.empty()) continue;
      shift.lost.push_back(secret);
      state.secrets.erase(entry);
    }
    if (secrets.empty()) {
      state.resources.erase(resource);
    } else {
      state.resources.insert_or_assign(resource, secrets);
    }
    return shift;
  });
}

std::vector<Key> SecretIndex::saw(const Key& secret, const Seen& now) {
  return state_.with([&](State& state) {
    const auto entry = state.secrets.find(secret);
    if (entry == state.secrets.end()) return std::vector<Key>{};
    std::optional<Seen>& seen = entry->second.seen;
    const bool untold = entry->second.learned && seen == now;
    if (!untold && seen && (*seen == now || is_older(now.resource_version, seen->resource_version)))
      return std::vector<Key>{};
    seen = now;
    entry->second.learned = false;
    return sorted(entry->second.users);
  });
}

std::vector<Key> SecretIndex::listed(const Key& secret, const Seen& now) {
  return state_.with([&](State& state) {
    const auto entry = state.secrets.find(secret);
    const bool known = entry == state.secrets.end() || (entry->second.seen == now && !entry->second.learned);
    if (known) return std::vector<Key>{};
    entry->second.seen = now;
    entry->second.learned = false;
    return sorted(entry->second.users);
  });
}

std::vector<Key> SecretIndex::gone(const Key& secret) {
  return state_.with([&](State& state) {
    ++state.deletions;
    const auto entry = state.secrets.find(secret);
    if (entry == state.secrets.end()) return std::vector<Key>{};
    entry->second.seen.reset();
    return sorted(entry->second.users);
  });
}

std::vector<Key> SecretIndex::list_is_complete(const std::string& ns, const std::string& name,
                                               const std::set<Key>& present) {
  return state_.with([&](State& state) {
    std::set<Key> users;
    for (auto& [secret, entry] : state.secrets) {
      const bool covered = (ns.empty() || secret.ns == ns) && (name.empty() || secret.name == name);
      if (!covered || present.contains(secret)) continue;
      ++state.deletions;
      if (!entry.seen) continue;
      entry.seen.reset();
      users.insert(entry.users.begin(), entry.users.end());
    }
    return sorted(users);
  });
}

std::uint64_t SecretIndex::mark() const {
  return state_.look([](const State& state) { return state.deletions; });
}

void SecretIndex::learned(const Key& secret, std::uint64_t mark, const Seen& now) {
  state_.with([&](State& state) {
    const auto entry = state.secrets.find(secret);
    if (entry == state.secrets.end() || state.deletions != mark) return;
    std::optional<Seen>& seen = entry->second.seen;
    if (seen && (*seen == now || is_older(now.resource_version, seen->resource_version))) return;
    seen = now;
    entry->second.learned = entry->second.users.size() > 1;
  });
}

bool SecretIndex::refers(const Key& secret) const {
  return state_.look([&](const State& state) { return state.secrets.contains(secret); });
}

std::vector<Key> SecretIndex::users(const Key& secret) const {
  return state_.look([&](const State& state) {
    const auto entry = state.secrets.find(secret);
    return entry == state.secrets.end() ? std::vector<Key>{} : sorted(entry->second.users);
  });
}

std::optional<SecretIndex::Seen> SecretIndex::seen(const Key& secret) const {
  return state_.look([&](const State& state) {
    const auto entry = state.secrets.find(secret);
    return entry == state.secrets.end() ? std::optional<Seen>() : entry->second.seen;
  });
}

std::size_t SecretIndex::size() const {
  return state_.look([](const State& state) { return state.secrets.size(); });
}

}  // namespace originpull::control
