// SPDX-License-Identifier: Apache-2.0
#include "net/cpprest_exchange.hpp"

#include <utility>  // before Boost.Asio 1.74, which forgets it

#include <cpprest/astreambuf.h>
#include <cpprest/http_client.h>
#include <cpprest/rawptrstream.h>
#include <netinet/tcp.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace originpull::net {
namespace {

namespace http = web::http;
namespace streams = concurrency::streams;

constexpr std::size_t kMailboxBytes = 256 * 1024;        // unread body at which the server is held back
constexpr std::size_t kMaxHeadBytes = 256 * 1024;        // of all headers of an answer
constexpr std::size_t kMaxPart = std::size_t{1} << 30U;  // a negative chunk size comes to us as nearly 2^64
constexpr Duration kSlice{1000};                         // of a wait: the Env's clock goes on during a suspend
constexpr std::chrono::hours kBackstop{1};               // cpprestsdk's own timer, for exchanges that nobody waits for

// Counts exchanges until cpprestsdk has let go of them. Never destroyed: I/O threads outlive main's statics.
class InFlight {
 public:
  void add(long change) {
    {
      const std::lock_guard lock(mutex_);
      count_ += change;
    }
    changed_.notify_all();
  }

  bool wait_for_none(Duration limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  long count_ = 0;
};

InFlight& in_flight() {
  static auto* counter = new InFlight;
  return *counter;
}

struct Flight {
  Flight() { in_flight().add(1); }
  ~Flight() { in_flight().add(-1); }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;
};

enum class News { kHead, kPart, kEnd, kStopped, kOverdue, kSilent };

// What the I/O threads have brought and the caller has not yet taken. Shared by both; the lock is held for copies only.
class Mailbox {
 public:
  // I/O side. The task is unfinished while the mailbox is full: cpprestsdk reads no further until it ends.
  pplx::task<std::size_t> put(const std::uint8_t* data, std::size_t size) {
    if (size > kMaxPart) return refuse("the answer has a chunk of an impossible size");
    const std::lock_guard lock(mutex_);
    if (abandoned_) return refuse("nobody waits for this answer any more");
    unread_.append(reinterpret_cast<const char*>(data), size);
    changed_.notify_all();
    if (unread_.size() < kMailboxBytes) return pplx::task_from_result(size);
    held_back_.emplace(HeldBack{{}, size});
    return pplx::create_task(held_back_->done);
  }

  void put_head(Head head) {
    const std::lock_guard lock(mutex_);
    head_ = std::move(head);
    changed_.notify_all();
  }

  // The first fault stands: it is nearer to the cause than what cancelling brings after it.
  void end(std::optional<Fault> fault) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    fault_ = std::move(fault);
    changed_.notify_all();
  }

  // Caller's side.
  News await(env::Env& env, const Limits& limits, const std::stop_token& stop, Head& head, std::string& part) {
    std::unique_lock lock(mutex_);
    const auto something = [&] { return ended_ || head_ || (head_taken_ && !unread_.empty()); };
    const Instant until = std::min(env.now() + limits.idle, limits.deadline);
    for (Instant now = env.now(); now < until && !something() && !stop.stop_requested(); now = env.now())
      changed_.wait_for(lock, stop, std::min<Duration>(until - now, kSlice), something);
    if (!ended_) {
      if (stop.stop_requested()) return News::kStopped;
      if (env.now() >= limits.deadline) return News::kOverdue;
      if (!something()) return News::kSilent;
    }
    if (head_) {
      head = *std::exchange(head_, std::nullopt);
      head_taken_ = true;
      return News::kHead;
    }
    if (head_taken_ && !unread_.empty()) {
      part.clear();
      part.swap(unread_);
      release(lock);
      return News::kPart;
    }
    return News::kEnd;
  }

  std::optional<Fault> fault() {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

  void abandon() {
    std::unique_lock lock(mutex_);
    abandoned_ = true;
    unread_.clear();
    release(lock);
  }

 private:
  struct HeldBack {
    pplx::task_completion_event<std::size_t> done;
    std::size_t size;
  };

  static pplx::task<std::size_t> refuse(const char* why) {
    return pplx::task_from_exception<std::size_t>(std::runtime_error(why));
  }

  // Outside the lock, because cpprestsdk may go on reading on this very thread.
  void release(std::unique_lock<std::mutex>& lock) {
    auto waiting = std::exchange(held_back_, std::nullopt);
    lock.unlock();
    if (waiting) waiting->done.set(waiting->size);
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string unread_;
  std::optional<Head> head_;
  bool head_taken_ = false;
  bool ended_ = false;
  bool abandoned_ = false;
  std::optional<Fault> fault_;
  std::optional<HeldBack> held_back_;
};

// The write-only stream buffer that cpprestsdk pours an answer's body into. The library's own ones grow without limit
// and abort on a hostile chunk size.
class MailboxBuffer final : public streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  explicit MailboxBuffer(std::shared_ptr<Mailbox> mailbox)
      : streambuf_state_manager(std::ios_base::out), mailbox_(std::move(mailbox)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  utility::size64_t size() const override { return 0; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return static_cast<pos_type>(traits::eof());
  }
  bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
  void release(std::uint8_t*, std::size_t) override {}

 protected:
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return mailbox_->put(&byte, 1).then([byte](std::size_t) { return static_cast<int_type>(byte); });
  }
  pplx::task<std::size_t> _putn(const std::uint8_t* data, std::size_t size) override {
    return mailbox_->put(data, size);
  }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}
  pplx::task<int_type> _bumpc() override { return end_of_file(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return end_of_file(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return end_of_file(); }
  pplx::task<int_type> _ungetc() override { return end_of_file(); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override { return pplx::task_from_result<std::size_t>(0); }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }

 private:
  static pplx::task<int_type> end_of_file() { return pplx::task_from_result<int_type>(traits::eof()); }

  std::shared_ptr<Mailbox> mailbox_;
};

// Runs a continuation where its antecedent ends, so that an answer can be refused before its connection is pooled
// again.
pplx::task_options at_once() {
  struct Inline final : pplx::scheduler_interface {
    void schedule(pplx::TaskProc_t run, void* argument) override { run(argument); }
  };
  static auto* scheduler = new Inline;
  return pplx::task_options(*scheduler);
}

// The request as cpprestsdk has it, with our copies of its secrets. Lives until cpprestsdk is done with it.
struct Outgoing {
  explicit Outgoing(const Request& request) : body(request.body), http(std::string(to_string(request.method))) {}
  ~Outgoing() {
    wipe(body);
    if (http.headers().has("Authorization")) wipe(http.headers()["Authorization"]);
  }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  std::string body;
  http::http_request http;
  Flight flight;
};

std::shared_ptr<Outgoing> prepare(const Request& request, const std::string& host_header) {
  auto outgoing = std::make_shared<Outgoing>(request);
  auto& http = outgoing->http;
  http.set_request_uri(request.target);
  for (const auto& [name, value] : request.headers) http.headers().add(name, value);
  if (!http.headers().has("User-Agent")) http.headers().add("User-Agent", "origin-pull-operator");
  if (!host_header.empty()) http.headers().add("Host", host_header);
  if (!request.bearer.empty()) {
    std::string& value = http.headers()["Authorization"];
    value.reserve(request.bearer.size() + 7);
    value.append("Bearer ").append(request.bearer.reveal());
  }
  if (!outgoing->body.empty()) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(outgoing->body.data());
    http.set_body(streams::rawptr_stream<std::uint8_t>::open_istream(bytes, outgoing->body.size()),
                  outgoing->body.size(), request.content_type.empty() ? "application/json" : request.content_type);
  }
  return outgoing;
}

// Why an answer cannot be taken though it arrived in order, or empty.
std::string objection(const http::http_response& answer, const Head& head) {
  std::size_t size = 0;
  for (const auto& [name, value] : head.headers) size += name.size() + value.size() + 4;
  if (size > kMaxHeadBytes) return "the answer's headers are larger than 256 KiB";
  if (answer.status_code() < 200) {
    // cpprestsdk takes it for the final answer and would give the real one to the next request.
    return "the server sent the interim answer " + std::to_string(head.status) + ", which was not asked for";
  }
  const std::string_view encoding = head.header("Content-Encoding");
  if (!encoding.empty() && encoding != "identity") {
    return "the answer has the content encoding " + std::string(encoding) +
           ", which was not asked for; look for a proxy";
  }
  return {};
}

void take_head(const http::http_response& answer, Mailbox& mailbox, pplx::cancellation_token_source& cancel) {
  Head head{.status = answer.status_code(), .headers = {}};
  for (const auto& [name, value] : answer.headers()) head.headers.emplace_back(name, value);
  if (std::string why = objection(answer, head); !why.empty()) {
    mailbox.end(Fault{.broke_http = true, .why = std::move(why)});
    cancel.cancel();  // closes the connection, so that it is not used again
    return;
  }
  mailbox.put_head(std::move(head));
}

void set_keepalive(boost::asio::ip::tcp::socket& socket, bool ipv4_literal) {
  boost::system::error_code failed;
  // Called before the socket exists on a new connection. To open it here is only right where the family is known.
  if (!socket.is_open() && ipv4_literal) socket.open(boost::asio::ip::tcp::v4(), failed);
  if (failed || !socket.is_open()) return;
  const int handle = socket.native_handle();
  const auto set = [handle](int level, int option, int value) {
    ::setsockopt(handle, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

http::client::http_client_config configuration(const Origin& origin, const std::shared_ptr<Handshakes>& handshakes) {
  http::client::http_client_config config;
  config.set_timeout(kBackstop);
  config.set_max_redirects(0);  // the library would send the credentials along, and race with itself
  if (origin.https) {
    config.set_validate_certificates(origin.verify);
    config.set_ssl_context_callback(
        [handshakes](boost::asio::ssl::context& context) { handshakes->configure(context.native_handle()); });
  }
  config.set_nativehandle_options(
      [https = origin.https, literal = origin.ipv4_literal](http::client::native_handle handle) {
        using Socket = boost::asio::ip::tcp::socket;
        set_keepalive(https ? static_cast<boost::asio::ssl::stream<Socket&>*>(handle)->next_layer()
                            : *static_cast<Socket*>(handle),
                      literal);
      });
  return config;
}

class Client final : public Connections {
 public:
  Client(env::Env& env, const Origin& origin, Use purpose, Instant not_after)
      : use(purpose),
        handshakes(origin.https ? Handshakes::of(env, origin.tls, not_after) : nullptr),
        host_header(origin.host_header),
        http(web::uri(origin.base_url), configuration(origin, handshakes)) {}

  Use use;
  std::shared_ptr<Handshakes> handshakes;
  std::string host_header;
  http::client::http_client http;
};

// Starts the exchange. Every exception of the chain ends in the last continuation: an unobserved one ends the process.
void start(Client& client, const Request& request, const std::shared_ptr<Mailbox>& mailbox,
           pplx::cancellation_token_source cancel) {
  auto outgoing = prepare(request, client.host_header);
  outgoing->http.set_response_stream(
      streams::streambuf<std::uint8_t>(std::make_shared<MailboxBuffer>(mailbox)).create_ostream());
  client.http.request(outgoing->http, cancel.get_token())
      .then(
          [mailbox, cancel](const http::http_response& answer) mutable {
            take_head(answer, *mailbox, cancel);
            return answer.content_ready();
          },
          at_once())
      .then(
          [mailbox, outgoing, handshakes = client.handshakes](const pplx::task<http::http_response>& whole) {
            std::optional<Fault> fault;
            try {
              whole.get();
            } catch (...) {
              fault = classify(std::current_exception(), handshakes ? handshakes->take_refusal() : std::string());
            }
            mailbox->end(std::move(fault));
          },
          at_once());
}

std::string reason_to_give_up(News news, const Limits& limits) {
  if (news == News::kStopped) return "stopped while waiting for the answer";
  if (news == News::kOverdue) return "the answer was not complete in the time that it had";
  return "nothing came for " + std::to_string(limits.idle.count()) + " ms while connecting or waiting for the answer";
}

// Whether the server may have seen a request that was given up on `client`.
bool may_have_been_sent(const Client& client) {
  return client.use == Connections::Use::kPool || !client.handshakes || !client.handshakes->shut();
}

}  // namespace

Result<std::shared_ptr<Connections>> Connections::open(env::Env& env, const Origin& origin, Use use,
                                                       Instant not_after) {
  try {
    return std::shared_ptr<Connections>(std::make_shared<Client>(env, origin, use, not_after));
  } catch (const std::exception& error) {
    return fail(ErrorKind::kInvalid, "open " + origin.base_url, std::string("it is no usable URL: ") + error.what());
  }
}

tl::expected<Head, Fault> exchange(env::Env& env, Connections& connections, const Request& request, BodySink& sink,
                                   const Limits& limits, const std::stop_token& stop) {
  auto& client = static_cast<Client&>(connections);
  const auto mailbox = std::make_shared<Mailbox>();
  const pplx::cancellation_token_source cancel;
  try {
    start(client, request, mailbox, cancel);
  } catch (...) {
    Fault fault = classify(std::current_exception(), {});
    fault.sent = false;
    return tl::unexpected(std::move(fault));
  }
  const auto leave = [&] {
    mailbox->abandon();
    cancel.cancel();
  };
  Head head;
  std::string part;
  for (;;) {
    const News news = mailbox->await(env, limits, stop, head, part);
    switch (news) {
      case News::kHead:
        if (sink.on_head(head)) continue;
        leave();
        return head;
      case News::kPart:
        if (sink.on_data({part.data(), part.size()})) continue;
        leave();
        return head;
      case News::kEnd:
        if (auto fault = mailbox->fault()) return tl::unexpected(*std::move(fault));
        return head;
      case News::kStopped:
      case News::kOverdue:
      case News::kSilent: {
        leave();
        const bool sent = may_have_been_sent(client);
        return tl::unexpected(Fault{.sent = sent, .why = reason_to_give_up(news, limits)});
      }
    }
  }
}

bool wait_for_exchanges(Duration limit) { return in_flight().wait_for_none(limit); }

}  // namespace originpull::net
