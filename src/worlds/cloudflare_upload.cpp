// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_upload.hpp"

#include <algorithm>

#include "json/decoder.hpp"
#include "pki/describe.hpp"
#include "worlds/cloudflare_answer.hpp"
#include "worlds/cloudflare_certificates.hpp"
#include "worlds/cloudflare_steps.hpp"

namespace originpull::worlds {
namespace {

using Chain = std::vector<pki::CertificateDescription>;

// "sha256WithRSAEncryption" as Cloudflare writes it: "SHA256WithRSA"; "ecdsa-with-SHA256": "ECDSAWithSHA256".
std::string signature_name(std::string_view openssl_name) {
  constexpr std::string_view kRsa = "WithRSAEncryption";
  constexpr std::string_view kEcdsa = "ecdsa-with-";
  if (openssl_name.ends_with(kRsa)) {
    std::string digest(openssl_name.substr(0, openssl_name.size() - kRsa.size()));
    std::transform(digest.begin(), digest.end(), digest.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return digest + "WithRSA";
  }
  if (openssl_name.starts_with(kEcdsa)) return "ECDSAWith" + std::string(openssl_name.substr(kEcdsa.size()));
  return std::string(openssl_name);
}

struct Upload {
  std::string certificate;
  std::optional<std::string> key;
};

std::optional<Upload> read_upload(const CloudflareModes& modes, std::string_view body) {
  auto upload = json::decode(body, [&](json::Decoder& d) {
    Upload one{.certificate = d.need<std::string>("certificate"), .key = {}};
    if (modes.keeps(Behaviour::kUploadNeedsBothParts) || d.has("private_key")) {
      one.key = d.need<std::string>("private_key");
    }
    return one;
  });
  if (!upload) return std::nullopt;
  return std::move(*upload);
}

bool is_key_of(const CloudflareModes& modes, const Upload& upload) {
  if (!upload.key) return true;
  const bool is_pkcs8 = upload.key->find("-----BEGIN PRIVATE KEY-----") != std::string::npos;
  if (!is_pkcs8 && !modes.keeps(Behaviour::kKeyEncodings)) return false;
  return !modes.keeps(Behaviour::kMismatchIsRefused) || pki::key_matches(upload.certificate, *upload.key);
}

// Why it is refused; empty: it is taken.
std::optional<net::Served> refusal(const CloudflareModes& modes, const Upload& upload, const Chain& chain, Wall now) {
  const pki::CertificateDescription& leaf = chain.front();
  const bool refuses_chain = modes.chain == "refuse" && modes.keeps(Behaviour::kChains);
  if ((leaf.is_ca && modes.keeps(Behaviour::kCaIsRefused)) || (chain.size() > 1 && refuses_chain)) {
    const bool other_words = modes.ca_wording == "missing-leaf";
    return service_error(400, 1412, other_words ? "missing leaf certificate" : "Only leaf certificate is allowed.");
  }
  if (leaf.issuer == leaf.subject && !modes.keeps(Behaviour::kLeniencyWithLeaves)) {
    return service_error(400, kUnrecordedCode, "The certificate is signed by itself.");
  }
  if (!is_key_of(modes, upload)) {
    return service_error(400, modes.mismatch_code, "The private key does not match the certificate.");
  }
  if (!modes.accept_expired && modes.keeps(Behaviour::kExpiredUploads) && leaf.not_after < now) {
    return service_error(400, kUnrecordedCode, "The certificate has expired.");
  }
  return std::nullopt;
}

std::string echo(const CloudflareModes& modes, const Chain& chain) {
  std::string pem = chain.front().pem;
  if (modes.chain == "all" && modes.keeps(Behaviour::kChains)) {
    for (std::size_t i = 1; i < chain.size(); ++i) pem += chain[i].pem;
  }
  // The real one's echo differs from what was sent in its final line break.
  while (modes.keeps(Behaviour::kEchoIsNormalised) && pem.ends_with('\n')) pem.pop_back();
  return pem;
}

}  // namespace

JudgedUpload judge_upload(const CloudflareModes& modes, std::string_view body, Wall now) {
  auto upload = read_upload(modes, body);
  if (!upload) return {.refusal = service_error(400, kUnrecordedCode, "certificate and private_key are required")};
  const auto chain = pki::describe_certificates(upload->certificate);
  if (!chain) {
    const int code = modes.keeps(Behaviour::kUnreadableIsRefused) ? 1408 : kUnrecordedCode;
    return {.refusal = service_error(400, code, "Unable to parse certificate. Please check the PEM encoding.")};
  }
  if (auto refused = refusal(modes, *upload, *chain, now)) return {.refusal = std::move(*refused)};
  const pki::CertificateDescription& leaf = chain->front();
  SimLeaf kept{.fingerprint = leaf.fingerprint,
               .pem = echo(modes, *chain),
               .sent = upload->certificate,
               .key = SecretString(upload->key.value_or("")),
               .issuer = leaf.issuer,
               .signature = signature_name(leaf.signature_algorithm),
               .serial = leaf.serial,
               .expires_on = leaf.not_after};
  return {.leaf = std::make_shared<const SimLeaf>(std::move(kept))};
}

Twin find_twin(const CloudflareModes& modes, std::vector<SimCertificate>& certificates, const SimLeaf& leaf) {
  const bool by_leaf = modes.keeps(Behaviour::kDuplicateIsByLeaf);
  Twin twin;
  for (SimCertificate& one : certificates) {
    if (by_leaf ? one.fingerprint != leaf.fingerprint : one.leaf->sent != leaf.sent) continue;
    if (one.status == "deleted") {
      twin.deleted = &one;
    } else if (modes.keeps(one.status == "pending_deletion" ? Behaviour::kDuplicateOfDyingIsRefused
                                                            : Behaviour::kDuplicateIsRefused)) {
      twin.refused = true;
    }
  }
  return twin;
}

void schedule_deployment(const CloudflareModes& modes, SimZone& zone, SimCertificate& one, Level level,
                         const Moment& now, bool resurrected) {
  one.status = "pending_deployment";
  const Duration first = resurrected ? modes.resurrection : modes.initializing;
  if (first > Duration(0)) {
    one.status = resurrected ? "pending_deletion" : "initializing";
    one.steps.push_back({.at = after(now, first), .status = "pending_deployment"});
  }
  if (!modes.deploys_as.empty()) {
    one.steps.push_back({.at = after(now, std::max(first, modes.deploy_delay)),
                         .status = reachable(modes, modes.deploys_as, "active")});
  }
  if (!modes.keeps(Behaviour::kDeploymentTakesTime) && !resurrected) {
    one.status = "active";
    deploy(zone, one, level, modes.without);
  }
}

}  // namespace originpull::worlds
