// SPDX-License-Identifier: Apache-2.0
#include "cli/self_made.hpp"

#include <algorithm>

namespace originpull::cli {
namespace {

constexpr Duration kDay{24LL * 3600 * 1000};

}  // namespace

Result<SelfMade> make_server_identity(const std::string& whose, const std::vector<std::string>& names, Wall now) {
  const Wall from = now - kDay;
  const Wall until = now + 90 * kDay;
  const pki::Minted ca =
      TRY(pki::mint({.common_name = whose + " CA", .ca = true, .not_before = from, .not_after = until}));
  pki::MintOptions options{
      .common_name = whose, .names = {"localhost", "127.0.0.1"}, .not_before = from, .not_after = until};
  for (const std::string& name : names) {
    const bool known = std::find(options.names.begin(), options.names.end(), name) != options.names.end();
    if (!known) options.names.push_back(name);
  }
  return SelfMade{.ca_pem = ca.certificate_pem, .server = TRY(pki::mint(options, &ca))};
}

}  // namespace originpull::cli
