// SPDX-License-Identifier: Apache-2.0
#pragma once
// The record says for each planted bug by which trial it was caught and what the oracle said then: the lines of
// tests/planted/caught.txt, which tests/planted/hunt writes, "number<TAB>scenario<TAB>fault<TAB>seed<TAB>sentence". The
// one idea: a search is long and a known trial is short, so the tests begin with the known one. The page
// docs/reference/planted-bugs.md is made of the record and the catalogue. Values; a line that cannot be read ends the
// program.
#include <map>
#include <string>
#include <string_view>

#include "planted/trial.hpp"

namespace originpull::planted {

using Record = std::map<int, Caught>;  // by the bug's number

Record read_record(std::string_view text);
std::string line_of(int number, const Caught&);

// The page.
std::string table(const Record&);

}  // namespace originpull::planted
