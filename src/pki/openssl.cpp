// SPDX-License-Identifier: Apache-2.0
#include "pki/openssl.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace originpull::pki {

void FreeX509::operator()(x509_st* certificate) const { ::X509_free(certificate); }
void FreeKey::operator()(evp_pkey_st* key) const { ::EVP_PKEY_free(key); }

QuietErrors::~QuietErrors() { ::ERR_clear_error(); }

}  // namespace originpull::pki
