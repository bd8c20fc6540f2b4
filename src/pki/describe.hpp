// SPDX-License-Identifier: Apache-2.0
#pragma once
// `describe_certificate` says what one certificate says of itself, as text and plain values: for the simulated
// Cloudflare, which must answer as the real one does, and for tests. To match what Cloudflare echoes with what we hold,
// `first_certificate` (pair.hpp) is enough and a hundred times cheaper. It judges nothing; that is `inspect_pair`'s
// work. Pure functions on PEM text, any thread. Text without a readable certificate is kInvalid.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace originpull::pki {

struct CertificateDescription {
  std::string fingerprint;          // SHA-256 of the DER, 64 lower-case hex digits
  std::string subject;              // RFC 2253: "CN=edge,O=Example"
  std::string issuer;               // likewise
  std::string signature_algorithm;  // OpenSSL's long name: "ecdsa-with-SHA256", "sha256WithRSAEncryption"
  std::string serial;               // decimal
  Wall not_before{};
  Wall not_after{};
  bool is_ca = false;  // basicConstraints CA:TRUE
  std::string pem;     // normalised: one block, LF, final newline
};

Result<CertificateDescription> describe_certificate(std::string_view pem);                // the first certificate
Result<std::vector<CertificateDescription>> describe_certificates(std::string_view pem);  // all, in order; at least one

// Does the private key belong to the first certificate? Tried by signing, so a key file that merely claims the right
// public key is found out. False too if either cannot be read or the key is encrypted.
bool key_matches(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace originpull::pki
