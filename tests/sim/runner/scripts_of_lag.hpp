// SPDX-License-Identifier: Apache-2.0
#pragma once
// Scripts of base scenarios (bases.hpp) in which somebody is late or the operator is not alone: a replica that does not
// see what was done before it leads, renewals that are answered late, and resources beside the one that is judged. They
// are here and not in bases.cpp so that neither grows long; the table there says what each is called and which mishaps
// say something new in it. Each runs on its Stage's thread; nothing fails.
#include "sim/runner/stage.hpp"

namespace originpull::sim {

void among_others(Stage&);
void late_standby(Stage&);
void slow_renewals(Stage&);

}  // namespace originpull::sim
