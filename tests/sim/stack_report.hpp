// SPDX-License-Identifier: Apache-2.0
#pragma once
// `print_stack` tells a person where a thread is, when a simulation is given up. It asks addr2line for functions and
// lines if binutils are installed, and otherwise prints addresses that can be given to it later. The frames of the
// simulation and of env itself are left out, because they are the same for every thread. It forks, so it is for a
// process that is about to end; it cannot fail.
namespace originpull::sim {

void print_stack(void* const* frames, int depth);

}  // namespace originpull::sim
