// SPDX-License-Identifier: Apache-2.0
#include "cli/listen_address.hpp"

#include <charconv>

namespace originpull::cli {

Result<ListenAddress> parse_listen(const std::string& option, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const bool has_both = colon != std::string::npos && colon > 0 && colon + 1 < text.size();
  const auto read = has_both ? std::from_chars(text.data() + colon + 1, end, port)
                             : std::from_chars_result{.ptr = nullptr, .ec = std::errc::invalid_argument};
  if (read.ec != std::errc() || read.ptr != end) {
    return fail(ErrorKind::kInvalid, "read the options", option + " expects ADDRESS:PORT, as 127.0.0.1:0, not " + text);
  }
  return ListenAddress{.address = text.substr(0, colon), .port = port};
}

}  // namespace originpull::cli
