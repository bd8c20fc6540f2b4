// SPDX-License-Identifier: Apache-2.0
#include "json/json.hpp"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/secret_string.hpp"

namespace originpull::json {
namespace {

// The deepest nesting in `text`, found without parsing: brackets outside strings. Exact for valid JSON, and never
// less than what a parser reaches before it stops at the first error.
std::size_t nesting(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

std::string why_not(std::string_view text, std::size_t byte) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "expected JSON, found nothing";
  if (text[first] == '<') return "expected JSON, found markup (perhaps an HTML page of a proxy)";
  if (byte > text.size()) return "the JSON ends too early, after " + std::to_string(text.size()) + " bytes";
  return "not valid JSON at byte " + std::to_string(byte);
}

void wipe_strings(nlohmann::json& value) {
  if (auto* text = value.get_ptr<std::string*>()) {
    wipe(*text);
  } else if (value.is_structured()) {
    for (auto& child : value) wipe_strings(child);
  }
}

}  // namespace

Document::Document(std::unique_ptr<nlohmann::json> value) : value_(std::move(value)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

void Document::wipe() { wipe_strings(*value_); }

Result<Document> parse(std::string_view text, const Limits& limits, ErrorKind kind) {
  if (text.size() > limits.bytes) {
    return fail(kind, "read JSON",
                std::to_string(text.size()) + " bytes are more than the " + std::to_string(limits.bytes) + " allowed");
  }
  if (nesting(text) > limits.depth) {
    return fail(kind, "read JSON", "nested more than " + std::to_string(limits.depth) + " levels deep");
  }
  try {
    return Document(std::make_unique<nlohmann::json>(nlohmann::json::parse(text)));
  } catch (const nlohmann::json::parse_error& error) {
    return fail(kind, "read JSON", why_not(text, error.byte));
  } catch (const std::exception&) {  // a number beyond a double, or no memory
    return fail(kind, "read JSON", "a value in it cannot be represented");
  }
}

}  // namespace originpull::json
