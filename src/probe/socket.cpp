// SPDX-License-Identifier: Apache-2.0
#include "probe/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

namespace originpull::probe {
namespace {

constexpr Duration kSlice{50};  // so long a stop may go unseen

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

template <class T>
Address address_of(const T& value) {
  Address address;
  std::memcpy(&address.storage, &value, sizeof value);
  address.size = sizeof value;
  return address;
}

std::optional<Address> parse(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (fault != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six.sin6_addr) != 1) return std::nullopt;
    return address_of(six);
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) return std::nullopt;
  return address_of(four);
}

Outcome failed(int error) {
  if (error == ETIMEDOUT) return {.happened = Happened::kConnectTimedOut, .detail = system_reason(error)};
  const bool nobody = error == ECONNREFUSED;
  return {.happened = nobody ? Happened::kRefused : Happened::kUnreachable, .detail = system_reason(error)};
}

}  // namespace

std::string system_reason(int error) { return std::generic_category().message(error); }

bool is_address(const std::string& text) { return parse(text).has_value(); }

Socket::~Socket() { ::close(handle_); }

Outcome Socket::connect(env::Env& env, const std::string& text, Instant deadline, const std::stop_token& stop,
                        std::unique_ptr<Socket>& made) {
  auto address = parse(text);
  if (!address) return {.happened = Happened::kUnreachable, .detail = "\"" + text + "\" is no address with a port"};
  const int handle = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (handle < 0) return failed(errno);
  auto socket = std::make_unique<Socket>(env, handle);
  const int on = 1;
  ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(handle, address->get(), address->size) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) return failed(errno);
    const Ready ready = socket->wait_to_write(deadline, stop);
    if (ready == Ready::kStopped) return {.happened = Happened::kStopped};
    if (ready == Ready::kTimedOut) return {.happened = Happened::kConnectTimedOut};
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return failed(error);
  }
  made = std::move(socket);
  return {.happened = Happened::kConnected};
}

Socket::Ready Socket::wait_to_read(Instant deadline, const std::stop_token& stop) const {
  return wait(POLLIN, deadline, stop);
}

Socket::Ready Socket::wait_to_write(Instant deadline, const std::stop_token& stop) const {
  return wait(POLLOUT, deadline, stop);
}

Socket::Ready Socket::wait(short events, Instant deadline, const std::stop_token& stop) const {
  for (;;) {
    if (stop.stop_requested()) return Ready::kStopped;
    const Instant now = env_.now();
    const Duration left = deadline > now ? std::min(kSlice, deadline - now) : Duration(0);
    pollfd one{.fd = handle_, .events = events, .revents = 0};
    // An error or the end of the connection is for the next read or write to find.
    if (::poll(&one, 1, static_cast<int>(left.count())) > 0) return Ready::kYes;
    if (now >= deadline) return Ready::kTimedOut;
  }
}

std::ptrdiff_t Socket::read(char* into, std::size_t size) const { return ::recv(handle_, into, size, 0); }

std::ptrdiff_t Socket::write(const char* from, std::size_t size) const {
  return ::send(handle_, from, size, MSG_NOSIGNAL);
}

std::ptrdiff_t Socket::peek() const {
  char byte = 0;
  return ::recv(handle_, &byte, 1, MSG_PEEK);
}

}  // namespace originpull::probe
