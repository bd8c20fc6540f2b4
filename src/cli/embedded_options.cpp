// SPDX-License-Identifier: Apache-2.0
#include "cli/embedded_options.hpp"

namespace originpull::cli {

Result<EmbeddedOptions> checked_embedded(EmbeddedOptions options, const std::string& listen, bool anywhere) {
  options.listen = TRY(parse_listen("--embedded-listen", listen));
  if (options.listen.address == "localhost") options.listen.address = "127.0.0.1";
  const bool loopback = options.listen.address.starts_with("127.") || options.listen.address == "::1";
  if (!loopback && !anywhere) {
    return fail(ErrorKind::kInvalid, "--embedded-listen",
                "\"" + listen + "\" can be reached from other machines, and this API hands out Secrets; listen on " +
                    "127.0.0.1, or say --embedded-anywhere as well");
  }
  return options;
}

}  // namespace originpull::cli
