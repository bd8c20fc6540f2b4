// SPDX-License-Identifier: Apache-2.0
#include "reconcile/pair_cache.hpp"

namespace originpull::reconcile {

std::optional<plan::Pair> PairCache::find(const control::Key& resource, const Version& version) const {
  return entries_.look([&](const std::map<control::Key, Entry>& entries) -> std::optional<plan::Pair> {
    const auto found = entries.find(resource);
    if (found == entries.end() || found->second.version != version) return std::nullopt;
    return found->second.pair;
  });
}

void PairCache::remember(const control::Key& resource, Version version, plan::Pair pair) {
  entries_.with([&](std::map<control::Key, Entry>& entries) {
    entries.insert_or_assign(resource, Entry{std::move(version), std::move(pair)});
  });
}

void PairCache::forget(const control::Key& resource) {
  entries_.with([&](std::map<control::Key, Entry>& entries) { entries.erase(resource); });
}

}  // namespace originpull::reconcile
