// SPDX-License-Identifier: Apache-2.0
#include "net/server_tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/delete_with.hpp"

namespace originpull::net {
namespace {

using Bio = std::unique_ptr<BIO, DeleteWith<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, DeleteWith<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, DeleteWith<EVP_PKEY_free>>;

Failure refuse(const ServerOptions& options, const std::string& why) {
  ERR_clear_error();
  return fail(ErrorKind::kInvalid, "serve on " + options.address + ":" + std::to_string(options.port), why);
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

X509Ptr next_certificate(BIO* bio) { return X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)); }

// Whether the reading of PEM blocks stopped because there were no more of them.
bool at_the_end() {
  const auto last = ERR_peek_last_error();
  return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

Result<void> load_identity(SSL_CTX* context, const ServerOptions& options) {
  const Bio chain = reader(options.certificate_pem);
  const X509Ptr leaf = next_certificate(chain.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return refuse(options, "the certificate is no PEM chain");
  }
  while (X509Ptr link = next_certificate(chain.get())) SSL_CTX_add0_chain_cert(context, link.release());
  if (!at_the_end()) return refuse(options, "the certificate is no PEM chain");
  // No passphrase is ever asked for: there is nobody to answer.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const Bio text = reader(options.key_pem.reveal());
  const KeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return refuse(options, "the key is no unencrypted PEM key of that certificate");
  }
  return {};
}

Result<void> load_client_authorities(SSL_CTX* context, const ServerOptions& options, const std::string& pem) {
  const Bio text = reader(pem);
  std::size_t count = 0;
  ERR_clear_error();
  while (const X509Ptr ca = next_certificate(text.get())) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get());
    SSL_CTX_add_client_CA(context, ca.get());
    ++count;
  }
  if (!at_the_end()) return refuse(options, "a CA of the clients cannot be read");
  if (count == 0) return refuse(options, "clients must show a certificate, and no CA is given that would vouch for it");
  int mode = SSL_VERIFY_PEER;
  if (options.client_certificates == ClientCertificates::kRequired) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return {};
}

}  // namespace

void FreeServerContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<ServerContext> make_server_context(const ServerOptions& options, const std::string& client_ca_pem) {
  const bool asks = options.client_certificates != ClientCertificates::kNotAsked;
  if (options.certificate_pem.empty() && options.key_pem.empty()) {
    if (asks) return refuse(options, "clients can show a certificate only over TLS: give a certificate and its key");
    return ServerContext();
  }
  if (options.certificate_pem.empty() || options.key_pem.empty()) {
    return refuse(options, "a certificate and its key must be given together");
  }
  ERR_clear_error();
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return refuse(options, "OpenSSL makes no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  TRY(load_identity(context.get(), options));
  if (asks) TRY(load_client_authorities(context.get(), options, client_ca_pem));
  ERR_clear_error();
  return context;
}

bool refuses_client(int error) {
  const auto code = static_cast<unsigned>(error);
  const int reason = ERR_GET_REASON(code);
  return ERR_GET_LIB(code) == ERR_LIB_SSL &&
         (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE || reason == SSL_R_CERTIFICATE_VERIFY_FAILED);
}

std::string client_certificate(ssl_st* ssl) {
  const X509Ptr leaf(SSL_get1_peer_certificate(ssl));
  if (!leaf) return {};
  const Bio text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(text.get(), leaf.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace originpull::net
