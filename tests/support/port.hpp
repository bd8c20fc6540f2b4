// SPDX-License-Identifier: Apache-2.0
#pragma once
// A TCP port of 127.0.0.1 that is this object's for as long as it lives, for a server that another program opens and
// may close and open again. The usual "bind to 0, close, tell the number" gives the port away: any outgoing connection
// or other test may take it. Here it comes from below the range that the system gives to outgoing connections, and a
// lock on a file of that name keeps every other test on this machine off it. Released with the object, or by the
// system. Fails only when thousands of ports are taken.
#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace originpull::support {

class Port {
 public:
  static Result<Port> take();

  Port(Port&& other) noexcept;
  Port& operator=(Port&& other) noexcept;
  ~Port();

  std::uint16_t number() const { return number_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(number_); }

 private:
  Port() = default;
  std::uint16_t number_ = 0;
  int lock_ = -1;
};

}  // namespace originpull::support
