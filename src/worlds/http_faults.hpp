// SPDX-License-Identifier: Apache-2.0
#pragma once
// `HttpFaults` stands before a handler and lets chosen requests go wrong the way HTTP goes wrong: another status, an
// HTML page, cut or no JSON, no answer, a cut connection, a late answer; before the handler has seen the request, or
// after it has done the work, so that only the answer is lost. It knows no API. cloudflare-sim ships it; the worlds
// stay free of it.
//
// Thread-safe. A slow answer blocks the thread that serves it, until the request's stop. Nothing fails.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"
#include "net/server.hpp"

namespace originpull::worlds {

struct HttpFault {
  enum class Kind { kStatus, kHtml, kTruncatedJson, kEmptyBody, kNullBody, kHang, kClose, kTruncatedBody, kSlow };
  Kind kind = Kind::kStatus;
  std::string method = "*";   // "POST", or "*"
  std::string path = "*";     // of the target without its query; '*' stands for any text
  int count = 1;              // how many requests it meets; 0: all, until it is cleared
  bool executed = false;      // the handler does its work first and its answer is lost
  int status = 500;           // kStatus, kHtml
  std::string body = {};      // kStatus: instead of a Cloudflare-like error of code 1000
  net::Headers headers = {};  // kStatus: more of them, "retry-after"
  Duration delay{1'000};      // kSlow: after the work, before the answer
  int id = 0;                 // given by `add`
  int met = 0;                // requests so far
};

// {"kind": "close", "method": "POST", "path": "*/origin_tls_client_auth", "executed": true}. kInvalid with the path.
Result<HttpFault> read_fault(json::Decoder&);
void write_fault(json::Writer&, const HttpFault&);
bool glob_matches(std::string_view pattern, std::string_view text);

class HttpFaults {
 public:
  // Which kinds may happen now; one that may not is met and does nothing.
  using Allowed = std::function<bool(HttpFault::Kind)>;

  HttpFaults(env::Env&, net::Handler inner, Allowed = {});

  net::Served handle(const net::ServedRequest&);
  int add(HttpFault);
  void clear();
  std::vector<HttpFault> list();  // those that still wait for requests

 private:
  std::optional<HttpFault> meet(const net::ServedRequest&);
  net::Served spoil(const HttpFault&, const net::ServedRequest&, net::Served answer);

  struct State {
    std::vector<HttpFault> faults = {};
    int last_id = 0;
  };
  env::Env& env_;
  const net::Handler inner_;
  const Allowed allowed_;
  env::Monitor<State> state_;
};

}  // namespace originpull::worlds
