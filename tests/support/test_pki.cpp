// SPDX-License-Identifier: Apache-2.0
#include "support/test_pki.hpp"

#include "base/bug.hpp"
#include "base/delete_with.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace originpull::support {
namespace {

using Bio = std::unique_ptr<BIO, DeleteWith<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, DeleteWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, DeleteWith<X509_free>>;

Key generate(const KeyOptions& options) {
  Key key(options.type == KeyType::kEc ? EVP_EC_gen(options.curve.c_str())
                                       : EVP_RSA_gen(static_cast<unsigned>(options.rsa_bits)));
  check(key != nullptr, "test_pki: OpenSSL made no key");
  return key;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(EVP_PKEY* key, KeyForm form) {
  const Bio bio(BIO_new(BIO_s_mem()));
  const int ok = form == KeyForm::kPkcs8
                     ? PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                     : PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  check(ok == 1, "test_pki: the key cannot be written");
  return text_of(bio.get());
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(bio.get(), certificate) == 1, "test_pki: the certificate cannot be written");
  return text_of(bio.get());
}

Key read_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  check(key != nullptr, "test_pki: not a private key");
  return key;
}

Certificate read_certificate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  check(certificate != nullptr, "test_pki: not a certificate");
  return certificate;
}

void set_time(ASN1_TIME* field, const std::optional<Wall>& absolute, Seconds relative) {
  if (absolute) {
    const auto seconds = std::chrono::duration_cast<Seconds>(absolute->time_since_epoch()).count();
    check(ASN1_TIME_set(field, seconds) != nullptr, "test_pki: that time cannot be expressed");
  } else {
    check(X509_gmtime_adj(field, relative.count()) != nullptr, "test_pki: that time cannot be expressed");
  }
}

void set_serial(X509* certificate, const std::optional<long>& serial) {
  long number = 0;
  if (serial) {
    number = *serial;
  } else {
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "test_pki: no random bytes");
    number &= 0x7fffffffffffffffL;
  }
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), number);
}

void extend(X509* certificate, X509V3_CTX& context, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, DeleteWith<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  check(extension != nullptr, "test_pki: OpenSSL does not understand the extension " + value);
  check(X509_add_ext(certificate, extension.get(), -1) == 1, "test_pki: the extension cannot be added");
}

std::string alternative_names(const CertificateOptions& options) {
  std::string names;
  for (const auto& name : options.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  for (const auto& address : options.ip_addresses) names += (names.empty() ? "IP:" : ",IP:") + address;
  return names;
}

void add_extensions(X509* certificate, X509* issuer, const CertificateOptions& options) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  if (options.basic_constraints) {
    std::string value = options.ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
    if (options.path_length) value += ",pathlen:" + std::to_string(*options.path_length);
    extend(certificate, context, NID_basic_constraints, value);
  }
  if (options.key_usage.empty()) {
    extend(certificate, context, NID_key_usage,
           options.ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  } else if (options.key_usage != "-") {
    extend(certificate, context, NID_key_usage, options.key_usage);
  }
  if (!options.extended_key_usage.empty()) extend(certificate, context, NID_ext_key_usage, options.extended_key_usage);
  if (const std::string names = alternative_names(options); !names.empty()) {
    extend(certificate, context, NID_subject_alt_name, names);
  }
  extend(certificate, context, NID_subject_key_identifier, "hash");
  if (issuer != certificate) extend(certificate, context, NID_authority_key_identifier, "keyid");
}

// Signed by `issuer` with `issuer_key`; nullptr for both: by itself.
Identity make(const CertificateOptions& options, X509* issuer, EVP_PKEY* issuer_key) {
  const Key key = options.key_pem.empty() ? generate(options.key) : read_key(options.key_pem);
  const Certificate certificate(X509_new());
  X509* x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  set_serial(x, options.serial);
  set_time(X509_getm_notBefore(x), options.not_before, options.valid_from);
  set_time(X509_getm_notAfter(x), options.not_after, options.valid_until);
  X509_set_pubkey(x, key.get());
  if (!options.common_name.empty()) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(options.common_name.c_str()), -1, -1, 0);
  }
  X509_set_issuer_name(x, X509_get_subject_name(issuer == nullptr ? x : issuer));
  add_extensions(x, issuer == nullptr ? x : issuer, options);
  const EVP_MD* digest = EVP_get_digestbyname(options.digest.c_str());
  check(digest != nullptr, "test_pki: OpenSSL does not know the digest " + options.digest);
  check(X509_sign(x, issuer_key == nullptr ? key.get() : issuer_key, digest) > 0, "test_pki: the signing failed");
  return {pem_of(x), options.key_pem.empty() ? pem_of(key.get(), options.key.form) : options.key_pem};
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

}  // namespace

std::string make_key(const KeyOptions& options) { return pem_of(generate(options).get(), options.form); }

std::string encrypt_key(const std::string& key_pem, const std::string& passphrase) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_PKCS8PrivateKey(bio.get(), read_key(key_pem).get(), EVP_aes_256_cbc(), passphrase.data(),
                                      static_cast<int>(passphrase.size()), nullptr, nullptr) == 1,
        "test_pki: the key cannot be encrypted");
  return text_of(bio.get());
}

Identity make_ca(const std::string& common_name, CertificateOptions options) {
  options.common_name = common_name;
  options.ca = true;
  return make(options, nullptr, nullptr);
}

Identity make_self_signed(CertificateOptions options) { return make(options, nullptr, nullptr); }

Identity issue(const Identity& issuer, CertificateOptions options) {
  const Certificate certificate = read_certificate(issuer.certificate_pem);
  const Key key = read_key(issuer.key_pem);
  Identity made = make(options, certificate.get(), key.get());
  const bool root = X509_self_signed(certificate.get(), 0) == 1;
  if (!root) made.chain_pem = issuer.certificate_pem + issuer.chain_pem;
  return made;
}

Identity issue_intermediate(const Identity& issuer, const std::string& common_name, CertificateOptions options) {
  options.common_name = common_name;
  options.ca = true;
  return issue(issuer, std::move(options));
}

Identity issue_server(const Identity& issuer, const std::vector<std::string>& names) {
  CertificateOptions options{.common_name = "", .extended_key_usage = "serverAuth"};
  for (const auto& name : names) (is_address(name) ? options.ip_addresses : options.dns_names).push_back(name);
  return issue(issuer, std::move(options));
}

Identity issue_client(const Identity& issuer, const std::string& common_name) {
  return issue(issuer, {.common_name = common_name, .extended_key_usage = "clientAuth"});
}

}  // namespace originpull::support
