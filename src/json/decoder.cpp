// SPDX-License-Identifier: Apache-2.0
#include "json/decoder.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <nlohmann/json.hpp>

namespace originpull::json {
namespace {

using Json = nlohmann::json;

const Json& nothing() {
  static const Json null;
  return null;
}

std::string_view kind_of(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "an array";
    case Json::value_t::string: return "a string";
    case Json::value_t::boolean: return "a boolean";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float: return "a number";
    default: return "something else";
  }
}

// `.name`, or `["odd/name"]`. Keys come from outside: what is not printable is masked and the length is bounded.
std::string step(std::string_view key) {
  constexpr std::size_t kLongest = 80;
  if (key.empty()) return {};
  const auto word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (key.size() <= kLongest && std::all_of(key.begin(), key.end(), word)) return "." + std::string(key);
  std::string shown(key.substr(0, kLongest));
  std::replace_if(shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e || c == '"'; }, '?');
  return "[\"" + shown + (key.size() > kLongest ? "...\"]" : "\"]");
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Decoder::Decoder(const Document& document) : here_(&document.value()), fault_(&own_fault_) {
  if (!here_->is_object()) wrong("", "an object", *here_);
}

Decoder::Decoder(const Json& here, std::string path, std::string* fault)
    : here_(&here), path_(std::move(path)), fault_(fault) {}

const Json& Decoder::find(std::string_view key) const {
  if (!here_->is_object()) return nothing();
  const auto found = here_->find(key);
  return found == here_->end() ? nothing() : *found;
}

void Decoder::reject(std::string_view key, std::string_view what) {
  if (!failed()) *fault_ = path_ + step(key) + ": " + std::string(what);
}

void Decoder::wrong(std::string_view key, std::string_view expected, const Json& found) {
  reject(key, "expected " + std::string(expected) + ", found " + std::string(kind_of(found)));
}

bool Decoder::present(std::string_view key, bool required) {
  if (!find(key).is_null()) return true;
  if (required) reject(key, here_->is_object() && here_->contains(key) ? "is null" : "is missing");
  return false;
}

bool Decoder::read(std::string_view key, bool required, std::string& out) {
  if (!present(key, required)) return false;
  const Json& value = find(key);
  const auto* text = value.get_ptr<const std::string*>();
  if (text == nullptr) return wrong(key, "a string", value), false;
  out = *text;
  return true;
}

bool Decoder::read(std::string_view key, bool required, bool& out) {
  if (!present(key, required)) return false;
  const Json& value = find(key);
  const auto* truth = value.get_ptr<const bool*>();
  if (truth == nullptr) return wrong(key, "a boolean", value), false;
  out = *truth;
  return true;
}

bool Decoder::read(std::string_view key, bool required, std::int64_t& out) {
  if (!present(key, required)) return false;
  const Json& value = find(key);
  if (!value.is_number()) return wrong(key, "an integer", value), false;
  const auto* natural = value.get_ptr<const std::uint64_t*>();
  const bool too_large =
      natural != nullptr && *natural > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!value.is_number_integer() || too_large) {
    reject(key, "expected an integer of 64 bits, found another number");
    return false;
  }
  out = value.get<std::int64_t>();
  return true;
}

bool Decoder::read(std::string_view key, bool required, std::vector<std::string>& out) {
  if (!present(key, required)) return false;
  const Json& list = find(key);
  if (!list.is_array()) return wrong(key, "an array", list), false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto* text = list[i].get_ptr<const std::string*>();
    if (text == nullptr) {
      Decoder here(list[i], path_ + step(key) + "[" + std::to_string(i) + "]", fault_);
      return here.wrong("", "a string", list[i]), false;
    }
    out.push_back(*text);
  }
  return true;
}

bool Decoder::read(std::string_view key, bool required, std::map<std::string, std::string>& out) {
  if (!present(key, required)) return false;
  const Json& object = find(key);
  if (!object.is_object()) return wrong(key, "an object", object), false;
  for (const auto& [name, value] : object.items()) {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr) {
      Decoder here(object, path_ + step(key), fault_);
      return here.wrong(name, "a string", value), false;
    }
    out.emplace(name, *text);
  }
  return true;
}

Decoder Decoder::at(std::string_view key) {
  const Json& value = find(key);
  if (!value.is_object() && !value.is_null()) wrong(key, "an object", value);
  return Decoder(value, path_ + step(key), fault_);
}

std::size_t Decoder::length(std::string_view key) {
  const Json& list = find(key);
  if (list.is_array()) return list.size();
  if (!list.is_null()) wrong(key, "an array", list);
  return 0;
}

Decoder Decoder::item(std::string_view key, std::size_t index) {
  const Json& value = find(key)[index];
  std::string path = path_ + step(key) + "[" + std::to_string(index) + "]";
  if (!value.is_object() && !failed()) *fault_ = path + ": expected an object, found " + std::string(kind_of(value));
  return Decoder(value, std::move(path), fault_);
}

bool Decoder::has(std::string_view key) const { return !find(key).is_null(); }
bool Decoder::is_object(std::string_view key) const { return find(key).is_object(); }
bool Decoder::is_array(std::string_view key) const { return find(key).is_array(); }
bool Decoder::is_string(std::string_view key) const { return find(key).is_string(); }

std::vector<std::string> Decoder::keys() const {
  std::vector<std::string> names;
  if (!here_->is_object()) return names;
  for (const auto& [name, value] : here_->items()) names.push_back(name);
  return names;
}

std::string Decoder::text(std::string_view key) const {
  if (!here_->is_object() || !here_->contains(key)) return {};
  return dump(find(key));
}

std::string Decoder::text() const { return dump(*here_); }

}  // namespace originpull::json
