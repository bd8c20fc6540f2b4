// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a listener of cloudflare-sim opens: "127.0.0.1:8443", port 0 for any free one. Read here and nowhere else, so
// that every option that takes an address takes the same and complains in the same words. Whether the system lets us
// open it is the server's to find out. Pure, any thread; what is read is a value.
// kInvalid: the sentence names the option.
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace originpull::cli {

struct ListenAddress {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

Result<ListenAddress> parse_listen(const std::string& option, const std::string& text);

}  // namespace originpull::cli
