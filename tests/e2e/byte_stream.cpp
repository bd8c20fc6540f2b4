// SPDX-License-Identifier: Apache-2.0
#include "e2e/byte_stream.hpp"

#include "base/bug.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace originpull::e2e {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Context final : public Tls {
 public:
  explicit Context(const SSL_METHOD* method) : context(SSL_CTX_new(method)) {
    // Else a read that finds only a session ticket would wait for the data that is not yet asked for.
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  }
  ~Context() override { SSL_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  SSL_CTX* context;
};

class Stream final : public ByteStream {
 public:
  Stream(int socket, const std::shared_ptr<Tls>& tls, bool client) : socket_(socket), tls_(tls) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!tls_) return;
    // OpenSSL writes without MSG_NOSIGNAL; a client that was killed must not end the test program.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    ssl_ = SSL_new(static_cast<Context&>(*tls_).context);
    SSL_set_fd(ssl_, socket_);
    ended_ = (client ? SSL_connect(ssl_) : SSL_accept(ssl_)) != 1;
    ERR_clear_error();
  }
  ~Stream() override {
    SSL_free(ssl_);
    ::close(socket_);
  }

  int handle() const override { return socket_; }

  bool read(std::string& to) override {
    char bytes[16384];
    while (!ended_) {
      if (ssl_ == nullptr) {
        const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count > 0) to.append(bytes, static_cast<std::size_t>(count));
        return count > 0;
      }
      const int count = SSL_read(ssl_, bytes, sizeof bytes);
      if (count > 0) to.append(bytes, static_cast<std::size_t>(count));
      if (count > 0 && SSL_pending(ssl_) > 0) continue;
      const bool goes_on = count > 0 || SSL_get_error(ssl_, count) == SSL_ERROR_WANT_READ;
      ERR_clear_error();
      return goes_on;
    }
    return false;
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty() && !ended_) {
      const std::size_t size = std::min<std::size_t>(bytes.size(), 1U << 20U);
      const auto written = ssl_ != nullptr ? static_cast<ssize_t>(SSL_write(ssl_, bytes.data(), static_cast<int>(size)))
                                           : ::send(socket_, bytes.data(), size, MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return !ended_;
  }

  void cut() override { ::shutdown(socket_, SHUT_RDWR); }

 private:
  int socket_;
  std::shared_ptr<Tls> tls_;
  SSL* ssl_ = nullptr;
  bool ended_ = false;
};

}  // namespace

std::shared_ptr<Tls> Tls::server(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  auto made = std::make_shared<Context>(TLS_server_method());
  check(SSL_CTX_use_certificate_chain_file(made->context, certificate.c_str()) == 1 &&
            SSL_CTX_use_PrivateKey_file(made->context, key.c_str(), SSL_FILETYPE_PEM) == 1,
        "the relay cannot use its certificate");
  return made;
}

std::shared_ptr<Tls> Tls::client(const std::filesystem::path& ca) {
  auto made = std::make_shared<Context>(TLS_client_method());
  check(SSL_CTX_load_verify_file(made->context, ca.c_str()) == 1, "the relay cannot read the CA of its server");
  SSL_CTX_set_verify(made->context, SSL_VERIFY_PEER, nullptr);
  return made;
}

std::unique_ptr<ByteStream> ByteStream::accepted(int socket, const std::shared_ptr<Tls>& tls) {
  return std::make_unique<Stream>(socket, tls, false);
}

std::unique_ptr<ByteStream> ByteStream::connect(std::uint16_t port, const std::shared_ptr<Tls>& tls) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return nullptr;
  }
  return std::make_unique<Stream>(socket, tls, true);
}

int listen_on_loopback(std::uint16_t& port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  check(handle >= 0 && ::bind(handle, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(handle, 64) == 0 &&
            ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) == 0,
        "the machine gives the relay no listening socket");
  port = ntohs(address.sin_port);
  return handle;
}

}  // namespace originpull::e2e
