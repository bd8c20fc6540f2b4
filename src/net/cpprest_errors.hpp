// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a failed exchange means. cpprestsdk's error codes are unreliable (refused is 113, the end of a stream is "No
// such file or directory"), so this is the one place that reads its texts, and the one place that decides whether the
// server may have seen the request: it may, unless resolving, connecting or the TLS handshake failed. Pure; any
// thread; cannot fail.
#include <exception>
#include <string>

#include "net/transport.hpp"

namespace originpull::net {

struct Fault {
  bool sent = true;              // some of the request may have reached the server
  bool broke_http = false;       // the server answered, but not in HTTP or beyond a limit
  bool dead_connection = false;  // not even the request's head could be written: the connection had died before
  std::string why;               // with what to do about it
};

// `refusal` is the certificate verifier's reason, or empty.
Fault classify(const std::exception_ptr& thrown, const std::string& refusal);

// The reaction that the fault asks for, after transport.hpp.
Error to_error(const Fault& fault, Method method, const std::string& attempted);

}  // namespace originpull::net
