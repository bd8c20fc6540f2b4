// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds one member of a JSON object in its text without parsing the rest: the way to look into a watch event or an
// object of megabytes when only its type or its metadata is wanted. It follows strings and brackets and checks nothing
// else, so what it finds must still be parsed by whoever believes it. Of duplicate keys the last counts, as for the
// parser. Pure, no allocation, linear; text that is no object, or ends too early, has no members.
#include <optional>
#include <string>
#include <string_view>

namespace originpull::kube {

// The text of the value under `key` of the object `json`, without surrounding blanks. A key written with escapes is not
// found.
std::optional<std::string_view> member(std::string_view json, std::string_view key);

// The same for a string without escapes (types, versions and tokens are), without its quotes.
std::optional<std::string_view> plain_string_member(std::string_view json, std::string_view key);

}  // namespace originpull::kube
