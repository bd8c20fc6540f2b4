// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a TLS client brings to every handshake: whom it trusts, what it presents, which versions it speaks. The one
// idea: read and judged once, then an immutable context that any number of connections on any threads share. Nothing
// is ever resumed, so each handshake shows what is presented anew. No passphrase is asked for. kInvalid: a
// certificate, key or CA that cannot be used; the key never stands in a message.
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/secret_string.hpp"

struct ssl_ctx_st;

namespace originpull::probe {

enum class Trust {
  kAnything,  // no verification at all
  kGiven,     // `ca_pem` alone, and the name
  kSystem,    // the system's roots, and the name
};
enum class TlsVersion { k12, k13 };

struct TlsOptions {
  Trust trust = Trust::kSystem;
  std::string ca_pem = {};     // of kGiven; an intermediate CA named here is an anchor, too
  std::string chain_pem = {};  // what is presented when asked for: the leaf, then its intermediates; empty: nothing
  SecretString key_pem = {};   // of the leaf
  TlsVersion at_least = TlsVersion::k12;
  TlsVersion at_most = TlsVersion::k13;
};

struct FreeTlsContext {
  void operator()(ssl_ctx_st*) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

Result<TlsContext> make_tls_context(const TlsOptions&);

}  // namespace originpull::probe
