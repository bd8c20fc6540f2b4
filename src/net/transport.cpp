// SPDX-License-Identifier: Apache-2.0
#include "net/transport.hpp"

#include "base/bug.hpp"

#include <algorithm>

namespace originpull::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_alphanumeric(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// RFC 9110 section 5.6.2.
bool is_token_character(unsigned char c) {
  return is_alphanumeric(c) ||
         (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos);
}

// A control character would start another header, or end the request, on the wire.
bool is_text(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); }

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kPut: return "PUT";
    case Method::kPost: return "POST";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
  }
  bug("a Method outside its enumeration");
}

Instant deadline_of(const Request& request, Instant now) {
  return request.total > Duration(0) ? std::min(now + request.total, request.not_after) : request.not_after;
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    const bool same = std::equal(key.begin(), key.end(), name.begin(), name.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
    if (same) return value;
  }
  return {};
}

std::string_view Head::header(std::string_view name) const { return find_header(headers, name); }

bool valid_header(std::string_view name, std::string_view value) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_token_character(static_cast<unsigned char>(c));
  }) && std::all_of(value.begin(), value.end(), [](char c) { return is_text(static_cast<unsigned char>(c)); });
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += character;
    } else {
      encoded += {'%', kDigits[c >> 4U], kDigits[c & 0xfU]};
    }
  }
  return encoded;
}

}  // namespace originpull::net
