// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client of the server's tests that no decent library would be: it writes and reads a TCP connection on loopback byte
// by byte. The one idea is that nothing of HTTP is known here, so that any nonsense can be sent. Blocking; reads give
// up after 10 s, so that a server that never answers fails a test instead of holding it. Owned by one thread. What
// fails shows in what it returns.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace originpull::net {

class Socket {
 public:
  explicit Socket(std::uint16_t port) : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(handle_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Socket() { ::close(handle_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool connected() const { return connected_; }
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto count = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  // Until `enough` is in what came, or the server closes.
  std::string read_until(std::string_view enough) {
    char bytes[4096];
    while (text_.find(enough) == std::string::npos) {
      const auto count = ::recv(handle_, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      text_.append(bytes, static_cast<std::size_t>(count));
    }
    return text_;
  }
  // At most `size` bytes, now; what read_until has not seen yet.
  std::string read_some(std::size_t size) const {
    std::string bytes(size, '\0');
    const auto count = ::recv(handle_, bytes.data(), size, 0);
    bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return bytes;
  }
  std::string read_to_the_end() { return read_until("\x01 never sent \x01"); }
  // Whether the server closes (in order or not) before our patience ends.
  bool closed() const {
    char byte = 0;
    for (;;) {
      const auto count = ::recv(handle_, &byte, 1, 0);
      if (count == 0) return true;
      if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    }
  }

 private:
  int handle_;
  bool connected_ = false;
  std::string text_;
};

}  // namespace originpull::net
