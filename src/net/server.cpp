// SPDX-License-Identifier: Apache-2.0
#include "net/server.hpp"

#include <utility>  // before Boost.Asio 1.74, which forgets it

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "net/server_head.hpp"
#include "net/server_stream.hpp"
#include "net/server_tls.hpp"

namespace originpull::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kMaxHeader = 16 * 1024;
constexpr std::uint64_t kMaxBody = 3 * 1024 * 1024;
constexpr std::size_t kMaxUnwanted = 1024 * 1024;         // read and thrown away after the last answer
constexpr std::chrono::milliseconds kGrace{700};          // for answers that are being made when the server stops
constexpr std::chrono::milliseconds kNoDescriptors{100};  // pause when the process has no file descriptor left

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void finish() = 0;                             // no further request; at once when no answer is being made
  virtual void cut() = 0;                                // now
  virtual void take(StreamPiece, std::string part) = 0;  // of its stream
};

using Work = asio::executor_work_guard<asio::io_context::executor_type>;

// What the connections share. But for `workers`, `handler` and `stop`, the I/O thread alone touches it.
struct House {
  House(ServerOptions o, Handler h)
      : options(std::move(o)),
        handler(std::move(h)),
        streams(options.max_streams,
                [this](auto number, auto piece, auto part) {
                  asio::post(io, [this, number, piece, part] { deliver(number, piece, part); });
                }),
        workers(std::max(1U, options.threads)) {}

  ServerOptions options;
  Handler handler;
  std::map<std::uint64_t, std::weak_ptr<Connection>> connections;
  std::uint64_t next_number = 0;
  bool stopping = false;
  std::stop_source stop;
  asio::io_context io{1};
  asio::steady_timer grace{io};
  StreamThreads streams;
  asio::thread_pool workers;
  std::mutex tls_lock;  // of `tls`, which any thread may replace
  std::shared_ptr<asio::ssl::context> tls;

  void deliver(std::uint64_t number, StreamPiece piece, const std::string& part) {
    if (piece != StreamPiece::kPart) streams.forget(number);
    if (!connections.contains(number)) return;
    if (const auto connection = connections[number].lock()) connection->take(piece, part);
  }

  void leave(std::uint64_t number) {
    streams.request_stop(number);
    connections.erase(number);
    if (stopping && connections.empty()) grace.cancel();
  }
};

// One connection, from its acceptance to its end. Runs on the I/O thread; only the handler runs elsewhere.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(House& house, std::uint64_t number, Stream stream, std::string peer)
      : house_(house), number_(number), stream_(std::move(stream)), peer_(std::move(peer)) {}
  ~Session() override { house_.leave(number_); }

  void start() {
    if constexpr (kTls) {
      lowest().expires_after(house_.options.idle);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code failed) {
        failed ? self->handshake_failed(failed) : self->handshake_done();
      });
    } else {
      read_head();
    }
  }

  void finish() override {
    keep_alive_ = false;
    house_.streams.request_stop(number_);
    if (!answering_) cut();
  }

  void cut() override {
    house_.streams.request_stop(number_);
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_both, ignored);
    lowest().close();
  }

 private:
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void handshake_done() {
    if constexpr (kTls) client_certificate_ = client_certificate(stream_.native_handle());
    read_head();
  }

  // The alert has been sent; it must not be lost to a reset, so what the client has sent already is read.
  void handshake_failed(error_code failed) {
    if (house_.options.handshake_failed) {
      house_.options.handshake_failed({peer_, failed.message(), refuses_client(failed.value())});
    }
    if (house_.stopping) return cut();
    lowest().expires_after(goodbye_time());
    drain();
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(kMaxHeader);
    parser_->body_limit(kMaxBody);
    lowest().expires_after(house_.options.idle);
    http::async_read_header(
        stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code failed, std::size_t) {
          if (failed) return self->refuse(failed);
          self->answering_ = true;
          if (beast::iequals(self->parser_->get()[http::field::expect], "100-continue")) {
            self->text_ = "HTTP/1.1 100 Continue\r\n\r\n";
            asio::async_write(self->stream_, asio::buffer(self->text_), [self](error_code gone, std::size_t) {
              if (!gone) self->read_body();
            });
          } else {
            self->read_body();
          }
        });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->refuse(failed);
      self->handle();
    });
  }

  // The peer gets a word where it broke a rule, and nothing where it has gone or was silent.
  void refuse(error_code failed) {
    keep_alive_ = false;
    if (failed == http::error::header_limit) return write(refusal(431, "the header is larger than 16 KiB"), false);
    if (failed == http::error::body_limit) return write(refusal(413, "the body is larger than 3 MiB"), false);
    const bool broke_http = failed.category() == http::make_error_code(http::error::bad_method).category();
    if (broke_http && failed != http::error::end_of_stream && failed != http::error::partial_message) {
      return write(refusal(400, "not an HTTP/1.1 request"), false);
    }
    cut();
  }

  void handle() {
    auto message = parser_->release();
    keep_alive_ = keep_alive_ && message.keep_alive() && !house_.stopping;
    const bool head_only = message.method() == http::verb::head;
    chunked_ = message.version() >= 11;
    auto request = std::make_shared<ServedRequest>(ServedRequest{.method = std::string(message.method_string()),
                                                                 .target = std::string(message.target()),
                                                                 .headers = {},
                                                                 .body = std::move(message.body()),
                                                                 .peer = peer_,
                                                                 .client_certificate_pem = client_certificate_,
                                                                 .stop = house_.stop.get_token()});
    for (const auto& field : message) {
      request->headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    lowest().expires_never();
    asio::post(house_.workers, [self = this->shared_from_this(), request, head_only]() mutable {
      auto served = std::make_shared<Served>(self->call_handler(*request));
      // The last reference to the session must be dropped on the I/O thread.
      auto& io = self->house_.io;
      asio::post(io, [self = std::move(self), served, head_only] { self->write(std::move(*served), head_only); });
    });
  }

  Served call_handler(const ServedRequest& request) {
    if (request.stop.stop_requested()) return refusal(503, "the server is stopping");
    try {
      return house_.handler(request);
    } catch (...) {
      return refusal(500, "the handler failed");
    }
  }

  void write(Served served, bool head_only) {
    if (served.fault == Served::Fault::kCloseBeforeAnswer) return cut();
    if (served.fault == Served::Fault::kHang) return hang();
    const bool truncated = served.fault == Served::Fault::kTruncateBody;
    if (truncated || house_.stopping) keep_alive_ = false;
    if (served.stream && may_have_body(served.status) && !head_only) return begin_stream(std::move(served));
    text_ = head_text(served, keep_alive_, chunked_);
    body_ = std::move(served.body);
    if (head_only || !may_have_body(served.status)) body_.clear();
    if (truncated) body_.resize(body_.size() / 2);
    lowest().expires_after(house_.options.idle);
    send([self = this->shared_from_this(), truncated](error_code gone, std::size_t) {
      self->answering_ = false;
      if (gone || truncated) return self->cut();
      self->keep_alive_ ? self->read_head() : self->say_goodbye();
    });
  }

  // text_, then body_. Of several buffers the TLS stream of Boost 1.74 loses what follows the first record.
  template <class Done>
  void send(Done done) {
    if constexpr (kTls) {
      text_ += body_;
      asio::async_write(stream_, asio::buffer(text_), std::move(done));
    } else {
      asio::async_write(stream_, std::array{asio::buffer(text_), asio::buffer(body_)}, std::move(done));
    }
  }

  void begin_stream(Served served) {
    keep_alive_ = false;
    outlet_.emplace(chunked_, served.fault == Served::Fault::kTruncateBody);
    if (!house_.streams.open(number_, served.stream, std::make_shared<Work>(house_.io.get_executor()))) {
      return write(refusal(503, "too many answers are being streamed; come again later"), false);
    }
    if (house_.stopping) house_.streams.request_stop(number_);
    lowest().expires_never();
    watch_client();
    text_ = head_text(served, false, chunked_);
    body_.clear();
    write_piece();
  }

  // A client that goes ends the stream; what else it sends has no meaning any more.
  void watch_client() {
    stream_.async_read_some(asio::buffer(unwanted_),
                            [self = this->shared_from_this()](error_code gone, std::size_t size) {
                              if (self->outlet_->over()) return self->say_goodbye();
                              self->unwanted_bytes_ += size;
                              gone || self->unwanted_bytes_ > kMaxUnwanted ? self->cut() : self->watch_client();
                            });
  }

  void take(StreamPiece piece, std::string part) override {
    switch (outlet_->take(piece, std::move(part), body_)) {
      case StreamOutlet::Next::kWrite: return write_piece();
      case StreamOutlet::Next::kPull: return house_.streams.pull(number_);
      case StreamOutlet::Next::kWait: return;
      case StreamOutlet::Next::kCut: return cut();
      case StreamOutlet::Next::kGoodbye: return lowest().cancel();  // the read says it
    }
  }

  void write_piece() {
    lowest().expires_after(house_.options.idle);  // of the write: the read that waits for the client's end has no limit
    send([self = this->shared_from_this()](error_code gone, std::size_t) {
      self->text_.clear();
      self->take(gone ? StreamPiece::kBroken : StreamPiece::kWritten, {});
    });
  }

  // Until the client or the server has enough.
  void hang() {
    answering_ = false;
    lowest().expires_never();
    stream_.async_read_some(buffer_.prepare(1024), [self = this->shared_from_this()](error_code gone, std::size_t) {
      if (!gone) self->hang();
    });
  }

  // What the client is still sending is read for a while: closing on unread bytes would reset the connection, and the
  // answer that tells it why could be lost.
  void say_goodbye() {
    if (house_.stopping) return cut();
    lowest().expires_after(goodbye_time());
    if constexpr (kTls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->drain(); });
    } else {
      drain();
    }
  }

  std::chrono::milliseconds goodbye_time() const {
    return std::min<std::chrono::milliseconds>(house_.options.idle, std::chrono::seconds(2));
  }

  void drain() {
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    lowest().async_read_some(asio::buffer(unwanted_),
                             [self = this->shared_from_this()](error_code gone, std::size_t size) {
                               self->unwanted_bytes_ += size;
                               gone || self->unwanted_bytes_ > kMaxUnwanted ? self->cut() : self->drain();
                             });
  }

  House& house_;
  std::uint64_t number_;
  Stream stream_;
  std::string peer_;
  std::string client_certificate_;  // PEM
  beast::flat_buffer buffer_{kMaxHeader + kMaxBody};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string text_;  // of the head that is being sent
  std::string body_;
  std::array<char, 16384> unwanted_{};
  std::size_t unwanted_bytes_ = 0;
  bool keep_alive_ = true;
  bool answering_ = false;  // a request has begun to arrive, or its answer is being made
  bool chunked_ = true;     // the client speaks HTTP/1.1
  std::optional<StreamOutlet> outlet_;
};

std::string name_of(const tcp::endpoint& peer) {
  const std::string address = peer.address().to_string();
  return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(peer.port());
}

Failure cannot_serve(ErrorKind kind, const ServerOptions& options, const std::string& why) {
  return fail(kind, "serve on " + options.address + ":" + std::to_string(options.port), why);
}

class BeastServer final : public Server {
 public:
  BeastServer(ServerOptions options, Handler handler) : house_(std::move(options), std::move(handler)) {}
  ~BeastServer() override { stop(); }

  Result<std::uint16_t> open();
  std::uint16_t port() const override { return port_; }
  Result<void> trust_clients(const std::string& client_ca_pem) override;
  void stop() override {
    std::call_once(stopped_, [this] { stop_once(); });
  }

 private:
  Result<bool> listen();
  void accept();
  void welcome(tcp::socket socket);
  template <class Stream>
  void begin(Stream stream, std::string peer);
  void end_connections();
  void stop_once();

  House house_;
  tcp::acceptor acceptor_{house_.io};
  asio::steady_timer pause_{house_.io};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::uint16_t port_ = 0;
  std::thread io_thread_;
  std::once_flag stopped_;
};

Result<std::uint16_t> BeastServer::open() {
  TRY(trust_clients(house_.options.client_ca_pem));
  TRY(listen());
  accept();
  work_.emplace(house_.io.get_executor());
  try {
    io_thread_ = std::thread([this] {
      for (;;) {
        try {
          house_.io.run();
          return;
        } catch (const std::exception&) {
          continue;  // one connection's trouble (memory): its session has ended with the exception, the others go on
        }
      }
    });
  } catch (const std::exception& error) {
    return cannot_serve(ErrorKind::kUnavailable, house_.options,
                        std::string("the system gives no thread: ") + error.what());
  }
  return port_;
}

Result<void> BeastServer::trust_clients(const std::string& client_ca_pem) {
  ServerContext context = TRY(make_server_context(house_.options, client_ca_pem));
  if (!context) return {};
  auto shared = std::make_shared<asio::ssl::context>(context.release());
  const std::lock_guard held(house_.tls_lock);
  house_.tls = std::move(shared);
  return {};
}

Result<bool> BeastServer::listen() {
  const ServerOptions& options = house_.options;
  error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) return cannot_serve(ErrorKind::kInvalid, options, "that is no IP address; use 0.0.0.0 for all of them");
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), failed);
  if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor_.bind(endpoint, failed);
  if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) port_ = acceptor_.local_endpoint(failed).port();
  if (!failed) return true;
  const bool passing = failed == asio::error::address_in_use || failed == boost::system::errc::too_many_files_open;
  return cannot_serve(passing ? ErrorKind::kUnavailable : ErrorKind::kInvalid, options,
                      failed.message() + "; choose another address or port");
}

void BeastServer::accept() {
  acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
    if (house_.stopping) return;
    if (!failed) {
      welcome(std::move(socket));
      return accept();
    }
    pause_.expires_after(kNoDescriptors);
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled && !house_.stopping) accept();
    });
  });
}

void BeastServer::welcome(tcp::socket socket) {
  if (house_.connections.size() >= house_.options.max_connections) return;  // closes it
  error_code failed;
  socket.set_option(tcp::no_delay(true), failed);
  const auto peer = socket.remote_endpoint(failed);
  if (failed) return;
  const auto tls = [this] {
    const std::lock_guard held(house_.tls_lock);
    return house_.tls;
  }();
  if (tls) {
    begin(beast::ssl_stream<beast::tcp_stream>(std::move(socket), *tls), name_of(peer));
  } else {
    begin(beast::tcp_stream(std::move(socket)), name_of(peer));
  }
}

template <class Stream>
void BeastServer::begin(Stream stream, std::string peer) {
  const std::uint64_t number = house_.next_number++;
  auto session = std::make_shared<Session<Stream>>(house_, number, std::move(stream), std::move(peer));
  house_.connections.emplace(number, session);
  session->start();
}

// On the I/O thread.
void BeastServer::end_connections() {
  house_.stopping = true;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  const auto each = [this](void (Connection::*end)()) {
    const auto connections = house_.connections;  // ending one takes it off the list
    for (const auto& [number, weak] : connections) {
      if (const auto connection = weak.lock()) ((*connection).*end)();
    }
  };
  each(&Connection::finish);
  if (house_.connections.empty()) return;
  house_.grace.expires_after(kGrace);
  house_.grace.async_wait([each](error_code cancelled) {
    if (!cancelled) each(&Connection::cut);
  });
}

void BeastServer::stop_once() {
  house_.stop.request_stop();
  if (io_thread_.joinable()) asio::post(house_.io, [this] { end_connections(); });
  house_.workers.join();
  work_.reset();
  if (io_thread_.joinable()) io_thread_.join();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler));
  TRY(server->open());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace originpull::net
