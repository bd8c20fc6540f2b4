// SPDX-License-Identifier: Apache-2.0
#pragma once
// `inspect_pair` reads the contents of a TLS Secret (tls.crt, tls.key, ca.crt) and says what the decision needs to
// know of it, by rule R0 (validate before any write) and R4 (anchors by signature) of product.md section 4. It is the
// only judge of a pair: the same function serves the observer, the uploader and the tests. Pure functions on bytes,
// on OpenSSL; the key is read, compared and forgotten, and never part of the answer. Bad input is a `Fault`, not an
// error.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "base/time.hpp"

namespace originpull::pki {

enum class Fault {
  kNone,
  kCertificateUnreadable,  // no certificate in it, or not parseable
  kKeyUnreadable,
  kKeyEncrypted,
  kKeyMismatch,
  kMultipleLeaves,   // more than one certificate that is not a CA
  kCertificateIsCA,  // only CA certificates, or the first is one
  kExpired,
  kNotYetValid,
  kNoClientAuth,  // has extended key usages, clientAuth not among them
  kKeyTooWeak,    // RSA below 2048 bits, or a curve other than P-256, P-384, P-521, or another algorithm
};
std::string_view to_string(Fault);

struct Anchor {
  std::string sha256;  // of the DER, 64 lower-case hex digits
  Wall not_after{};
  std::string pem;  // normalised: one block, LF, final newline
};

struct PairFacts {
  Fault fault = Fault::kNone;
  std::string detail = {};       // what was found, for the message ("RSA 1024 bits"); never key material
  std::string fingerprint = {};  // SHA-256 of the leaf's DER; empty if unreadable
  std::string subject = {};
  Wall not_before{};
  Wall not_after{};
  bool self_signed = false;
  std::string leaf_pem = {};  // the leaf alone, normalised: what is uploaded
  // R4, by fingerprint: the CAs of ca.crt that verify the leaf by signature (through intermediates of tls.crt), or,
  // where ca.crt is blank, the self-signed leaf itself. Empty: IssuerUnknown.
  std::vector<Anchor> anchors = {};
  std::vector<Anchor> intermediates = {};  // those of tls.crt on the way to an anchor, by fingerprint
};

// Sizes beyond 1 MiB each are unreadable. `now` decides expired and not yet valid.
PairFacts inspect_pair(std::string_view tls_crt, const SecretString& tls_key, std::string_view ca_crt, Wall now);

// The key in PKCS#8 PEM without stray text or an EC PARAMETERS block: what is uploaded. One that is PKCS#8 already is
// not decoded again, because `inspect_pair` has judged it. kInvalid if unreadable.
Result<SecretString> normalise_key(const SecretString& tls_key);

// The first certificate of a PEM text, told by its bytes alone: it is not decoded, because decoding costs a hundred
// times as much and nobody asks here whether it is a good one. kInvalid: no readable CERTIFICATE block.
struct FirstCertificate {
  std::string fingerprint;  // as PairFacts has it
  std::string pem;          // normalised
};
Result<FirstCertificate> first_certificate(std::string_view pem);

}  // namespace originpull::pki
