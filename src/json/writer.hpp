// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Writer` composes compact JSON piece by piece: `w.begin_object().field("enabled", true).end_object().take()`. The
// idea: whoever sends a body needs no JSON library and builds no tree, and the same calls give the same bytes. Texts
// are escaped as RFC 8259 asks; bytes that are not UTF-8 become U+FFFD, so the result is always valid. Owned by one
// function at a time. Cannot fail on data; calls out of order (a value where a key belongs, an unclosed object) are
// ours to avoid: bug().
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::json {

class Writer {
 public:
  // Room for a body that holds a secret, so that growing leaves no copies of it behind.
  void reserve(std::size_t bytes) { text_.reserve(bytes); }

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& null();
  Writer& raw(std::string_view json);  // a value that is JSON already, trusted

  Writer& value(std::string_view text) { return string(text); }
  Writer& value(const char* text) { return string(text); }
  Writer& value(std::same_as<bool> auto truth) { return boolean(truth); }
  Writer& value(std::int64_t number) { return integer(number); }
  Writer& value(int number) { return integer(number); }
  Writer& value(std::span<const std::string> texts);

  template <class T>
  Writer& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  // Nothing at all if there is no value.
  template <class T>
  Writer& maybe(std::string_view name, const std::optional<T>& content) {
    return content ? field(name, *content) : *this;
  }

  std::string take();  // the finished text; the writer is empty afterwards

 private:
  enum class Place : char { kObject, kArray };

  void before_value();
  void close(Place place, char bracket);

  std::string text_;
  std::vector<Place> open_;
  bool comma_ = false;      // something stands before, in the same object or array
  bool after_key_ = false;  // a key waits for its value
};

// `text` as a JSON string, in quotes.
std::string quote(std::string_view text);

}  // namespace originpull::json
