// SPDX-License-Identifier: Apache-2.0
#include "net/tls_test_server.hpp"

#include "base/bug.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace originpull::net {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on_any(int backlog, std::uint16_t& port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  check(handle >= 0 && ::bind(handle, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
            ::listen(handle, backlog) == 0 && ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) == 0,
        "tls_test_server: the machine gives no listening socket");
  port = ntohs(address.sin_port);
  return handle;
}

// OpenSSL writes without MSG_NOSIGNAL; a client that has gone must not end the test program.
void ignore_broken_pipes_on_this_thread() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

std::string strip(std::string text) {
  text.erase(0, text.find_first_not_of(" \t"));
  return text;
}

// The head of a request without its empty line.
SeenRequest parse_head(std::string_view head) {
  SeenRequest request;
  std::size_t at = head.find("\r\n");
  const std::string_view line = head.substr(0, at);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  while (at != std::string_view::npos) {
    const std::size_t end = head.find("\r\n", at + 2);
    const std::string_view field = head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos) {
      request.headers.emplace_back(field.substr(0, colon), strip(std::string(field.substr(colon + 1))));
    }
    at = end;
  }
  return request;
}

}  // namespace

struct TlsTestServer::Tls {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());

  explicit Tls(const TestServerOptions& options) {
    const auto& identity = *options.identity;
    BIO* bio = BIO_new_mem_buf(identity.certificate_pem.data(), static_cast<int>(identity.certificate_pem.size()));
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    check(SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1,
          "tls_test_server: its own certificate cannot be used");
    X509_free(certificate);
    EVP_PKEY_free(key);
    bio = BIO_new_mem_buf(identity.chain_pem.data(), static_cast<int>(identity.chain_pem.size()));
    while (X509* link = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) SSL_CTX_add0_chain_cert(context, link);
    BIO_free(bio);
    if (!options.client_ca_pem.empty()) demand_client_certificate(options.client_ca_pem);
    ERR_clear_error();
  }
  ~Tls() { SSL_CTX_free(context); }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  void demand_client_certificate(const std::string& ca_pem) const {
    BIO* bio = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    X509* ca = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
    X509_free(ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
};

class TlsTestServer::Connection final : public Peer {
 public:
  Connection(TlsTestServer& server, int handle) : server_(server), handle_(handle) {
    if (!server_.tls_) return;
    ssl_ = SSL_new(server_.tls_->context);
    SSL_set_fd(ssl_, handle_);
  }
  ~Connection() override { SSL_free(ssl_); }

  bool handshake() { return ssl_ == nullptr || SSL_accept(ssl_) == 1; }

  std::optional<SeenRequest> read() override {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some()) return std::nullopt;
    }
    SeenRequest request = parse_head(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end + 4);
    std::size_t length = 0;
    const std::string stated = request.header("Content-Length");
    std::from_chars(stated.data(), stated.data() + stated.size(), length);
    while (buffer_.size() < length) {
      if (!read_some()) return std::nullopt;
    }
    request.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    server_.state_.with([&](State& state) { state.seen.push_back(request); });
    return request;
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::size_t size = std::min<std::size_t>(bytes.size(), 1U << 20U);
      const auto written = ssl_ != nullptr ? static_cast<ssize_t>(SSL_write(ssl_, bytes.data(), static_cast<int>(size)))
                                           : ::send(handle_, bytes.data(), size, MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  void wait_until_gone() override {
    while (read_some()) buffer_.clear();
  }

  void reset() override {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(handle_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  bool read_some() {
    char bytes[16384];
    const auto count = ssl_ != nullptr ? static_cast<ssize_t>(SSL_read(ssl_, bytes, sizeof bytes))
                                       : ::recv(handle_, bytes, sizeof bytes, 0);
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    ERR_clear_error();
    return count > 0;
  }

  TlsTestServer& server_;
  int handle_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

bool Peer::answer(int status, std::string_view body, std::string_view more_headers) {
  return write("HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n" + std::string(more_headers) + "\r\n" + std::string(body));
}

bool Peer::begin_chunked(int status) {
  return write("HTTP/1.1 " + std::to_string(status) + " Status\r\nTransfer-Encoding: chunked\r\n\r\n");
}

bool Peer::chunk(std::string_view data) {
  char size[24];
  const auto end = std::to_chars(size, size + sizeof size, data.size(), 16).ptr;
  return write(std::string(size, end) + "\r\n" + std::string(data) + "\r\n");
}

TlsTestServer::TlsTestServer(TestServerOptions options, Script script)
    : options_(std::move(options)), script_(std::move(script)) {
  if (options_.identity && options_.handshake) tls_ = std::make_unique<Tls>(options_);
  listener_ = listen_on_any(64, port_);
  accepting_ = env_.spawn("test-accept", [this](const std::stop_token&) { accept_all(); });
}

TlsTestServer::~TlsTestServer() {
  state_.with([](State& state) {
    state.stopping = true;
    for (const int handle : state.open) ::shutdown(handle, SHUT_RDWR);
  });
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  std::vector<env::Thread> serving = serving_.with([](auto& threads) { return std::exchange(threads, {}); });
  serving.clear();  // joins
  ::close(listener_);
}

std::string TlsTestServer::url(std::string_view host) const {
  return (options_.identity ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port_);
}

void TlsTestServer::accept_all() {
  for (;;) {
    const int handle = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (handle < 0) return;
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool stopping = state_.with([&](State& state) {
      state.open.push_back(handle);
      ++state.accepted;
      return state.stopping;
    });
    if (stopping) {
      ::close(handle);
      return;
    }
    env::Thread thread = env_.spawn("test-serve", [this, handle](const std::stop_token&) { serve(handle); });
    serving_.with([&](auto& threads) { threads.push_back(std::move(thread)); });
  }
}

void TlsTestServer::serve(int handle) {
  ignore_broken_pipes_on_this_thread();
  {
    Connection connection(*this, handle);
    if (!options_.handshake) {
      connection.wait_until_gone();
    } else if (connection.handshake()) {
      script_(connection);
    }
  }
  ERR_clear_error();
  // Off the list first: the number may be another connection's as soon as it is closed.
  state_.with([&](State& state) {
    std::erase(state.open, handle);
    ::close(handle);
  });
}

std::vector<SeenRequest> TlsTestServer::seen() const {
  return state_.look([](const State& state) { return state.seen; });
}

unsigned TlsTestServer::connections() const {
  return state_.look([](const State& state) { return state.accepted; });
}

template <class Holds>
bool TlsTestServer::wait_for(Duration limit, Holds holds) {
  const Instant deadline = env_.now() + limit;
  const auto came = state_.await(
      [&](const State& state, Instant now) {
        if (holds(state)) return env::Poll<bool>{.value = true};
        if (now >= deadline) return env::Poll<bool>{.value = false};
        return env::Poll<bool>{.again = deadline};
      },
      std::stop_token());
  return came.value_or(false);
}

bool TlsTestServer::wait_for_requests(std::size_t count, Duration limit) {
  return wait_for(limit, [count](const State& state) { return state.seen.size() >= count; });
}

bool TlsTestServer::wait_for_connections(unsigned count, Duration limit) {
  return wait_for(limit, [count](const State& state) { return state.accepted >= count; });
}

bool TlsTestServer::wait_until_idle(Duration limit) {
  return wait_for(limit, [](const State& state) { return state.open.empty(); });
}

FullPort::FullPort() {
  listener_ = listen_on_any(0, port_);
  // One is queued, the next ones are neither taken nor refused.
  for (int i = 0; i < 3; ++i) {
    const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address = loopback(port_);
    // Not blocking: it is under way, or the queue is full, which is what is wanted.
    const int under_way = ::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address);
    (void)under_way;
    fillers_.push_back(handle);
  }
}

FullPort::~FullPort() {
  for (const int handle : fillers_) ::close(handle);
  ::close(listener_);
}

}  // namespace originpull::net
