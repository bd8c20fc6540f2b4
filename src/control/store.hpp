// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Store` holds the newest copy of each resource that this process knows of, fed by watches and by our own writes. The
// one idea: a reader never gets a copy that is older than our last write. The answer to a write is the newest copy
// there is, so `learned` puts it in, and news from the watch that is older is dropped (by resourceVersion; where
// versions are opaque, until the very version that we wrote arrives), unless a list that was begun later brings it. A
// write whose answer was lost puts its key in `doubt` until a live read, and so does a new leader with all of them. The
// copies are replaced only when a list is complete, and absence from it is a deletion; UIDs tell a resource from its
// namesake. Values are shared and immutable; the room does not know their type. The feed functions of a scope belong to
// its watch's thread, all others are thread-safe. Each feed function returns the keys with news.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/bug.hpp"
#include "control/key.hpp"
#include "control/resource_version.hpp"
#include "env/monitor.hpp"

namespace originpull::control {

template <class T>
struct Copy {
  std::string uid;
  std::string resource_version;
  std::shared_ptr<const T> value;
};

template <class T>
class Store {
 public:
  // One watch feeds each of `namespaces`; none: one watch feeds them all, and its scope is "".
  explicit Store(env::Env& env, std::vector<std::string> namespaces = {}) : state_(env) {
    if (namespaces.empty()) namespaces.emplace_back();
    state_.with([&](State& state) {
      for (std::string& ns : namespaces) state.lists[std::move(ns)] = {};
    });
  }

  // A list of one scope begins: what is `listed` from here on is kept aside until `list_is_complete`.
  void list_begins(const std::string& scope = {});
  void listed(const Key& key, Copy<T> copy, const std::string& scope = {});
  std::vector<Key> list_is_complete(const std::string& scope = {});
  // An object was added or modified / deleted.
  std::vector<Key> changed(const Key& key, Copy<T> copy);
  std::vector<Key> deleted(const Key& key, const std::string& uid);
  // The watch shows this version. true: it is the one that is known, so there is no need to decode it.
  bool shown(const Key& key, const std::string& uid, const std::string& resource_version);

  // The answer to our own write, or a live read. Ignored if the resource is gone meanwhile or known in a newer version.
  void learned(const Key& key, Copy<T> copy);
  // A write was sent and its answer lost: the copy may be older than our own write until something is `learned`.
  void doubt(const Key& key);
  // Somebody else may have written: another leader.
  void doubt_all();

  std::optional<Copy<T>> get(const Key& key) const;
  // Whether a pass may run on the copy; if not, read live first and say `learned`.
  bool fresh(const Key& key) const;
  std::vector<Key> keys() const;  // sorted
  std::vector<std::pair<Key, Copy<T>>> all() const;
  // Calls `see(key, copy)` for each, in their order, while nobody else can use the store: be brief.
  template <class See>
  void visit(See see) const;
  // Each watch has seen a complete list.
  bool synced() const;
  bool await_synced(const std::stop_token& stop);

 private:
  struct Entry {
    Copy<T> copy;
    bool doubtful = false;
    bool awaited = false;  // our own write, of an opaque version, that the watch has not shown yet
    bool listing = false;  // the present list began after that write
  };
  struct List {
    std::map<Key, Copy<T>> objects = {};  // of the list that is under way
    bool doubtful = false;                // it began before all was put in doubt
    bool complete_once = false;
  };
  struct State {
    std::map<Key, Entry> entries = {};
    std::map<std::string, List> lists = {};  // by scope

    List& list(const std::string& scope) {
      const auto found = lists.find(scope);
      if (found == lists.end()) bug("the store is fed by a watch of a namespace that it was not made for: " + scope);
      return found->second;
    }
    bool synced() const {
      return std::all_of(lists.begin(), lists.end(), [](const auto& list) { return list.second.complete_once; });
    }
  };

  static bool covers(const std::string& scope, const Key& key) { return scope.empty() || scope == key.ns; }
  static bool accept(State& state, const Key& key, Copy<T>&& copy, bool from_list);

  mutable env::Monitor<State> state_;
};

template <class T>
void Store<T>::list_begins(const std::string& scope) {
  state_.with([&](State& state) {
    state.list(scope).objects.clear();
    state.list(scope).doubtful = false;
    for (auto& [key, entry] : state.entries) {
      if (covers(scope, key)) entry.listing = entry.awaited;
    }
  });
}

template <class T>
void Store<T>::listed(const Key& key, Copy<T> copy, const std::string& scope) {
  state_.with([&](State& state) { state.list(scope).objects.insert_or_assign(key, std::move(copy)); });
}

template <class T>
std::vector<Key> Store<T>::list_is_complete(const std::string& scope) {
  return state_.with([&](State& state) {
    std::vector<Key> news;
    std::map<Key, Copy<T>> listed = std::exchange(state.list(scope).objects, {});
    for (auto entry = state.entries.begin(); entry != state.entries.end();) {
      if (listed.contains(entry->first) || !covers(scope, entry->first)) {
        ++entry;
        continue;
      }
      news.push_back(entry->first);
      entry = state.entries.erase(entry);
    }
    for (auto& [key, copy] : listed) {
      if (!accept(state, key, std::move(copy), true)) continue;
      if (state.list(scope).doubtful) state.entries.at(key).doubtful = true;
      news.push_back(key);
    }
    state.list(scope).complete_once = true;
    return news;
  });
}

template <class T>
std::vector<Key> Store<T>::changed(const Key& key, Copy<T> copy) {
  return state_.with([&](State& state) {
    return accept(state, key, std::move(copy), false) ? std::vector<Key>{key} : std::vector<Key>{};
  });
}

template <class T>
std::vector<Key> Store<T>::deleted(const Key& key, const std::string& uid) {
  return state_.with([&](State& state) {
    const auto entry = state.entries.find(key);
    if (entry == state.entries.end() || entry->second.copy.uid != uid) return std::vector<Key>{};
    state.entries.erase(entry);
    return std::vector<Key>{key};
  });
}

template <class T>
bool Store<T>::shown(const Key& key, const std::string& uid, const std::string& resource_version) {
  return state_.with([&](State& state) {
    const auto found = state.entries.find(key);
    if (found == state.entries.end()) return false;
    const Copy<T>& copy = found->second.copy;
    const bool known = copy.uid == uid && copy.resource_version == resource_version;
    if (known) found->second.awaited = false;
    return known;
  });
}

// Takes what the watch brought unless ours is newer; true: it is news.
template <class T>
bool Store<T>::accept(State& state, const Key& key, Copy<T>&& copy, bool from_list) {
  const auto found = state.entries.find(key);
  if (found == state.entries.end()) {
    state.entries.emplace(key, Entry{.copy = std::move(copy)});
    return true;
  }
  Entry& known = found->second;
  if (known.copy.resource_version == copy.resource_version) {
    known.awaited = false;
    return false;
  }
  // After a restore from a backup versions are older than they were. A list that began before our own write knows less.
  const bool begun_later = from_list && (!known.awaited || known.listing);
  if (!begun_later && is_older(copy.resource_version, known.copy.resource_version)) return false;
  const bool same = known.copy.uid == copy.uid;
  const bool ordered = compare_versions(copy.resource_version, known.copy.resource_version).has_value();
  if (same && known.awaited && !ordered && !begun_later) return false;
  known = Entry{.copy = std::move(copy), .doubtful = same && known.doubtful};
  return true;
}

template <class T>
void Store<T>::learned(const Key& key, Copy<T> copy) {
  state_.with([&](State& state) {
    const auto found = state.entries.find(key);
    if (found == state.entries.end() || found->second.copy.uid != copy.uid) return;
    Entry& known = found->second;
    known.doubtful = false;
    if (known.copy.resource_version == copy.resource_version) return;
    if (is_older(copy.resource_version, known.copy.resource_version)) return;
    known.copy = std::move(copy);
    known.awaited = true;
    known.listing = false;
  });
}

template <class T>
void Store<T>::doubt(const Key& key) {
  state_.with([&](State& state) {
    if (const auto found = state.entries.find(key); found != state.entries.end()) found->second.doubtful = true;
  });
}

template <class T>
void Store<T>::doubt_all() {
  state_.with([](State& state) {
    for (auto& [key, entry] : state.entries) entry.doubtful = true;
    for (auto& [scope, list] : state.lists) list.doubtful = true;
  });
}

template <class T>
std::optional<Copy<T>> Store<T>::get(const Key& key) const {
  return state_.look([&](const State& state) {
    const auto found = state.entries.find(key);
    return found == state.entries.end() ? std::optional<Copy<T>>() : found->second.copy;
  });
}

template <class T>
bool Store<T>::fresh(const Key& key) const {
  return state_.look([&](const State& state) {
    const auto found = state.entries.find(key);
    return found == state.entries.end() || !found->second.doubtful;
  });
}

template <class T>
std::vector<Key> Store<T>::keys() const {
  return state_.look([](const State& state) {
    std::vector<Key> keys;
    keys.reserve(state.entries.size());
    for (const auto& [key, entry] : state.entries) keys.push_back(key);
    return keys;
  });
}

template <class T>
std::vector<std::pair<Key, Copy<T>>> Store<T>::all() const {
  std::vector<std::pair<Key, Copy<T>>> all;
  visit([&](const Key& key, const Copy<T>& copy) { all.emplace_back(key, copy); });
  return all;
}

template <class T>
template <class See>
void Store<T>::visit(See see) const {
  state_.look([&](const State& state) {
    for (const auto& [key, entry] : state.entries) see(key, entry.copy);
  });
}

template <class T>
bool Store<T>::synced() const {
  return state_.look([](const State& state) { return state.synced(); });
}

template <class T>
bool Store<T>::await_synced(const std::stop_token& stop) {
  return state_
      .await(
          [](State& state, Instant) {
            return env::Poll<bool>{.value = state.synced() ? std::optional<bool>(true) : std::nullopt};
          },
          stop)
      .has_value();
}

}  // namespace originpull::control
