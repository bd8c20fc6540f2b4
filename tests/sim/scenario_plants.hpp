// SPDX-License-Identifier: Apache-2.0
#pragma once
// Planted bugs: each makes the shipped program behave as if a rule of the design were missing in it, by changing what
// passes between it and the network. They show that the oracles see such a program; the program itself is not touched.
// A plant is made for one life of one process and used by its threads; it has no state of its own. Errors pass
// through.
#include <memory>

#include "net/transport.hpp"

namespace originpull::sim {

// As if the ledger were never written: each write of the status is answered as done and reaches nobody.
std::unique_ptr<net::Network> forget_ledger(net::Network& below);
// As if everybody who asks led: each write of a Lease is answered as done and reaches nobody.
std::unique_ptr<net::Network> let_all_lead(net::Network& below);
// As if nobody waited for a deployment: what Cloudflare calls pending is called active.
std::unique_ptr<net::Network> see_all_active(net::Network& below);

}  // namespace originpull::sim
