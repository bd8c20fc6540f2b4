// SPDX-License-Identifier: Apache-2.0
#include "probe/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/delete_with.hpp"

namespace originpull::probe {
namespace {

using Bio = std::unique_ptr<BIO, DeleteWith<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, DeleteWith<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, DeleteWith<EVP_PKEY_free>>;

Failure unusable(const std::string& why) {
  ERR_clear_error();
  return fail(ErrorKind::kInvalid, "prepare a TLS client", why);
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

X509Ptr next_certificate(BIO* bio) { return X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)); }

// Whether the reading of PEM blocks stopped because there were no more of them.
bool at_the_end() {
  const auto last = ERR_peek_last_error();
  return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

int version_of(TlsVersion version) { return version == TlsVersion::k12 ? TLS1_2_VERSION : TLS1_3_VERSION; }

Result<void> load_trust(SSL_CTX* context, const TlsOptions& options) {
  if (options.trust == Trust::kAnything) {
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    return {};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.trust == Trust::kSystem) {
    if (SSL_CTX_set_default_verify_paths(context) != 1) return unusable("the system's roots cannot be read");
    return {};
  }
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  const Bio text = reader(options.ca_pem);
  std::size_t count = 0;
  ERR_clear_error();
  while (const X509Ptr ca = next_certificate(text.get())) {
    X509_STORE_add_cert(store, ca.get());
    ++count;
  }
  if (count == 0 || !at_the_end()) return unusable("the CAs to trust are no PEM certificates");
  return {};
}

Result<void> load_identity(SSL_CTX* context, const TlsOptions& options) {
  const Bio chain = reader(options.chain_pem);
  ERR_clear_error();
  const X509Ptr leaf = next_certificate(chain.get());
  if (!leaf) return unusable("what is to be presented is no PEM certificate");
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return unusable("the certificate's key is of no use in TLS");
  while (X509Ptr link = next_certificate(chain.get())) SSL_CTX_add0_chain_cert(context, link.release());
  if (!at_the_end()) return unusable("the chain to present is damaged");
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const Bio text = reader(options.key_pem.reveal());
  const KeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
  if (!key) return unusable("the key is no unencrypted PEM key");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) return unusable("the key is not that of the certificate");
  return {};
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> make_tls_context(const TlsOptions& options) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return unusable("OpenSSL makes no context");
  SSL_CTX_set_min_proto_version(context.get(), version_of(options.at_least));
  SSL_CTX_set_max_proto_version(context.get(), version_of(options.at_most));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  TRY(load_trust(context.get(), options));
  if (!options.chain_pem.empty()) TRY(load_identity(context.get(), options));
  ERR_clear_error();
  return context;
}

}  // namespace originpull::probe
