// SPDX-License-Identifier: Apache-2.0
#include "pki/pair.hpp"

#include <algorithm>
#include <utility>

#include "base/bug.hpp"
#include "base/rfc3339.hpp"
#include "pki/anchors.hpp"
#include "pki/certificate.hpp"
#include "pki/key.hpp"
#include "pki/pem.hpp"

namespace originpull::pki {
namespace {

struct Verdict {
  Fault fault = Fault::kNone;
  std::string detail = {};
};

Anchor as_anchor(const Certificate& certificate) {
  return {.sha256 = certificate.fingerprint(), .not_after = certificate.not_after(), .pem = certificate.pem()};
}

// tls.crt as a whole: can it be read, and does it begin with its only leaf?
Verdict judge_list(const CertificateList& list, std::size_t bytes) {
  if (bytes > kMaxPemBytes) return {Fault::kCertificateUnreadable, "larger than 1 MiB"};
  if (list.broken > 0) return {Fault::kCertificateUnreadable, "a CERTIFICATE block that cannot be decoded"};
  if (list.certificates.empty()) return {Fault::kCertificateUnreadable, "no CERTIFICATE block in PEM"};
  const Certificate& first = list.certificates.front();
  const auto other_leaf = [&](const Certificate& one) {
    return !one.is_ca() && one.fingerprint() != first.fingerprint();  // the same leaf twice is one leaf
  };
  const auto leaves = std::count_if(list.certificates.begin(), list.certificates.end(), other_leaf);
  if (first.is_ca()) {
    return {Fault::kCertificateIsCA, leaves > 0 ? "a CA stands first; the leaf must" : "a CA: " + first.subject()};
  }
  if (leaves > 0) return {Fault::kMultipleLeaves, std::to_string(leaves + 1) + " certificates that are not CAs"};
  return {};
}

Verdict judge_leaf(const Certificate& leaf, Wall now) {
  if (const auto weakness = leaf.weakness(); !weakness.empty()) return {Fault::kKeyTooWeak, weakness};
  if (!leaf.allows_client_auth()) return {Fault::kNoClientAuth, "extended key usages without clientAuth"};
  if (now < leaf.not_before()) return {Fault::kNotYetValid, "valid from " + format_rfc3339(leaf.not_before())};
  if (now > leaf.not_after()) return {Fault::kExpired, "expired at " + format_rfc3339(leaf.not_after())};
  return {};
}

Verdict judge_key(const KeyReading& key, const Certificate& leaf) {
  if (key.fault != Fault::kNone) return {key.fault, key.detail};
  if (!belongs_to(key, leaf)) return {Fault::kKeyMismatch, "the key belongs to another certificate"};
  return {};
}

void describe_leaf(const Certificate& leaf, PairFacts& facts) {
  facts.fingerprint = leaf.fingerprint();
  facts.subject = leaf.subject();
  facts.not_before = leaf.not_before();
  facts.not_after = leaf.not_after();
  facts.self_signed = leaf.names_as_issuer(leaf) && leaf.is_signed_by(leaf);
  facts.leaf_pem = leaf.pem();
}

void add_anchors(const CertificateList& list, std::string_view ca_crt, PairFacts& facts) {
  const Certificate& leaf = list.certificates.front();
  if (ca_crt.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    if (facts.self_signed) facts.anchors.push_back(as_anchor(leaf));
    return;
  }
  if (ca_crt.size() > kMaxPemBytes) return;
  const CertificateList authorities = read_certificates(ca_crt);
  const Ancestry ancestry = find_anchors(leaf, list.certificates, authorities.certificates);
  for (const Certificate* anchor : ancestry.anchors) facts.anchors.push_back(as_anchor(*anchor));
  if (facts.anchors.empty()) return;
  for (const Certificate* one : ancestry.intermediates) facts.intermediates.push_back(as_anchor(*one));
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::kNone: return "None";
    case Fault::kCertificateUnreadable: return "CertificateUnreadable";
    case Fault::kKeyUnreadable: return "KeyUnreadable";
    case Fault::kKeyEncrypted: return "KeyEncrypted";
    case Fault::kKeyMismatch: return "KeyMismatch";
    case Fault::kMultipleLeaves: return "MultipleLeaves";
    case Fault::kCertificateIsCA: return "CertificateIsCA";
    case Fault::kExpired: return "Expired";
    case Fault::kNotYetValid: return "NotYetValid";
    case Fault::kNoClientAuth: return "NoClientAuth";
    case Fault::kKeyTooWeak: return "KeyTooWeak";
  }
  bug("a Fault outside its enumeration");
}

PairFacts inspect_pair(std::string_view tls_crt, const SecretString& tls_key, std::string_view ca_crt, Wall now) {
  const QuietErrors quiet;
  PairFacts facts;
  const auto judged = [&](Verdict verdict) {
    facts.fault = verdict.fault;
    facts.detail = std::move(verdict.detail);
    return facts.fault != Fault::kNone;
  };
  const CertificateList list = tls_crt.size() > kMaxPemBytes ? CertificateList{} : read_certificates(tls_crt);
  const Verdict whole = judge_list(list, tls_crt.size());
  if (!list.certificates.empty() && list.broken == 0) describe_leaf(list.certificates.front(), facts);
  if (judged(whole)) return facts;
  const Certificate& leaf = list.certificates.front();
  add_anchors(list, ca_crt, facts);
  if (judged(judge_key(read_key(tls_key.reveal()), leaf))) return facts;
  judged(judge_leaf(leaf, now));
  return facts;
}

Result<SecretString> normalise_key(const SecretString& tls_key) {
  const QuietErrors quiet;
  if (SecretString pem = only_pkcs8(tls_key.reveal()); !pem.empty()) return pem;
  const KeyReading key = read_key(tls_key.reveal());
  if (key.fault != Fault::kNone) return fail(ErrorKind::kInvalid, "read a private key", key.detail);
  SecretString pem = write_pkcs8(key);
  if (pem.empty()) return fail(ErrorKind::kInvalid, "read a private key", "it cannot be written as PKCS#8");
  return pem;
}

Result<FirstCertificate> first_certificate(std::string_view pem) {
  for (const PemBlock& block : scan_pem(pem)) {
    if (block.label != "CERTIFICATE") continue;
    if (!block.readable) break;
    const std::string_view der = block.der.reveal();
    return FirstCertificate{.fingerprint = sha256(der), .pem = write_pem("CERTIFICATE", der)};
  }
  return fail(ErrorKind::kInvalid, "read a certificate", "the text holds no readable PEM block CERTIFICATE");
}

}  // namespace originpull::pki
