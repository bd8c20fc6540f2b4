// SPDX-License-Identifier: Apache-2.0
#include "pki/describe.hpp"

#include "pki/certificate.hpp"
#include "pki/key.hpp"
#include "pki/pem.hpp"

namespace originpull::pki {
namespace {

CertificateDescription describe(const Certificate& certificate) {
  return {.fingerprint = certificate.fingerprint(),
          .subject = certificate.subject(),
          .issuer = certificate.issuer(),
          .signature_algorithm = certificate.signature_algorithm(),
          .serial = certificate.serial(),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .is_ca = certificate.is_ca(),
          .pem = certificate.pem()};
}

}  // namespace

Result<std::vector<CertificateDescription>> describe_certificates(std::string_view pem) {
  const QuietErrors quiet;
  if (pem.size() > kMaxPemBytes)
    return fail(ErrorKind::kInvalid, "read a certificate", "the text is larger than 1 MiB");
  const CertificateList list = read_certificates(pem);
  if (list.broken > 0) return fail(ErrorKind::kInvalid, "read a certificate", "a CERTIFICATE block cannot be decoded");
  if (list.certificates.empty()) return fail(ErrorKind::kInvalid, "read a certificate", "no CERTIFICATE block in PEM");
  std::vector<CertificateDescription> all;
  for (const Certificate& certificate : list.certificates) all.push_back(describe(certificate));
  return all;
}

Result<CertificateDescription> describe_certificate(std::string_view pem) {
  auto all = TRY(describe_certificates(pem));
  return std::move(all.front());
}

bool key_matches(std::string_view certificate_pem, std::string_view key_pem) {
  const QuietErrors quiet;
  if (certificate_pem.size() > kMaxPemBytes) return false;
  const CertificateList list = read_certificates(certificate_pem);
  return !list.certificates.empty() && belongs_to(read_key(key_pem), list.certificates.front());
}

}  // namespace originpull::pki
