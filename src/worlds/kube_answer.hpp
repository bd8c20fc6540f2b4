// SPDX-License-Identifier: Apache-2.0
#pragma once
// The texts in which the simulated Kubernetes API answers: Status objects, lists, watch frames, and the view of an
// object that holds its metadata alone. They follow what a real API server sends, as far as the operator reads it.
// Objects come and go as JSON text, so that no JSON library shows. Pure; any thread; nothing fails: the texts are the
// world's own.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::worlds {

inline constexpr Duration kBookmarkAfter{60'000};

// A failure: {"kind": "Status", "status": "Failure", …}.
std::string status_text(int code, std::string_view reason, std::string_view message);
net::Served refusal(int code, std::string_view reason, std::string_view message);
net::Served expired();

std::string metadata_view(const std::string& object);  // as PartialObjectMetadata
std::string list_text(const KubeKind&, std::int64_t version, const std::string& continue_token,
                      const std::vector<std::string>& items, bool metadata_only);
// A line of a watch.
std::string frame(std::string_view type, std::string_view object);
std::string bookmark(const KubeKind&, std::int64_t version);

}  // namespace originpull::worlds
