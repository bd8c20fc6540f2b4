// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <utility>

#include "base/bug.hpp"

namespace originpull::json {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text` (Unicode table 3-7), or 0.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto within = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return within(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;   // no overlong forms
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;  // no surrogates
    return within(1, low, high) && within(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;  // nothing beyond U+10FFFF
    return within(1, low, high) && within(2, 0x80, 0xbf) && within(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

void append_control(std::string& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += kHex[c >> 4U];
  out += kHex[c & 0xfU];
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";  // U+FFFD
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += text.front();
    } else if (c < 0x20) {
      append_control(out, c);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

}  // namespace

void Writer::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  check(open_.empty() ? text_.empty() : open_.back() == Place::kArray, "a JSON value where none belongs");
  if (comma_) text_ += ',';
}

void Writer::close(Place place, char bracket) {
  check(!open_.empty() && open_.back() == place && !after_key_, "a JSON bracket that closes nothing");
  open_.pop_back();
  text_ += bracket;
  comma_ = true;
}

Writer& Writer::begin_object() {
  before_value();
  open_.push_back(Place::kObject);
  text_ += '{';
  comma_ = false;
  return *this;
}

Writer& Writer::begin_array() {
  before_value();
  open_.push_back(Place::kArray);
  text_ += '[';
  comma_ = false;
  return *this;
}

Writer& Writer::end_object() {
  close(Place::kObject, '}');
  return *this;
}

Writer& Writer::end_array() {
  close(Place::kArray, ']');
  return *this;
}

Writer& Writer::key(std::string_view name) {
  check(!open_.empty() && open_.back() == Place::kObject && !after_key_, "a JSON key where none belongs");
  if (comma_) text_ += ',';
  append_quoted(text_, name);
  text_ += ':';
  comma_ = true;
  after_key_ = true;
  return *this;
}

Writer& Writer::string(std::string_view value) {
  before_value();
  append_quoted(text_, value);
  comma_ = true;
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  check(!json.empty(), "an empty text is no JSON value");
  before_value();
  text_ += json;
  comma_ = true;
  return *this;
}

Writer& Writer::integer(std::int64_t value) { return raw(std::to_string(value)); }
Writer& Writer::boolean(bool value) { return raw(value ? "true" : "false"); }
Writer& Writer::null() { return raw("null"); }

Writer& Writer::value(std::span<const std::string> texts) {
  begin_array();
  for (const std::string& text : texts) string(text);
  return end_array();
}

std::string Writer::take() {
  check(open_.empty() && !text_.empty(), "a JSON text taken before its end");
  comma_ = false;
  return std::exchange(text_, {});
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace originpull::json
