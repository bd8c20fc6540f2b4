// SPDX-License-Identifier: Apache-2.0
#include "reconcile/pairs.hpp"

#include "pki/pair.hpp"

namespace originpull::reconcile {
namespace {

using api::Reason;
using pki::Fault;

struct Row {
  Fault fault;
  Reason reason;
  const char* sentence;  // after "Secret NAME: "
};

constexpr Row kRows[] = {
    {Fault::kCertificateUnreadable, Reason::kCertificateUnreadable,
     "tls.crt holds no readable PEM certificate. Put the leaf certificate there, its intermediates behind it."},
    {Fault::kKeyUnreadable, Reason::kKeyUnreadable,
     "tls.key holds no readable PEM private key. Put the unencrypted key of the leaf there (PKCS#1, PKCS#8 or SEC1)."},
    {Fault::kKeyEncrypted, Reason::kKeyEncrypted, "tls.key is encrypted. Store the key without a passphrase."},
    {Fault::kKeyMismatch, Reason::kKeyMismatch,
     "tls.key is not the key of the certificate in tls.crt. Replace both together."},
    {Fault::kMultipleLeaves, Reason::kMultipleLeaves,
     "tls.crt holds more than one leaf certificate. Keep the one to present, and only CA certificates behind it."},
    {Fault::kCertificateIsCA, Reason::kCertificateIsCA,
     "tls.crt begins with a CA certificate. Issue a leaf certificate (CA:FALSE) from it and put that there."},
    {Fault::kExpired, Reason::kCertificateExpired,
     "the certificate has expired. Renew it; what is deployed stays as it is."},
    {Fault::kNotYetValid, Reason::kCertificateNotYetValid,
     "the certificate is not valid yet. It is used as soon as it is; check the issuer's clock."},
    {Fault::kNoClientAuth, Reason::kNoClientAuth,
     "the certificate's extended key usages lack clientAuth, so an origin may refuse it. Issue it with clientAuth."},
    {Fault::kKeyTooWeak, Reason::kKeyTooWeak,
     "the key is too weak or of another kind. Use RSA of 2048 bits or more, or the curves P-256, P-384, P-521."},
};

std::string sentence(const std::string& name, const char* text, const std::string& detail) {
  std::string out = "Secret " + name + ": " + text;
  if (!detail.empty()) out += " Found: " + detail + ".";
  return out;
}

plan::Pair translate(const std::string& name, const pki::PairFacts& facts) {
  plan::Pair pair{.leaf = facts.fingerprint, .not_before = facts.not_before, .not_after = facts.not_after};
  for (const pki::Anchor& a : facts.anchors)
    pair.anchors.push_back({.sha256 = a.sha256, .not_after = a.not_after, .pem = a.pem});
  // Time is the planner's: the facts are kept while the Secret is unchanged, and validity comes and goes.
  if (facts.fault == Fault::kExpired || facts.fault == Fault::kNotYetValid) return pair;
  for (const Row& row : kRows) {
    if (row.fault != facts.fault) continue;
    pair.problem = row.reason;
    pair.detail = sentence(name, row.sentence, facts.detail);
  }
  return pair;
}

}  // namespace

plan::Pair judge_pair(const std::string& name, const Secret& secret, Wall now) {
  const auto bad = [](Reason reason, std::string detail) {
    return plan::Pair{.problem = reason, .detail = std::move(detail)};
  };
  if (secret.problem != Reason::kValid) return bad(secret.problem, secret.detail);
  if (secret.type != kTlsType)
    return bad(Reason::kSecretWrongType,
               "Secret " + name + " is of type \"" + secret.type +
                   "\" and must be of type kubernetes.io/tls. Create it anew with that type.");
  const auto value = [&](const char* key) { return secret.values.find(key); };
  const auto crt = value(kCertificateKey), key = value(kPrivateKeyKey), ca = value(kCaKey);
  for (const auto& [found, what] : {std::pair{crt, kCertificateKey}, std::pair{key, kPrivateKeyKey}})
    if (found == secret.values.end() || found->second.empty())
      return bad(Reason::kSecretKeyMissing,
                 "Secret " + name + " has no value under " + std::string(what) + ". Put it there.");
  const std::string_view ca_crt = ca == secret.values.end() ? std::string_view() : ca->second.reveal();
  return translate(name, pki::inspect_pair(crt->second.reveal(), key->second, ca_crt, now));
}

}  // namespace originpull::reconcile
