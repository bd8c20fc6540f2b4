// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_reader.hpp"

#include <algorithm>

#include "worlds/kube_answer.hpp"

namespace originpull::worlds {
namespace {

using Match = KubeListOptions::Match;

// The key by which a page ends: names alone where they are all of one namespace.
std::string place_of(const KubeListRequest& request, const KubeKey& key) {
  return request.ns.empty() && request.type->namespaced ? key.ns + "/" + key.name : key.name;
}

}  // namespace

std::optional<std::int64_t> moment_of(const KubeState& state, const KubeListRequest& request, Instant now) {
  const KubeListOptions& options = request.options;
  if (options.place) return options.place->version < 0 ? state.store.version : options.place->version;
  if (options.version.empty()) return state.store.version;
  const std::int64_t known = horizon(state, request.front_end, now).version;
  if (options.version == "0") return known;
  if (options.match == Match::kExact || (options.match == Match::kUnset && options.limit > 0))
    return options.at_version <= state.store.version ? std::optional(options.at_version) : std::nullopt;
  return options.at_version <= known ? std::optional(known) : std::nullopt;
}

KubeOutcome<KubePage> read_page(const KubeState& state, const KubeListRequest& request, std::int64_t as_of) {
  const KubeListOptions& options = request.options;
  if (as_of < state.store.compacted) {
    if (!options.place) return refuse(expired("The resourceVersion for the provided list is too old."));
    KubeRefusal gone = expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        "modified, or deleted between the time the first chunk was returned and now may show up in the list.");
    gone.continue_token = continue_token({.version = -1, .after = options.place->after});
    return refuse(std::move(gone));
  }
  KubePage page{.version = as_of};
  const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(0, options.limit));
  std::int64_t remaining = 0;
  std::string last;
  for (const auto& [key, object] : state.store.list(request.type->storage, request.ns, as_of)) {
    const std::string place = place_of(request, key);
    if (options.place && place <= options.place->after) continue;
    // Whether the rest matches the selector is not looked at before it is asked for.
    if (limit > 0 && page.items.size() == limit && options.selector.only_name().empty()) {
      ++remaining;
      continue;
    }
    if (!options.selector.matches(*object->value)) continue;
    page.items.push_back(object);
    last = place;
  }
  if (remaining > 0) {
    page.continue_token = continue_token({.version = as_of, .after = last});
    // With a selector the server would have to look at all the rest to know.
    if (options.selector.empty()) page.remaining = remaining;
  }
  return page;
}

}  // namespace originpull::worlds
