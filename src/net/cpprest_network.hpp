// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Network of production: cpprestsdk behind Transport. cpprestsdk is the owner's choice and its upstream is
// archived, so nothing of it shows outside the cpprest_*.cpp files, and every rule of cpprest.md section 2 is kept
// there. A Transport keeps one pool of connections; a mutation that must be on the wire at most once gets a
// connection of its own, because cpprestsdk sends again on a pooled one that was closed. Transports may be used by
// any number of threads and destroyed while nobody is in them; an abandoned exchange (a DNS lookup) lives on inside
// cpprestsdk until `drain_process` sees it end. Start-up and tear-down are the program's: `init_process` first in
// main, `drain_process` last.
#include <memory>

#include "env/env.hpp"
#include "net/transport.hpp"

namespace originpull::net {

// Before any thread is started: sets environment variables (see take_over_system_roots), cpprestsdk's pool of I/O
// threads, and OpenSSL so that leaving main during a handshake is safe. Calls after the first do nothing.
void init_process(unsigned io_threads = 2);

// false: after `limit` something is still inside cpprestsdk (a name lookup); end with _exit then. Destroy the
// transports first.
bool drain_process(Duration limit);

// Initialises the process if nobody has. Deadlines count on the clock of `env`, which outlives the exchanges.
std::unique_ptr<Network> make_cpprest_network(env::Env& env);

}  // namespace originpull::net
