// SPDX-License-Identifier: Apache-2.0
#pragma once
// `read_key` finds the private key in the text of a tls.key: PKCS#8, PKCS#1 or SEC1, not encrypted, whatever else
// stands around it (the EC PARAMETERS block that OpenSSL writes, comments). The first private key counts, as in Go's
// crypto/tls. It stands beside Certificate, under the judge of a pair; internal to the room. The parsed key is owned
// by the answer and overwritten when it goes; no text of it is kept. Bad input is a Fault.
#include <string>
#include <string_view>

#include "base/secret_string.hpp"
#include "pki/certificate.hpp"
#include "pki/openssl.hpp"
#include "pki/pair.hpp"

namespace originpull::pki {

struct KeyReading {
  Fault fault = Fault::kNone;  // kKeyUnreadable, kKeyEncrypted, or kNone and there is a key
  std::string detail = {};
  KeyPtr key = {};
};

KeyReading read_key(std::string_view pem);

// Tried by signing and verifying, so it does not rest on the public half that a key file carries beside the private
// one.
bool belongs_to(const KeyReading& key, const Certificate& certificate);

// The first private key as it stands, if it is PKCS#8 and not encrypted; else empty. Not decoded.
SecretString only_pkcs8(std::string_view pem);

// PKCS#8 PEM; empty if OpenSSL cannot write it.
SecretString write_pkcs8(const KeyReading& key);

}  // namespace originpull::pki
