// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which planted bug the program has. tests/planted holds bugs as patches to src, each behind `if (planted::bug(7))`;
// they are compiled, all together, into copies of the sources that planted_test is linked with in the place of the
// shipped ones. None is chosen at first, and then those copies do what the shipped sources do. The number is one
// relaxed atomic: no lock and no clock, so nothing in a simulated history moves by asking. It is chosen once, before
// the threads of a run start. This header is included into each patched copy by the compiler's -include.

namespace originpull::planted {

void choose(int number);  // 0: none
bool bug(int number);

}  // namespace originpull::planted
