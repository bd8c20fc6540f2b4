// SPDX-License-Identifier: Apache-2.0
#pragma once
// The target of a request, taken apart as a server does it: path segments and query, percent-decoded
// once. The simulated worlds route by it, so an id with an encoded slash stays one segment, as it does at
// the real ones. Plain values, any thread; a broken escape is kept as it stands, there is nothing that
// fails.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::worlds {

struct Target {
  std::vector<std::string> segments = {};         // "/a/b%2Fc?x=1": "a", "b/c"
  std::map<std::string, std::string> query = {};  // of a repeated name the last
};

Target parse_target(std::string_view target);

}  // namespace originpull::worlds
