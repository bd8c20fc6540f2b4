// SPDX-License-Identifier: Apache-2.0
#pragma once
// What can happen to somebody who asks a web server something, as a value: for a probe every ending is a finding and
// none is an error. The endings are told apart as an edge must tell them apart: nobody listens, the handshake was
// refused (and by which alert), the server is not trusted, no answer came, an answer came. Plain values, any thread;
// nothing here fails.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace originpull::probe {

enum class Happened {
  kConnected,          // a connection stands, nothing was asked yet
  kAnswered,           // an HTTP answer, of any status
  kRefused,            // nobody listens there
  kUnreachable,        // TCP failed otherwise
  kConnectTimedOut,    // no TCP connection in time
  kHandshakeTimedOut,  // no TLS connection in time
  kHandshakeRefused,   // the server ended the handshake with an alert: `detail` names it
  kHandshakeFailed,    // it failed otherwise: closed, or what came is no TLS
  kUntrusted,          // the server's certificate was not accepted, by us
  kClosed,             // the connection ended without a whole answer
  kNotHttp,            // what came is no HTTP/1.1 answer, or more than was allowed
  kAnswerTimedOut,     // connected, and no whole answer in time
  kStopped,            // we were asked to stop
};
std::string_view to_string(Happened);  // "HandshakeRefused"

using Headers = std::vector<std::pair<std::string, std::string>>;
// The value of the first header of that name in any case, or empty.
std::string_view find_header(const Headers&, std::string_view name);

struct Answer {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

struct Outcome {
  Happened happened = Happened::kConnected;
  std::string detail = {};    // the alert, the verifier's reason, the system's reason
  Answer answer = {};         // of kAnswered
  bool answer_began = false;  // at least a byte of one had come; with kClosed, nothing says that it was not executed

  bool is(Happened what) const { return happened == what; }
};

// "HandshakeRefused: certificate required"
std::string describe(const Outcome&);

}  // namespace originpull::probe
