// SPDX-License-Identifier: Apache-2.0
#pragma once
// Private keys that support/test_pki.hpp does not make, because only this room has laws about them: other curves and
// other algorithms, as PKCS#8 PEM, for the question which keys are strong enough. A key made here goes into
// CertificateOptions::key_pem, and test_pki makes the certificate round it. Plain functions; what OpenSSL cannot make
// fails the test that asked for it, with the name of the curve or algorithm.
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

namespace originpull::pki {

inline std::string to_pem(EVP_PKEY* key) {
  BIO* out = BIO_new(BIO_s_mem());
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

// "P-384", "secp256k1"; or an algorithm without parameters, "ED25519".
inline std::string odd_key(const char* name) {
  EVP_PKEY* key = EVP_EC_gen(name);
  if (key == nullptr) key = EVP_PKEY_Q_keygen(nullptr, nullptr, name);
  EXPECT_NE(key, nullptr) << name;
  std::string pem = to_pem(key);
  EVP_PKEY_free(key);
  return pem;
}

}  // namespace originpull::pki
