// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/token.hpp"

#include <algorithm>
#include <string>

namespace originpull::cloudflare {
namespace {

constexpr std::size_t kShortest = 20;
constexpr std::size_t kLongest = 200;
constexpr std::string_view kSpace = " \t\r\n";

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Old Global API Keys are 37 to 45 lower-case hex digits. A token of 40 letters and digits is practically never all
// hex.
bool looks_like_global_key(std::string_view text) {
  return text.starts_with("cfk_") ||
         (text.size() >= 37 && text.size() <= 45 && std::all_of(text.begin(), text.end(), is_lower_hex));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Result<SecretString> read_token(std::string_view text) {
  const auto invalid = [](std::string why) {
    return fail(ErrorKind::kInvalid, "read the API token",
                std::move(why) + "; create an API token in the Cloudflare dashboard and put it into the Secret");
  };
  const std::string_view token = trimmed(text);
  if (token.empty()) return invalid("the value is empty");
  if (token.size() < kShortest || token.size() > kLongest) {
    return invalid("a Cloudflare API token has 20 to 200 characters, the value has " + std::to_string(token.size()));
  }
  if (token.starts_with("Bearer ") || token.starts_with("bearer "))
    return fail(ErrorKind::kInvalid, "read the API token",
                "the value begins with \"Bearer\"; put only the token there");
  if (token.front() == '"' || token.front() == '\'')
    return fail(ErrorKind::kInvalid, "read the API token", "the value stands in quotes; put it there without them");
  if (!std::all_of(token.begin(), token.end(), is_token_character)) {
    return invalid("the value has characters that no Cloudflare API token has");
  }
  if (looks_like_global_key(token)) return invalid("the value is a Global API Key, not an API token");
  if (token.starts_with("v1.0-")) return invalid("the value is an Origin CA key, not an API token");
  return SecretString(std::string(token));
}

}  // namespace originpull::cloudflare
