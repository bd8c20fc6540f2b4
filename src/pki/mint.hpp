// SPDX-License-Identifier: Apache-2.0
#pragma once
// `mint` makes a certificate with a fresh P-256 key: for cloudflare-sim, which serves HTTPS without being given
// anything, and for the certificate that "somebody else" uploads in a rehearsal. The operator itself never makes
// certificates. Pure but for OpenSSL's random numbers; any thread. kInvalid: a name that no certificate can hold, or
// an unreadable issuer.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "base/time.hpp"

namespace originpull::pki {

struct Minted {
  std::string certificate_pem;
  SecretString key_pem;
};

struct MintOptions {
  std::string common_name;              // 1 to 64 bytes
  std::vector<std::string> names = {};  // DNS names and IP addresses of a server
  bool ca = false;
  Wall not_before{};
  Wall not_after{};
};

// Signed by `issuer`, or by itself without one. A leaf may be used as a TLS server and client.
Result<Minted> mint(const MintOptions&, const Minted* issuer = nullptr);

}  // namespace originpull::pki
