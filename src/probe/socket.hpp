// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Socket` is one TCP connection to a pinned address that never blocks by itself: each wait has a deadline on the
// Env's clock and ends soon after a stop. It stands under the plain and the TLS stream of a Connection. Waiting is
// done in short slices, because nothing here can be woken by another thread. Owned by one thread at a time; closed
// with the object. Whatever goes wrong is a value.
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include "env/env.hpp"
#include "probe/outcome.hpp"

namespace originpull::probe {

// "127.0.0.1:8443", "[::1]:8443", "localhost:8443": a numeric address, or localhost, which is looked up nowhere.
bool is_address(const std::string& text);

class Socket {
 public:
  enum class Ready { kYes, kTimedOut, kStopped };

  Socket(env::Env& env, int handle) : env_(env), handle_(handle) {}
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // A connection, or a socket without one and why: kRefused, kUnreachable, kConnectTimedOut, kStopped.
  static Outcome connect(env::Env&, const std::string& address, Instant deadline, const std::stop_token&,
                         std::unique_ptr<Socket>& made);

  Ready wait_to_read(Instant deadline, const std::stop_token& stop) const;
  Ready wait_to_write(Instant deadline, const std::stop_token& stop) const;

  // As recv and send: -1 with errno, EAGAIN among it; 0 of a read is the end.
  std::ptrdiff_t read(char* into, std::size_t size) const;
  std::ptrdiff_t write(const char* from, std::size_t size) const;
  std::ptrdiff_t peek() const;  // a byte that stays

 private:
  Ready wait(short events, Instant deadline, const std::stop_token& stop) const;

  env::Env& env_;
  const int handle_;
};

// "connection reset by peer"
std::string system_reason(int error);

}  // namespace originpull::probe
