// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options of cloudflare-sim, read once from the command line into a type that cannot be wrong. Zones and tokens
// have a small syntax of their own ("example.com=023e…", "secret:zone-read,ssl-write"), which is checked here and
// nowhere else. Called at the start on one thread. Fails with kInvalid: the sentence names the option and what it
// expects.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "cli/edge.hpp"
#include "worlds/cloudflare_modes.hpp"

namespace originpull::cli {

struct SimZoneOption {
  std::string name = {};
  std::string id = {};              // empty: derived from the name
  std::string origin = {};          // "127.0.0.1:8443", for the edge
  std::string origin_ca_file = {};  // PEM, for `ssl` strict and origin_pull
};

struct SimTokenOption {
  std::string text = {};
  std::vector<std::string> permissions = {};
};

struct CloudflareSimOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any free one
  std::string port_file = {};   // written once the server listens
  bool tls = false;             // with a certificate made at the start, for localhost and the address
  std::string ca_out = {};      // where the CA of it is written
  std::string state_file = {};  // a JSON document of zones, tokens, modes and faults (worlds/cloudflare_setup.hpp)
  std::vector<SimZoneOption> zones = {};
  std::vector<SimTokenOption> tokens = {};
  worlds::CloudflareModes modes = {};
  bool quiet = false;
  std::optional<EdgeOptions> edge = {};
};

struct SimHelp {
  std::string text;
  int code = 0;
};

Result<std::variant<CloudflareSimOptions, SimHelp>> parse_cloudflare_sim_options(int argc, const char* const* argv);

// "3s", "500ms", "2m", "1h", "0"; kInvalid otherwise.
Result<Duration> parse_sim_duration(const std::string& text);

}  // namespace originpull::cli
