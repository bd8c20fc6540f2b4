// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Stream` is what HTTP is spoken over: a socket as it is, or TLS on it. Its reads and writes wait until a deadline or
// a stop and say what came of it, so that whoever uses one need not know which it is. An alert of TLS is told apart
// from other endings because in TLS 1.3 it is how a server refuses a client's certificate, after a handshake that
// seemed done. Owned by one thread at a time; nothing fails otherwise.
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "probe/socket.hpp"

namespace originpull::probe {

struct Io {
  enum class Kind { kBytes, kEnd, kAlert, kBroken, kTimedOut, kStopped };
  Kind kind = Kind::kBytes;
  std::size_t count = 0;  // of kBytes
  std::string detail = {};
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual Io read(char* into, std::size_t size, Instant deadline, const std::stop_token& stop) = 0;
  virtual Io write(std::string_view all, Instant deadline, const std::stop_token& stop) = 0;
  // Between two requests: whether the server has neither ended the connection nor sent anything.
  virtual bool is_quiet() = 0;
};

std::unique_ptr<Stream> plain_stream(std::unique_ptr<Socket> socket);

}  // namespace originpull::probe
