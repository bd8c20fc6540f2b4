// SPDX-License-Identifier: Apache-2.0
#include "pki/mint.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "pki/openssl.hpp"

namespace originpull::pki {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { ::BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;
struct FreeExtension {
  void operator()(X509_EXTENSION* extension) const { ::X509_EXTENSION_free(extension); }
};
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeExtension>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool set_time(ASN1_TIME* field, Wall time) {
  const auto seconds = std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count();
  return ::ASN1_TIME_set(field, seconds) != nullptr;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7fU) | 0x40U);  // positive, and of full length
  BIGNUM* number = ::BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number != nullptr && ::BN_to_ASN1_INTEGER(number, ::X509_get_serialNumber(certificate)) != nullptr;
  ::BN_free(number);
  return set;
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* address = ::a2i_IPADDRESS(name.c_str());
  ::ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

bool extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(::X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && ::X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_extensions(X509* certificate, X509* issuer, const MintOptions& options) {
  bool ok = extend(certificate, issuer, NID_basic_constraints, options.ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
            extend(certificate, issuer, NID_key_usage,
                   options.ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
            extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (!options.ca) ok = ok && extend(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  std::string names;
  for (const std::string& name : options.names) {
    names += (names.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return ok && (names.empty() || extend(certificate, issuer, NID_subject_alt_name, names));
}

bool set_subject(X509* certificate, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  return ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text,
                                      static_cast<int>(common_name.size()), -1, 0) == 1;
}

// What the options become before they are signed.
X509Ptr draft(const MintOptions& options, EVP_PKEY* key, X509* issuer) {
  X509Ptr certificate(::X509_new());
  X509* x = certificate.get();
  if (x == nullptr || ::X509_set_version(x, X509_VERSION_3) != 1 || !set_serial(x)) return {};
  if (!set_time(::X509_getm_notBefore(x), options.not_before) ||
      !set_time(::X509_getm_notAfter(x), options.not_after)) {
    return {};
  }
  if (!set_subject(x, options.common_name) || ::X509_set_pubkey(x, key) != 1) return {};
  X509* parent = issuer == nullptr ? x : issuer;
  if (::X509_set_issuer_name(x, ::X509_get_subject_name(parent)) != 1) return {};
  return add_extensions(x, parent, options) ? std::move(certificate) : X509Ptr();
}

X509Ptr read_certificate(std::string_view pem) {
  const BioPtr bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyPtr read_private_key(std::string_view pem) {
  const BioPtr bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(::PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace

Result<Minted> mint(const MintOptions& options, const Minted* issuer) {
  const QuietErrors quiet;
  const std::string attempted = "make a certificate for " + options.common_name;
  const bool comma = std::any_of(options.names.begin(), options.names.end(), [](const std::string& name) {
    return name.empty() || name.find_first_of(",\n") != std::string::npos;
  });
  if (comma) return fail(ErrorKind::kInvalid, attempted, "a name is empty or holds a comma");
  const X509Ptr parent = issuer == nullptr ? X509Ptr() : read_certificate(issuer->certificate_pem);
  const KeyPtr parent_key = issuer == nullptr ? KeyPtr() : read_private_key(issuer->key_pem.reveal());
  if (issuer != nullptr && (!parent || !parent_key)) {
    return fail(ErrorKind::kInvalid, attempted, "the issuer's certificate or key cannot be read");
  }
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail(ErrorKind::kInternal, attempted, "OpenSSL made no key");
  const X509Ptr certificate = draft(options, key.get(), parent.get());
  if (!certificate || ::X509_sign(certificate.get(), parent_key ? parent_key.get() : key.get(), ::EVP_sha256()) == 0) {
    return fail(ErrorKind::kInvalid, attempted, "OpenSSL cannot express it; check the names and the times");
  }
  const BioPtr text(::BIO_new(::BIO_s_mem()));
  const BioPtr key_text(::BIO_new(::BIO_s_secmem()));
  if (::PEM_write_bio_X509(text.get(), certificate.get()) != 1 ||
      ::PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(ErrorKind::kInternal, attempted, "OpenSSL cannot write it");
  }
  return Minted{.certificate_pem = text_of(text.get()), .key_pem = SecretString(text_of(key_text.get()))};
}

}  // namespace originpull::pki
