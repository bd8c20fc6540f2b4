// SPDX-License-Identifier: Apache-2.0
#include "support/port.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <utility>

namespace originpull::support {
namespace {

// Linux gives outgoing connections 32768 and above; 20000 to 29999 has few well-known servers.
constexpr int kFirst = 20000;
constexpr int kCount = 10000;

bool is_free(std::uint16_t number) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);  // as servers do: TIME_WAIT is no obstacle
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(number);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return bound;
}

}  // namespace

Result<Port> Port::take() {
  const auto folder = std::filesystem::temp_directory_path() / ("originpull-ports-" + std::to_string(::getuid()));
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  // Processes start at different places, so that they seldom meet; a lock decides when they do.
  const int start = static_cast<int>(::getpid()) * 37 % kCount;
  for (int step = 0; step < kCount; ++step) {
    const auto number = static_cast<std::uint16_t>(kFirst + (start + step) % kCount);
    const int lock = ::open((folder / std::to_string(number)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return fail(ErrorKind::kInternal, "take a port", "cannot write in " + folder.string());
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0 && is_free(number)) {
      Port port;
      port.number_ = number;
      port.lock_ = lock;
      return port;
    }
    ::close(lock);
  }
  return fail(ErrorKind::kUnavailable, "take a port", "none of 20000 to 29999 is free on 127.0.0.1");
}

Port::Port(Port&& other) noexcept : number_(std::exchange(other.number_, 0)), lock_(std::exchange(other.lock_, -1)) {}

Port& Port::operator=(Port&& other) noexcept {
  std::swap(number_, other.number_);
  std::swap(lock_, other.lock_);
  return *this;
}

Port::~Port() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace originpull::support
