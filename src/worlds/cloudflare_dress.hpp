// SPDX-License-Identifier: Apache-2.0
#pragma once
// The last touch on an answer of the simulated Cloudflare, where a mode or a behaviour that is turned off asks for
// another envelope than usual: fields that nobody knows in each object, a vague error before the specific one, errors
// or result where they do not belong. Nothing is parsed for the usual envelope. Pure function, any thread; what is no
// JSON object stays as it is.
#include "net/server.hpp"
#include "worlds/cloudflare_modes.hpp"

namespace originpull::worlds {

void dress(net::Served&, const CloudflareModes&);

}  // namespace originpull::worlds
