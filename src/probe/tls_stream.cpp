// SPDX-License-Identifier: Apache-2.0
#include "probe/tls_stream.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>

namespace originpull::probe {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

// What the BIO knows beside the socket.
struct Wire {
  std::unique_ptr<Socket> socket;
  bool ended = false;
  int error = 0;  // the last errno that was no "would block"
};

Wire& wire_of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

bool note(Wire& wire) {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (!again) wire.error = errno;
  return again;
}

int wire_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  Wire& wire = wire_of(bio);
  const auto count = wire.socket->read(into, static_cast<std::size_t>(size));
  if (count == 0) wire.ended = true;
  if (count < 0 && note(wire)) BIO_set_retry_read(bio);
  return static_cast<int>(count);
}

int wire_write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  Wire& wire = wire_of(bio);
  const auto count = wire.socket->write(from, static_cast<std::size_t>(size));
  if (count < 0 && note(wire)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

long wire_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  return command == BIO_CTRL_EOF && wire_of(bio).ended ? 1 : 0;
}

BIO_METHOD* wire_method() {
  static BIO_METHOD* const method = [] {  // for the life of the process
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "probe wire");
    BIO_meth_set_read(made, wire_read);
    BIO_meth_set_write(made, wire_write);
    BIO_meth_set_ctrl(made, wire_control);
    return made;
  }();
  return method;
}

bool is_ip(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

bool set_name(SSL* ssl, const std::string& name) {
  if (name.empty()) return true;
  if (is_ip(name)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 && SSL_set1_host(ssl, name.c_str()) == 1;
}

// OpenSSL 3.0 does not name the alerts that TLS 1.3 brought.
std::string alert_name(int number) {
  if (number == SSL_AD_MISSING_EXTENSION) return "missing extension";
  if (number == SSL_AD_CERTIFICATE_REQUIRED) return "certificate required";
  if (number == SSL_AD_NO_APPLICATION_PROTOCOL) return "no application protocol";
  const std::string name = SSL_alert_desc_string_long(number);
  return name == "unknown" ? "alert " + std::to_string(number) : name;
}

std::string pem_of(X509* certificate) {
  if (certificate == nullptr) return {};
  BIO* text = BIO_new(BIO_s_mem());
  char* data = nullptr;
  const bool written = PEM_write_bio_X509(text, certificate) == 1;
  const long size = BIO_get_mem_data(text, &data);
  std::string pem = written && size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
  BIO_free_all(text);
  return pem;
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<Socket> socket, ssl_ctx_st* context) : ssl_(SSL_new(context)) {
    wire_.socket = std::move(socket);
    BIO* bio = BIO_new(wire_method());
    BIO_set_data(bio, &wire_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_cert_cb(
        ssl_.get(),
        [](SSL*, void* asked) {
          *static_cast<bool*>(asked) = true;
          return 1;
        },
        &asked_);
  }

  SSL* ssl() { return ssl_.get(); }
  bool asked() const { return asked_; }

  Io shake_hands(Instant deadline, const std::stop_token& stop) {
    return drive([](SSL* ssl) { return SSL_connect(ssl); }, deadline, stop);
  }

  Io read(char* into, std::size_t size, Instant deadline, const std::stop_token& stop) override {
    std::size_t count = 0;
    Io io = drive([&](SSL* ssl) { return SSL_read_ex(ssl, into, size, &count); }, deadline, stop);
    io.count = count;
    return io;
  }

  Io write(std::string_view all, Instant deadline, const std::stop_token& stop) override {
    const std::size_t size = all.size();
    while (!all.empty()) {
      std::size_t count = 0;
      Io io = drive([&](SSL* ssl) { return SSL_write_ex(ssl, all.data(), all.size(), &count); }, deadline, stop);
      if (io.kind != Io::Kind::kBytes) return io;
      all.remove_prefix(count);
    }
    return {.count = size};
  }

  // What is not for us (a ticket) is taken in passing.
  bool is_quiet() override {
    ERR_clear_error();
    char byte = 0;
    const int got = SSL_peek(ssl_.get(), &byte, 1);
    const bool waits = got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ;
    ERR_clear_error();
    return waits;
  }

 private:
  // Repeats an operation of OpenSSL until it is done, has failed, or time is up.
  template <class Operation>
  Io drive(Operation operation, Instant deadline, const std::stop_token& stop) {
    for (;;) {
      ERR_clear_error();
      const int got = operation(ssl_.get());
      const int error = SSL_get_error(ssl_.get(), got);
      if (error == SSL_ERROR_NONE) return {};
      if (error == SSL_ERROR_ZERO_RETURN) return {.kind = Io::Kind::kEnd};
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return failure();
      const auto ready = error == SSL_ERROR_WANT_READ ? wire_.socket->wait_to_read(deadline, stop)
                                                      : wire_.socket->wait_to_write(deadline, stop);
      if (ready == Socket::Ready::kStopped) return {.kind = Io::Kind::kStopped};
      if (ready == Socket::Ready::kTimedOut) return {.kind = Io::Kind::kTimedOut};
    }
  }

  Io failure() const {
    const auto code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    Io io{.kind = Io::Kind::kBroken};
    if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET) {
      io = {.kind = Io::Kind::kAlert, .detail = alert_name(reason - SSL_AD_REASON_OFFSET)};
    } else if (wire_.error != 0) {
      io.detail = system_reason(wire_.error);
    } else if (wire_.ended) {
      io = {.kind = Io::Kind::kEnd, .detail = "closed"};
    } else if (const char* text = code == 0 ? nullptr : ERR_reason_error_string(code); text != nullptr) {
      io.detail = text;
    }
    ERR_clear_error();
    return io;
  }

  Wire wire_;
  bool asked_ = false;
  SslPtr ssl_;  // last: it lets go of the wire first
};

Outcome judge(SSL* ssl, const Io& io) {
  switch (io.kind) {
    case Io::Kind::kBytes: return {.happened = Happened::kConnected};
    case Io::Kind::kStopped: return {.happened = Happened::kStopped};
    case Io::Kind::kTimedOut: return {.happened = Happened::kHandshakeTimedOut};
    case Io::Kind::kAlert: return {.happened = Happened::kHandshakeRefused, .detail = io.detail};
    case Io::Kind::kEnd: return {.happened = Happened::kHandshakeFailed, .detail = "closed during the handshake"};
    case Io::Kind::kBroken: break;
  }
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) != 0) {
    return {.happened = Happened::kUntrusted, .detail = X509_verify_cert_error_string(verdict)};
  }
  return {.happened = Happened::kHandshakeFailed, .detail = io.detail};
}

}  // namespace

TlsStart start_tls(std::unique_ptr<Socket> socket, ssl_ctx_st* context, const std::string& server_name,
                   Instant deadline, const std::stop_token& stop) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), context);
  SSL* ssl = stream->ssl();
  TlsStart start;
  if (!set_name(ssl, server_name)) {
    ERR_clear_error();
    start.outcome = {.happened = Happened::kHandshakeFailed, .detail = "\"" + server_name + "\" is no server's name"};
    return start;
  }
  start.outcome = judge(ssl, stream->shake_hands(deadline, stop));
  start.facts.version = SSL_get_version(ssl);
  start.facts.certificate_requested = stream->asked();
  start.facts.server_certificate = pem_of(SSL_get0_peer_certificate(ssl));
  if (start.outcome.is(Happened::kConnected)) start.stream = std::move(stream);
  return start;
}

}  // namespace originpull::probe
