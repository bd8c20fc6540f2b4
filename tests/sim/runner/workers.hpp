// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs on several processors: one process for each, forked before any of them has a thread, and bound to its processor,
// since the threads of a run take turns, and a turn that stays on one processor costs a third. Each child does every
// n-th run and tells what it found through a pipe, line by line; the parent prints and counts. Called by a program that
// has no other thread. Nothing is returned as an error: a child that dies is a failure that names its last run.
#include <iosfwd>

#include "sim/runner/campaign.hpp"

namespace originpull::sim {

// True: nothing is broken. Prints each breach with the command that replays it, and figures.
bool run_all(const Choice& choice, const RunOptions& options, std::size_t jobs, std::ostream& out);

}  // namespace originpull::sim
