// SPDX-License-Identifier: Apache-2.0
#include "pki/key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <vector>

#include "pki/pem.hpp"

namespace originpull::pki {
namespace {

KeyPtr parse_pkcs8(const unsigned char** cursor, long size) {
  PKCS8_PRIV_KEY_INFO* info = ::d2i_PKCS8_PRIV_KEY_INFO(nullptr, cursor, size);
  if (info == nullptr) return {};
  KeyPtr key(::EVP_PKCS82PKEY(info));
  ::PKCS8_PRIV_KEY_INFO_free(info);  // overwrites its octets
  return key;
}

KeyPtr parse(const std::string& label, std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* cursor = begin;
  const auto size = static_cast<long>(der.size());
  KeyPtr key;
  if (label == "PRIVATE KEY") key = parse_pkcs8(&cursor, size);
  if (label == "RSA PRIVATE KEY") key.reset(::d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &cursor, size));
  if (label == "EC PRIVATE KEY") key.reset(::d2i_PrivateKey(EVP_PKEY_EC, nullptr, &cursor, size));
  if (cursor != begin + der.size()) key.reset();
  return key;
}

bool verifies(EVP_PKEY* public_key, const std::vector<unsigned char>& signature, std::string_view text) {
  EVP_MD_CTX* context = ::EVP_MD_CTX_new();
  if (context == nullptr) return false;
  const bool good = ::EVP_DigestVerifyInit(context, nullptr, ::EVP_sha256(), nullptr, public_key) == 1 &&
                    ::EVP_DigestVerify(context, signature.data(), signature.size(),
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  ::EVP_MD_CTX_free(context);
  return good;
}

std::vector<unsigned char> sign(EVP_PKEY* key, std::string_view text) {
  EVP_MD_CTX* context = ::EVP_MD_CTX_new();
  if (context == nullptr) return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  std::vector<unsigned char> signature;
  if (::EVP_DigestSignInit(context, nullptr, ::EVP_sha256(), nullptr, key) == 1 &&
      ::EVP_DigestSign(context, nullptr, &size, bytes, text.size()) == 1) {
    signature.resize(size);
    if (::EVP_DigestSign(context, signature.data(), &size, bytes, text.size()) != 1) size = 0;
    signature.resize(size);
  }
  ::EVP_MD_CTX_free(context);
  return signature;
}

}  // namespace

KeyReading read_key(std::string_view pem) {
  constexpr std::string_view kExpected = "; expected an unencrypted PKCS#8, PKCS#1 or SEC1 key in PEM";
  if (pem.size() > kMaxPemBytes) return {.fault = Fault::kKeyUnreadable, .detail = "larger than 1 MiB"};
  for (const PemBlock& block : scan_pem(pem)) {
    if (!block.label.ends_with("PRIVATE KEY")) continue;
    if (block.encrypted || block.label == "ENCRYPTED PRIVATE KEY") {
      return {.fault = Fault::kKeyEncrypted, .detail = "a block " + block.label + " with a passphrase"};
    }
    KeyPtr key = block.readable ? parse(block.label, block.der.reveal()) : KeyPtr();
    if (key) return {.key = std::move(key)};
    return {.fault = Fault::kKeyUnreadable, .detail = "a private key that cannot be decoded" + std::string(kExpected)};
  }
  return {.fault = Fault::kKeyUnreadable, .detail = "no private key" + std::string(kExpected)};
}

bool belongs_to(const KeyReading& key, const Certificate& certificate) {
  EVP_PKEY* public_key = ::X509_get0_pubkey(certificate.handle());
  if (!key.key || ::EVP_PKEY_eq(key.key.get(), public_key) != 1) return false;
  constexpr std::string_view kText = "is this key the certificate's?";
  if (::EVP_PKEY_is_a(public_key, "RSA") != 1 && ::EVP_PKEY_is_a(public_key, "EC") != 1) return true;
  const auto signature = sign(key.key.get(), kText);
  return !signature.empty() && verifies(public_key, signature, kText);
}

SecretString only_pkcs8(std::string_view pem) {
  for (const PemBlock& block : scan_pem(pem)) {
    if (!block.label.ends_with("PRIVATE KEY")) continue;
    if (block.label != "PRIVATE KEY" || block.encrypted || !block.readable) return {};
    return SecretString(write_pem(block.label, block.der.reveal()));
  }
  return {};
}

SecretString write_pkcs8(const KeyReading& key) {
  BIO* out = ::BIO_new(::BIO_s_secmem());  // overwritten when it grows and when it is freed
  if (out == nullptr) return {};
  SecretString pem;
  if (::PEM_write_bio_PKCS8PrivateKey(out, key.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1) {
    char* text = nullptr;
    const long size = ::BIO_get_mem_data(out, &text);
    pem = SecretString(std::string(text, static_cast<std::size_t>(size)));
  }
  ::BIO_free(out);
  return pem;
}

}  // namespace originpull::pki
