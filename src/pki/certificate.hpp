// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Certificate` is one parsed X.509 certificate: the facts that this room's judgements are made of, each read once.
// It stands between OpenSSL and the rules: pair.cpp and anchors.cpp ask it and never touch an OpenSSL type. A value
// that owns its handle; not shared between threads. What cannot be parsed whole (trailing bytes, an extension that
// does not decode, a time that is none) is no Certificate.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "pki/openssl.hpp"

namespace originpull::pki {

// SHA-256 in lower-case hex.
std::string sha256(std::string_view bytes);

class Certificate {
 public:
  static std::optional<Certificate> parse(std::string_view der);

  const std::string& fingerprint() const { return fingerprint_; }  // SHA-256 of the DER, lower-case hex
  const std::string& pem() const { return pem_; }                  // normalised
  Wall not_before() const { return not_before_; }
  Wall not_after() const { return not_after_; }
  std::string subject() const;
  std::string issuer() const;
  std::string serial() const;  // decimal
  std::string signature_algorithm() const;

  bool is_ca() const;               // basicConstraints CA:TRUE
  bool may_issue() const;           // OpenSSL would let it sign others: a CA, or of a kind older than basicConstraints
  bool allows_client_auth() const;  // no extended key usage at all, or clientAuth among them
  std::string weakness() const;     // what is wrong with its key ("RSA 1024 bits"); empty: strong enough
  bool names_as_issuer(const Certificate& other) const;  // by name alone
  bool is_signed_by(const Certificate& issuer) const;    // by signature alone: names and dates are not looked at

  x509_st* handle() const { return handle_.get(); }

 private:
  Certificate() = default;

  X509Ptr handle_;
  std::string fingerprint_;
  std::string pem_;
  Wall not_before_{};
  Wall not_after_{};
};

// The CERTIFICATE blocks of a text, in order. `broken` counts those that could not be read.
struct CertificateList {
  std::vector<Certificate> certificates;
  std::size_t broken = 0;
};
CertificateList read_certificates(std::string_view pem);

}  // namespace originpull::pki
