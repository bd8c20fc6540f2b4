// SPDX-License-Identifier: Apache-2.0
#pragma once
// The list of exact behaviours, items 1 to 69 and 109 to 140, and where each is shown: by checks of this suite, which
// bear its number, or, where it is a rule for a client and no server can show it, by the tests that are named here. The
// one idea: the page docs/reference/kubernetes-world.md is made of this and of the table of checks, and a test fails
// when it is stale or when an item is shown nowhere. Pure; constant after start.
#include <map>
#include <set>
#include <string>
#include <vector>

namespace originpull::behaviour {

// What an item says, in a few words.
const std::map<int, std::string>& items();
// Where an item is shown that no server shows.
const std::map<int, std::string>& shown_elsewhere();
// What the random conversations do not compare, and why.
const std::vector<std::string>& not_compared();
// The numbers in "8 17"; "operator" has none.
std::set<int> items_of(const std::string& numbers);
std::string reference_page();

}  // namespace originpull::behaviour
