// SPDX-License-Identifier: Apache-2.0
#pragma once
// A TLS server's certificate made at the start, with a CA of its own that clients can be told to trust, so that
// cloudflare-sim and its origin speak HTTPS without being given anything. Good for 90 days; kept nowhere. Pure but for
// OpenSSL's random numbers; any thread; what is made belongs to the caller. kInvalid: a name that no certificate can
// hold.
#include <string>
#include <vector>

#include "pki/mint.hpp"

namespace originpull::cli {

struct SelfMade {
  std::string ca_pem;
  pki::Minted server;
};

// For localhost, 127.0.0.1 and `names`. `whose` stands in the subjects: "cloudflare-sim".
Result<SelfMade> make_server_identity(const std::string& whose, const std::vector<std::string>& names, Wall now);

}  // namespace originpull::cli
