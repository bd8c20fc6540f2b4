// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <utility>

#include "base/bug.hpp"
#include "pki/pem.hpp"

namespace originpull::pki {
namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 0xfU];
  }
  return out;
}

std::optional<Wall> wall(const ASN1_TIME* time) {
  std::tm fields{};
  if (time == nullptr || ::ASN1_TIME_to_tm(time, &fields) != 1) return {};
  using namespace std::chrono;
  const year_month_day date{year(fields.tm_year + 1900), month(static_cast<unsigned>(fields.tm_mon + 1)),
                            day(static_cast<unsigned>(fields.tm_mday))};
  if (!date.ok()) return {};
  return Wall(sys_days(date)) + hours(fields.tm_hour) + minutes(fields.tm_min) + seconds(fields.tm_sec);
}

std::string print(const X509_NAME* name) {
  constexpr std::size_t kLongest = 256;  // it ends up in a status message
  BIO* out = ::BIO_new(::BIO_s_mem());
  if (out == nullptr) return {};
  ::X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* text = nullptr;
  const long length = ::BIO_get_mem_data(out, &text);
  std::string printed(text, static_cast<std::size_t>(length > 0 ? length : 0));
  ::BIO_free(out);
  if (printed.size() > kLongest) printed = printed.substr(0, kLongest) + "...";
  return printed;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  check(::EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, ::EVP_sha256(), nullptr) == 1,
        "OpenSSL has no SHA-256");
  return hex(digest.data(), size);
}

std::optional<Certificate> Certificate::parse(std::string_view der) {
  const auto* cursor = reinterpret_cast<const unsigned char*>(der.data());
  Certificate parsed;
  parsed.handle_.reset(::d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (!parsed.handle_ || cursor != reinterpret_cast<const unsigned char*>(der.data()) + der.size()) return {};
  X509* x509 = parsed.handle_.get();
  if ((::X509_get_extension_flags(x509) & EXFLAG_INVALID) != 0 || ::X509_get0_pubkey(x509) == nullptr) return {};
  const auto not_before = wall(::X509_get0_notBefore(x509));
  const auto not_after = wall(::X509_get0_notAfter(x509));
  if (!not_before || !not_after) return {};
  parsed.fingerprint_ = sha256(der);
  parsed.pem_ = write_pem("CERTIFICATE", der);
  parsed.not_before_ = *not_before;
  parsed.not_after_ = *not_after;
  return parsed;
}

std::string Certificate::subject() const { return print(::X509_get_subject_name(handle_.get())); }
std::string Certificate::issuer() const { return print(::X509_get_issuer_name(handle_.get())); }

std::string Certificate::serial() const {
  BIGNUM* number = ::ASN1_INTEGER_to_BN(::X509_get0_serialNumber(handle_.get()), nullptr);
  if (number == nullptr) return {};
  char* digits = ::BN_bn2dec(number);
  std::string out = digits != nullptr ? digits : "";
  ::OPENSSL_free(digits);
  ::BN_free(number);
  return out;
}

std::string Certificate::signature_algorithm() const {
  const char* name = ::OBJ_nid2ln(::X509_get_signature_nid(handle_.get()));
  return name != nullptr ? name : "undefined";
}

bool Certificate::is_ca() const { return ::X509_check_ca(handle_.get()) == 1; }
bool Certificate::may_issue() const { return ::X509_check_ca(handle_.get()) != 0; }

bool Certificate::allows_client_auth() const {
  X509* x509 = handle_.get();
  if ((::X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) == 0) return true;
  return (::X509_get_extended_key_usage(x509) & XKU_SSL_CLIENT) != 0;
}

std::string Certificate::weakness() const {
  EVP_PKEY* key = ::X509_get0_pubkey(handle_.get());
  if (::EVP_PKEY_is_a(key, "RSA") == 1) {
    const int bits = ::EVP_PKEY_get_bits(key);
    return bits >= 2048 ? "" : "RSA " + std::to_string(bits) + " bits";
  }
  if (::EVP_PKEY_is_a(key, "EC") == 1) {
    int explicit_parameters = 0;
    ::EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters);
    if (explicit_parameters != 0) return "EC with explicit parameters";
    std::array<char, 64> name{};
    ::EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr);
    const int curve = ::OBJ_txt2nid(name.data());
    const bool known = curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 || curve == NID_secp521r1;
    return known ? "" : "EC on the curve " + std::string(name.data());
  }
  const char* algorithm = ::EVP_PKEY_get0_type_name(key);
  return "a key of the algorithm " + std::string(algorithm != nullptr ? algorithm : "unknown");
}

bool Certificate::names_as_issuer(const Certificate& other) const {
  return ::X509_NAME_cmp(::X509_get_issuer_name(handle_.get()), ::X509_get_subject_name(other.handle_.get())) == 0;
}

bool Certificate::is_signed_by(const Certificate& issuer) const {
  return ::X509_verify(handle_.get(), ::X509_get0_pubkey(issuer.handle_.get())) == 1;
}

CertificateList read_certificates(std::string_view pem) {
  CertificateList list;
  for (const PemBlock& block : scan_pem(pem)) {
    if (block.label != "CERTIFICATE") continue;
    auto certificate = block.readable ? Certificate::parse(block.der.reveal()) : std::nullopt;
    if (certificate) {
      list.certificates.push_back(std::move(*certificate));
    } else {
      ++list.broken;
    }
  }
  return list;
}

}  // namespace originpull::pki
