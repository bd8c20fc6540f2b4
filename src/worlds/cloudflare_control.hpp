// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareControl` is the back door of the simulated Cloudflare, no part of Cloudflare's API: below "/__control/"
// tests and demos look at what the edge presents, read the call log, change modes, add faults, move time, and act as
// a human would in the dashboard. JSON in and out; docs/cloudflare-sim.md lists the calls. No token is asked for, so
// the simulator is for loopback. Thread-safe. A request that it cannot understand is answered 400 with {"error": …}.
//
//   GET state, state?zone=NAME      zones with what they present and have presented, certificates, switches
//   GET, DELETE calls               the call log
//   GET, PATCH modes                {"deployDelayMs": 3000, …, "without": [17]} (cloudflare_modes.hpp)
//   GET behaviours, shared-ca       what is kept of Cloudflare's behaviours; the CA of what is presented as "shared"
//   GET, POST, DELETE faults        {"kind": "close", "method": "POST", "path": "*"} (http_faults.hpp)
//   POST zones, tokens, setup, time one of either, or a document of them (cloudflare_setup.hpp); {"advanceMs"}
//   POST act                        {"zone", "do": "zone-level" | "setting" | "edge" | "upload" | "delete" | …}
#include <string>

#include "net/server.hpp"
#include "worlds/call_log.hpp"
#include "worlds/cloudflare_world.hpp"
#include "worlds/http_faults.hpp"

namespace originpull::worlds {

inline constexpr std::string_view kControlPrefix = "/__control/";

class CloudflareControl {
 public:
  CloudflareControl(CloudflareWorld& world, HttpFaults& faults, CallLog& log)
      : world_(world), faults_(faults), log_(log) {}

  net::Served handle(const net::ServedRequest&);

 private:
  net::Served show_state(const std::string& only);
  net::Served show_behaviours();
  net::Served calls(const std::string& method);
  net::Served modes(const net::ServedRequest&);
  net::Served faults(const net::ServedRequest&);
  net::Served add_zone(const std::string& body);
  net::Served add_token(const std::string& body);
  net::Served set_up(const std::string& body);
  net::Served move_time(const std::string& body);

  CloudflareWorld& world_;
  HttpFaults& faults_;
  CallLog& log_;
};

}  // namespace originpull::worlds
