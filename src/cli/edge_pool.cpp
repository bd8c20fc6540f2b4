// SPDX-License-Identifier: Apache-2.0
#include "cli/edge_pool.hpp"

#include <utility>
#include <vector>

namespace originpull::cli {
namespace {

constexpr std::size_t kMostPerKey = 128;
constexpr std::size_t kMostKeys = 512;

}  // namespace

std::optional<EdgePool::Kept> EdgePool::take(const std::string& key) {
  const Instant oldest = env_.now() - idle_;
  for (;;) {
    auto kept = kept_.with([&](Shelf& shelf) -> std::optional<Kept> {
      const auto found = shelf.find(key);
      if (found == shelf.end() || found->second.empty()) return std::nullopt;
      Kept newest = std::move(found->second.back());
      found->second.pop_back();
      return newest;
    });
    if (!kept) return std::nullopt;
    if (kept->since >= oldest && kept->connection->reusable()) return kept;
  }
}

void EdgePool::put(const std::string& key, Kept kept) {
  kept.since = env_.now();
  const Instant oldest = kept.since - idle_;
  std::vector<Kept> dropped;  // closed after the lock
  kept_.with([&](Shelf& shelf) {
    const auto drop_oldest = [&](std::deque<Kept>& of) {
      dropped.push_back(std::move(of.front()));
      of.pop_front();
    };
    for (auto it = shelf.begin(); it != shelf.end();) {
      while (!it->second.empty() && it->second.front().since < oldest) drop_oldest(it->second);
      it = it->second.empty() ? shelf.erase(it) : std::next(it);
    }
    if (shelf.size() >= kMostKeys && !shelf.contains(key)) {
      dropped.push_back(std::move(kept));
      return;
    }
    auto& own = shelf[key];
    own.push_back(std::move(kept));
    if (own.size() > kMostPerKey) drop_oldest(own);
  });
}

void EdgePool::clear() {
  const Shelf dropped = kept_.with([](Shelf& shelf) { return std::exchange(shelf, {}); });
}

std::size_t EdgePool::size() const {
  return kept_.look([](const Shelf& shelf) {
    std::size_t count = 0;
    for (const auto& [key, all] : shelf) count += all.size();
    return count;
  });
}

}  // namespace originpull::cli
