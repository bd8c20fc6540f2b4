// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options of `cloudflare-sim origin`, read once from the command line into a type that cannot be wrong. The one
// idea: an origin that lets everybody in must be asked for by name, so a CA is needed unless `--require off` is said.
// Files are named here and read by the origin. Called at the start on one thread. Fails with kInvalid: the sentence
// names the option and what it expects.
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "cli/cloudflare_sim_options.hpp"
#include "cli/listen_address.hpp"
#include "net/server.hpp"

namespace originpull::cli {

struct OriginOptions {
  ListenAddress listen = {};
  net::ClientCertificates require = net::ClientCertificates::kRequired;
  std::string client_ca_file = {};    // read again when it changes
  std::string certificate_file = {};  // with key_file; else a certificate is made
  std::string key_file = {};
  std::vector<std::string> names = {};       // of the made certificate, beside localhost and 127.0.0.1
  std::string ca_out = {};                   // where the CA of the made certificate is written
  std::string port_file = {};                // written once it listens
  std::optional<ListenAddress> status = {};  // where the counts are served in plain HTTP
  bool quiet = false;
};

// `argv[0]` is the word "origin".
Result<std::variant<OriginOptions, SimHelp>> parse_origin_options(int argc, const char* const* argv);

}  // namespace originpull::cli
