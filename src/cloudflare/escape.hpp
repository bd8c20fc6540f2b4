// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text on its way into a request. The body of an upload holds a private key, so it is written by hand into one buffer of
// sufficient size: a JSON library would leave copies of the key in memory that nobody wipes. Pure functions, any thread;
// they cannot fail: what is no valid UTF-8 comes out as it went in, for Cloudflare to refuse.
#include <string>
#include <string_view>

namespace originpull::cloudflare {

// Appends `text` as a JSON string, quotes included, without reallocating if `escaped_size(text)` bytes are free.
void append_json_string(std::string& out, std::string_view text);
std::size_t escaped_size(std::string_view text);

// "/zones/" and the like, with each segment percent-encoded.
std::string zone_path(std::string_view zone, std::string_view rest = {});

}  // namespace originpull::cloudflare
