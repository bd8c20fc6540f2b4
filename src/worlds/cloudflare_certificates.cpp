// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_certificates.hpp"

#include <algorithm>

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "pki/describe.hpp"
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

bool is_tombstone(const SimCertificate& one) { return one.status == "pending_deletion" || one.status == "deleted"; }

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

void write_certificate(json::Writer& w, const SimCertificate& one) {
  w.begin_object().field("id", one.id).field("certificate", one.pem);
  w.field("issuer", one.issuer).field("signature", one.signature);
  w.field("serial_number", one.serial);
  w.field("expires_on", format_rfc3339(one.expires_on));
  w.field("uploaded_on", format_rfc3339_micros(one.uploaded_on));
  w.field("status", one.status).end_object();
}

net::Served show(const SimCertificate& one) {
  return success([&](json::Writer& w) { write_certificate(w, one); });
}

Moment after(const Moment& now, Duration wait) { return {.wall = now.wall + wait, .instant = now.instant + wait}; }

// Status now, and what it becomes when.
void schedule_deployment(const CloudflareModes& modes, SimCertificate& one, const Moment& now, bool resurrected) {
  one.status = "pending_deployment";
  const Duration first = resurrected ? modes.resurrection : modes.initializing;
  if (first > Duration(0)) {
    one.status = resurrected ? "pending_deletion" : "initializing";
    one.steps.push_back({.at = after(now, first), .status = "pending_deployment"});
  }
  if (!modes.deploys_as.empty()) {
    one.steps.push_back({.at = after(now, std::max(first, modes.deploy_delay)), .status = modes.deploys_as});
  }
}

SimCertificate described(const pki::CertificateDescription& leaf) {
  SimCertificate one{.pem = leaf.pem,
                     .fingerprint = leaf.fingerprint,
                     .issuer = leaf.issuer,
                     .signature = signature_name(leaf.signature_algorithm),
                     .serial = leaf.serial,
                     .expires_on = leaf.not_after};
  // The real one's echo differs from what was sent in its final line break.
  while (one.pem.ends_with('\n')) one.pem.pop_back();
  return one;
}

struct Upload {
  std::string certificate;
  std::string key;
};

// The leaf, or why the service refuses the pair.
struct Judged {
  std::optional<pki::CertificateDescription> leaf = {};
  net::Served refusal = {};
};

Judged judge(const CloudflareModes& modes, const Upload& upload, Wall now) {
  auto chain = pki::describe_certificates(upload.certificate);
  if (!chain)
    return {.refusal = service_error(400, 1408, "Unable to parse certificate. Please check the PEM encoding.")};
  pki::CertificateDescription& leaf = chain->front();
  if (leaf.is_ca || (chain->size() > 1 && !modes.accept_chain)) {
    return {.refusal = service_error(400, 1412, "Only leaf certificate is allowed.")};
  }
  if (!pki::key_matches(upload.certificate, upload.key)) {
    return {.refusal = service_error(400, modes.mismatch_code, "The private key does not match the certificate.")};
  }
  if (!modes.accept_expired && leaf.not_after < now) {
    return {.refusal = service_error(400, kUnrecordedCode, "The certificate has expired.")};
  }
  return {.leaf = std::move(leaf)};
}

}  // namespace

net::Served list_certificates(const CloudflareModes& modes, const SimZone& zone, const Moment& now) {
  std::vector<const SimCertificate*> listed;
  for (const SimCertificate& one : zone.certificates) {
    if (one.listed_from > now.instant || (is_tombstone(one) && !modes.list_tombstones)) continue;
    listed.push_back(&one);
  }
  return success(
      [&](json::Writer& w) {
        if (listed.empty() && modes.empty_list_is_null) {
          w.null();
          return;
        }
        w.begin_array();
        for (const SimCertificate* one : listed) write_certificate(w, *one);
        w.end_array();
      },
      {.count = static_cast<int>(listed.size()), .total = static_cast<int>(listed.size())});
}

net::Served read_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view id) {
  const SimCertificate* one = zone.certificate(id);
  if (one == nullptr || (one->status == "deleted" && !modes.tombstones)) {
    return service_error(404, 1552, "Zone-level certificate not found");
  }
  return show(*one);
}

net::Served upload_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view body, std::string fresh_id,
                               const Moment& now, bool foreign) {
  auto upload = json::decode(body, [](json::Decoder& d) {
    return Upload{.certificate = d.need<std::string>("certificate"), .key = d.need<std::string>("private_key")};
  });
  if (!upload) return service_error(400, kUnrecordedCode, "certificate and private_key are required");
  Judged judged = judge(modes, *upload, now.wall);
  if (!judged.leaf) return std::move(judged.refusal);

  const auto same = std::find_if(zone.certificates.begin(), zone.certificates.end(), [&](const SimCertificate& one) {
    return one.fingerprint == judged.leaf->fingerprint && (one.status != "deleted" || modes.reuse_ids);
  });
  const bool known = same != zone.certificates.end();
  if (known && same->status != "deleted") {
    return service_error(400, 1406, "This certificate already exists for this zone.");
  }
  SimCertificate one = described(*judged.leaf);
  one.id = known ? same->id : std::move(fresh_id);
  one.uploaded_on = now.wall;
  one.listed_from = now.instant + modes.list_lag;
  one.foreign = foreign;
  schedule_deployment(modes, one, now, known);
  if (known) zone.certificates.erase(same);
  zone.certificates.push_back(std::move(one));
  return show(zone.certificates.back());
}

net::Served delete_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view id, const Moment& now) {
  SimCertificate* one = zone.certificate(id);
  if (one == nullptr || (one->status == "deleted" && !modes.tombstones)) {
    return service_error(404, 1552, "Zone-level certificate not found");
  }
  if (is_tombstone(*one)) return service_error(400, kUnrecordedCode, "Certificate is already deleted.");
  if (one->status == "pending_deployment" || one->status == "initializing") {
    return service_error(400, 1434, "Cannot delete resource while in pending deployment state.");
  }
  one->status = "pending_deletion";
  if (!modes.deletes_as.empty()) {
    one->steps.push_back({.at = after(now, modes.delete_delay), .status = modes.deletes_as});
  }
  return show(*one);
}

}  // namespace originpull::worlds
