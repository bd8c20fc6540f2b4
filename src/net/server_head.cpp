// SPDX-License-Identifier: Apache-2.0
#include "net/server_head.hpp"

#include <boost/beast/http/status.hpp>
#include <cstdio>

namespace originpull::net {

bool may_have_body(int status) { return status != 204 && status != 304; }

std::string head_text(const Served& served, bool keep_alive, bool chunked) {
  namespace http = boost::beast::http;
  const auto known = http::int_to_status(static_cast<unsigned>(served.status));
  const auto reason = known == http::status::unknown ? boost::beast::string_view() : http::obsolete_reason(known);
  std::string text = "HTTP/1.1 " + std::to_string(served.status) + " " + std::string(reason) + "\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (valid_header(name, value)) text.append(name).append(": ").append(value).append("\r\n");
  };
  if (may_have_body(served.status)) {
    add("Content-Type", served.content_type);
    if (!served.stream) add("Content-Length", std::to_string(served.body.size()));
    if (served.stream && chunked) add("Transfer-Encoding", "chunked");
  }
  const Headers framing{{"content-length", "ours"}, {"transfer-encoding", "ours"}, {"connection", "ours"}};
  for (const auto& [name, value] : served.headers) {
    if (find_header(framing, name).empty()) add(name, value);
  }
  if (!keep_alive) add("Connection", "close");
  return text + "\r\n";
}

Served refusal(int status, const std::string& why) {
  return {.status = status, .body = why + "\n", .content_type = "text/plain"};
}

std::string chunk_head(std::size_t size) {
  char text[24];
  std::snprintf(text, sizeof text, "%zx\r\n", size);
  return text;
}

}  // namespace originpull::net
