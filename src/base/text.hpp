// SPDX-License-Identifier: Apache-2.0
#pragma once
// `cut` shortens a text to what a field of the Kubernetes API takes: an object with a text that is a byte too long is
// refused as a whole, and then nothing of it is told. It stands in base because Events and statuses both need it. Pure,
// any thread, cannot fail. A limit that the schema counts in characters is kept too, since a character has a byte at
// least.
#include <cstddef>
#include <string>
#include <string_view>

namespace originpull {

// `text`, or as much of it as fits into `limit` bytes without cutting a UTF-8 character.
std::string cut(std::string_view text, std::size_t limit);

}  // namespace originpull
