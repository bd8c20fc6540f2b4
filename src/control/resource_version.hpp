// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of two resourceVersions of one object (or one kind) is newer. Kubernetes promises an order since 1.35, and has
// always kept it for etcd: digits only, no leading zero, the shorter is the older, then by text; they can be longer
// than 64 bits. Anything else is opaque: then only equality says something, and a caller must do without an order.
// Pure; cannot fail.
#include <compare>
#include <optional>
#include <string_view>

namespace originpull::control {

// Empty: the two cannot be ordered (one of them is opaque and they differ).
std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right);

// Certainly older; false when nobody can tell.
bool is_older(std::string_view version, std::string_view than);

}  // namespace originpull::control
