// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/path.hpp"

#include "net/transport.hpp"

namespace originpull::cloudflare {

std::string zone_path(std::string_view zone, std::string_view rest) {
  std::string path = "/zones/" + net::percent_encode(zone);
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    path += '/';
    path += net::percent_encode(rest.substr(0, slash));
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  return path;
}

std::string certificate_path(std::string_view zone, std::string_view id) {
  return zone_path(zone, "origin_tls_client_auth") + "/" + net::percent_encode(id);
}

}  // namespace originpull::cloudflare
