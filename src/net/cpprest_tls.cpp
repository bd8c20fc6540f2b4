// SPDX-License-Identifier: Apache-2.0
#include "net/cpprest_tls.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <mutex>
#include <vector>

#include "base/delete_with.hpp"

namespace originpull::net {
namespace {

using Bio = std::unique_ptr<BIO, DeleteWith<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, DeleteWith<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, DeleteWith<EVP_PKEY_free>>;
using Store = std::shared_ptr<X509_STORE>;

std::string& roots_of_the_environment() {
  static auto* path = new std::string;  // never destroyed: I/O threads outlive main's statics
  return *path;
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

Failure unusable(const std::string& what, const std::string& why) {
  return fail(ErrorKind::kInvalid, "load the TLS credentials", what + " " + why);
}

// All certificates of a PEM text; text round them is allowed, as in every CA bundle.
Result<std::vector<Certificate>> read_certificates(const std::string& pem, const std::string& what) {
  std::vector<Certificate> found;
  ERR_clear_error();
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) found.emplace_back(certificate);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end)
    return unusable(what, "holds a damaged certificate after " + std::to_string(found.size()) + " good ones");
  if (found.empty()) return unusable(what, "holds no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
  return found;
}

// No passphrase is ever asked for: there is nobody to answer.
Result<Key> read_key(const SecretString& pem) {
  const Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) return unusable("the client key", "is no unencrypted PEM private key");
  return key;
}

Store new_store() {
  Store store(X509_STORE_new(), X509_STORE_free);
  // A CA that was named is an anchor even if it is an intermediate one, as kubectl and Go have it.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

// The bundle is parsed once in the life of the process.
Result<Store> system_roots() {
  static std::mutex* const mutex = new std::mutex;
  static Store* const cached = new Store;
  const std::lock_guard lock(*mutex);
  if (*cached) return *cached;
  std::vector<std::string> places;
  if (const auto& named = roots_of_the_environment(); !named.empty()) {
    places = {named};
  } else {
    places = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
              "/etc/ssl/cert.pem"};
  }
  for (const auto& place : places) {
    Store store = new_store();
    if (X509_STORE_load_file(store.get(), place.c_str()) == 1) {
      *cached = store;
      return store;
    }
    ERR_clear_error();
  }
  return unusable("the system's CA bundle", "was not found at " + places.front() +
                                                "; install ca-certificates, set SSL_CERT_FILE, or configure a CA");
}

struct Loaded final : ClientTls {
  Store store;
  std::string name;
  bool name_is_address = false;
  bool verify = true;
  Certificate certificate;
  std::vector<Certificate> chain;
  Key key;
};

class Watched final : public Handshakes {
 public:
  Watched(env::Env& env, std::shared_ptr<const Loaded> tls, Instant not_after)
      : env_(env), tls_(std::move(tls)), not_after_(not_after) {}

  void configure(ssl_ctx_st* context) override {
    SSL_CTX_set1_cert_store(context, tls_->store.get());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (tls_->certificate) {
      SSL_CTX_use_certificate(context, tls_->certificate.get());
      for (const auto& link : tls_->chain) SSL_CTX_add1_chain_cert(context, link.get());
      SSL_CTX_use_PrivateKey(context, tls_->key.get());
    }
    if (!tls_->verify) return;
    X509_VERIFY_PARAM* expected = SSL_CTX_get0_param(context);
    if (tls_->name_is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(expected, tls_->name.c_str());
    } else {
      X509_VERIFY_PARAM_set_hostflags(expected,
                                      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      X509_VERIFY_PARAM_set1_host(expected, tls_->name.c_str(), 0);
    }
    SSL_CTX_set_cert_verify_callback(context, on_verify, this);
  }

  std::string take_refusal() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(refusal_, {});
  }

  bool shut() override {
    const std::lock_guard lock(mutex_);
    shut_ = true;
    // What is not verified does not pass through here, so nothing is known of it.
    return tls_->verify && !passed_;
  }

 private:
  // The verifier as OpenSSL has it. Its reason is kept because the handshake's error does not carry it. A server's
  // certificate is verified before the client's last message of the handshake, so whoever is turned away here has
  // been sent nothing.
  static int on_verify(X509_STORE_CTX* context, void* self) {
    const int ok = X509_verify_cert(context);
    auto& watched = *static_cast<Watched*>(self);
    const std::lock_guard lock(watched.mutex_);
    if (ok != 1) {
      watched.refusal_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
      return ok;
    }
    if (watched.shut_) return 0;  // before the Env, which may be gone when nobody waits any more
    if (watched.not_after_ != Instant::max() && watched.env_.now() >= watched.not_after_) {
      watched.refusal_ = "the connection stood too late for the request to be sent";
      return 0;
    }
    watched.passed_ = true;
    return 1;
  }

  env::Env& env_;
  const std::shared_ptr<const Loaded> tls_;
  const Instant not_after_;
  std::mutex mutex_;
  std::string refusal_;
  bool passed_ = false;
  bool shut_ = false;
};

}  // namespace

Result<std::shared_ptr<const ClientTls>> ClientTls::load(const Tls& tls, const std::string& host) {
  auto loaded = std::make_shared<Loaded>();
  loaded->name = tls.server_name.empty() ? host : tls.server_name;
  loaded->name_is_address = is_address(loaded->name);
  loaded->verify = !tls.insecure_skip_verify;
  if (tls.ca_pem.empty() && loaded->verify) {
    loaded->store = TRY(system_roots());
  } else {
    loaded->store = new_store();
    if (!tls.ca_pem.empty()) {
      for (const auto& ca : TRY(read_certificates(tls.ca_pem, "the CA")))
        X509_STORE_add_cert(loaded->store.get(), ca.get());
    }
  }
  if (tls.certificate_pem.empty() != tls.key_pem.empty()) {
    return unusable("the client certificate", "and its key must be given together");
  }
  if (!tls.certificate_pem.empty()) {
    loaded->chain = TRY(read_certificates(tls.certificate_pem, "the client certificate"));
    loaded->certificate = std::move(loaded->chain.front());
    loaded->chain.erase(loaded->chain.begin());
    loaded->key = TRY(read_key(tls.key_pem));
    if (X509_check_private_key(loaded->certificate.get(), loaded->key.get()) != 1) {
      ERR_clear_error();
      return unusable("the client key", "does not belong to the client certificate");
    }
  }
  return std::shared_ptr<const ClientTls>(std::move(loaded));
}

std::shared_ptr<Handshakes> Handshakes::of(env::Env& env, std::shared_ptr<const ClientTls> tls, Instant not_after) {
  return std::make_shared<Watched>(env, std::static_pointer_cast<const Loaded>(std::move(tls)), not_after);
}

void take_over_system_roots() {
  if (const char* named = std::getenv("SSL_CERT_FILE"); named != nullptr) roots_of_the_environment() = named;
  ::setenv("SSL_CERT_FILE", "/dev/null", 1);
  ::setenv("SSL_CERT_DIR", "/nonexistent", 1);
}

}  // namespace originpull::net
