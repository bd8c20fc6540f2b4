// SPDX-License-Identifier: Apache-2.0
#pragma once
// The formats of strings that a schema may ask for, as the API server reads them: date-time and what else a custom
// resource of ours or of a neighbour is likely to have. Those that the real server does not know it ignores, and so
// does this; those that it knows and this does not are none of `knows_format`, so that a schema with them is refused
// when it is compiled instead of kept loosely. Pure, any thread; nothing fails.
#include <string_view>

namespace originpull::worlds {

// Whether text of this format can be judged here, or is not judged by the real server either.
bool knows_format(std::string_view format);
bool has_format(std::string_view text, std::string_view format);

}  // namespace originpull::worlds
