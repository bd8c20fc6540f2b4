// SPDX-License-Identifier: Apache-2.0
#pragma once
// Certificates for tests, made in memory with OpenSSL: authorities, leaves, and every way in which one can be wrong
// (expired, no SAN, wrong usage, not a CA where it should be). It stands below the suites of net, pki, cloudflare and
// the worlds. The one idea: an `Identity` is plain PEM text, so it goes into a Secret, a server or a file as it is,
// and can sign others. Values only, no handle is kept; functions may be called from any thread. What cannot be made
// ends the test program with the reason (base/bug.hpp), because then the test itself is wrong.
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace originpull::support {

enum class KeyType { kEc, kRsa };
enum class KeyForm { kPkcs8, kTraditional };  // "PRIVATE KEY", or "EC PRIVATE KEY" and "RSA PRIVATE KEY"

struct KeyOptions {
  KeyType type = KeyType::kEc;
  int rsa_bits = 2048;
  KeyForm form = KeyForm::kPkcs8;
  std::string curve = "P-256";
};

struct CertificateOptions {
  std::string common_name = "test";  // empty: an empty subject
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};
  Seconds valid_from{-3600};  // both relative to now; made at whole seconds
  Seconds valid_until{30L * 24 * 3600};
  std::optional<Wall> not_before = {};  // absolute, instead of the above
  std::optional<Wall> not_after = {};
  bool ca = false;
  std::optional<int> path_length = {};  // of a CA
  bool basic_constraints = true;        // false: leave the extension out, whatever `ca` says
  std::string key_usage = {};  // OpenSSL's words, "digitalSignature,keyEncipherment"; empty: what fits `ca`, "-": none
  std::string extended_key_usage = {};  // "serverAuth,clientAuth"; empty: no such extension
  std::optional<long> serial = {};      // random when empty
  std::string digest = "SHA256";
  KeyOptions key = {};
  std::string key_pem = {};  // use this key instead of a new one (a renewal with the same key, a cross-signed CA)
};

// A certificate and its key. `chain_pem` holds the certificates between it and its root, nearest first, without either.
struct Identity {
  std::string certificate_pem;
  std::string key_pem;
  std::string chain_pem = {};
  std::string bundle_pem() const { return certificate_pem + chain_pem; }  // what a server presents, what tls.crt holds
};

std::string make_key(const KeyOptions& = {});
// The same key, encrypted: a program that cannot ask for the passphrase must refuse it.
std::string encrypt_key(const std::string& key_pem, const std::string& passphrase);

Identity make_ca(const std::string& common_name = "test CA", CertificateOptions = {});
Identity make_self_signed(CertificateOptions);
// Signed by `issuer`, which need not be a CA: a test may want a chain that must be refused.
Identity issue(const Identity& issuer, CertificateOptions);
// A CA below `issuer`.
Identity issue_intermediate(const Identity& issuer, const std::string& common_name, CertificateOptions = {});

// A TLS server certificate for the names given (an address goes into an IP SAN), and a TLS client's.
Identity issue_server(const Identity& issuer, const std::vector<std::string>& names);
Identity issue_client(const Identity& issuer, const std::string& common_name);

}  // namespace originpull::support
