// SPDX-License-Identifier: Apache-2.0
#pragma once
// The program `sim`: lists the runs of the simulation, does them on several processors, and tells the story of one.
//
//   sim --list                       the base scenarios and the kinds of mishaps
//   sim --explain rotation:F3@17:1   the story of one run; what a failure prints can be pasted here
//   sim --exhaustive --jobs 2        single mishaps at every call; --slice 1/8 takes an eighth of it
//
// Exit codes: 0 nothing is broken, 1 something is, 2 the command makes no sense.
#include <iosfwd>
#include <string>
#include <vector>

namespace originpull::sim {

int run_command(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace originpull::sim
