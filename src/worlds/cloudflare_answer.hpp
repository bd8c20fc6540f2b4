// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answers of the simulated Cloudflare in its envelope. Two habits of the real one are kept:
// the gateway's errors carry `result: null`, those of the certificate service carry no `result`
// at all; and an answer that is no JSON is an HTML page. Pure functions, any thread; nothing
// fails.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/writer.hpp"
#include "net/server.hpp"

namespace originpull::worlds {

struct CloudflareFault {
  int code = 0;
  std::string message = {};
  int chained_code = 0;  // one entry of error_chain, if not 0
  std::string chained_message = {};
};

// Codes that nobody has recorded (a conflict, "already deleted"): clients must go by status and text.
inline constexpr int kUnrecordedCode = 1400;

// What stands in `messages` of a success.
struct CloudflareNote {
  int code = 0;
  std::string message = {};
};

struct CloudflarePage {
  int page = 1;
  int per_page = 50;
  int count = 0;
  int total = 0;
};

using WriteResult = std::function<void(json::Writer&)>;
net::Served success(const WriteResult&);
net::Served success(const WriteResult&, const CloudflarePage&);
net::Served success(const WriteResult&, const CloudflareNote&);
net::Served gateway_error(int status, const std::vector<CloudflareFault>& faults);
net::Served service_error(int status, int code, std::string message);
net::Served html_page(int status);

}  // namespace originpull::worlds
