// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_patch.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "worlds/kube_body.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

// What the real server says of every patch that does not fit; it keeps the cause to itself.
tl::unexpected<KubeRefusal> does_not_fit() {
  return refuse({.code = 422,
                 .reason = "Invalid",
                 .message = "the server rejected our request due to an error in our request",
                 .detailed = true});
}

tl::unexpected<KubeRefusal> cannot_decode(std::string_view why) {
  return refuse(400, "BadRequest", "error decoding patch: " + std::string(why));
}

const char* go_name(const json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_boolean() ? "bool" : "number";
}

// The object or list that holds a place, and the key of the place in it.
struct Place {
  json* holder = nullptr;  // null: the way there is broken
  std::string key = {};
};

std::string unescaped(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool escape = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
    out += !escape ? part[i] : part[++i] == '0' ? '~' : '/';
  }
  return out;
}

// Where `key` is in a list of this size, or nothing. A negative one counts from the end.
std::optional<std::size_t> index_of(const std::string& key, std::size_t size) {
  std::ptrdiff_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  if (index < 0) index += static_cast<std::ptrdiff_t>(size);
  if (index < 0 || static_cast<std::size_t>(index) >= size) return std::nullopt;
  return static_cast<std::size_t>(index);
}

// The value at a key: null where an object has none, nothing where a list has none.
json* member(json& holder, const std::string& key, json& absent) {
  if (holder.is_object()) {
    const auto found = holder.find(key);
    return found == holder.end() ? &absent : &*found;
  }
  const auto index = index_of(key, holder.size());
  return index ? &holder[*index] : nullptr;
}

Place find(json& document, std::string_view path) {
  Place place{.holder = &document};
  std::size_t at = path.find('/');
  if (at == std::string_view::npos) return {};
  for (;;) {
    const std::size_t next = path.find('/', at + 1);
    const bool last = next == std::string_view::npos;
    place.key = unescaped(path.substr(at + 1, last ? next : next - at - 1));
    if (last) return place;
    json absent;
    json* inner = member(*place.holder, place.key, absent);
    if (inner == nullptr || !inner->is_structured()) return {};
    place.holder = inner;
    at = next;
  }
}

bool add(const Place& place, json value) {
  if (place.holder == nullptr) return false;
  json& holder = *place.holder;
  if (holder.is_object()) {
    holder[place.key] = std::move(value);
    return true;
  }
  const auto index = place.key == "-" ? holder.size() : index_of(place.key, holder.size() + 1);
  if (!index) return false;
  holder.insert(holder.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return true;
}

bool remove(const Place& place) {
  if (place.holder == nullptr) return false;
  if (place.holder->is_object()) return place.holder->erase(place.key) == 1;
  const auto index = index_of(place.key, place.holder->size());
  if (index) place.holder->erase(*index);
  return index.has_value();
}

bool replace(json& document, const std::string& path, json value) {
  if (path.empty()) {
    if (!value.is_structured()) return false;
    document = std::move(value);
    return true;
  }
  const Place place = find(document, path);
  json absent;
  if (place.holder == nullptr || member(*place.holder, place.key, absent) == nullptr) return false;
  if (place.holder->is_object()) return add(place, std::move(value));
  (*place.holder)[*index_of(place.key, place.holder->size())] = std::move(value);
  return true;
}

bool test(json& document, const std::string& path, const json& value) {
  if (path.empty()) return document == value;
  const Place place = find(document, path);
  json absent;
  const json* there = place.holder == nullptr ? nullptr : member(*place.holder, place.key, absent);
  return there != nullptr && *there == value;
}

bool transfer(json& document, const std::string& from, const std::string& path, bool keep) {
  const Place source = find(document, from);
  json absent;
  const json* there = source.holder == nullptr ? nullptr : member(*source.holder, source.key, absent);
  if (there == nullptr) return false;
  json value = *there;
  if (!keep && !remove(source)) return false;
  return add(find(document, path), std::move(value));
}

std::optional<std::string> text_in(const json& operation, const char* key) {
  const auto found = operation.find(key);
  if (found == operation.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

bool apply(json& document, const json& operation) {
  const std::string op = text_in(operation, "op").value_or("");
  const auto path = text_in(operation, "path");
  if (!path) return false;
  const auto found = operation.find("value");
  const json value = found == operation.end() ? json() : *found;
  if (op == "add") return add(find(document, *path), value);
  if (op == "remove") return remove(find(document, *path));
  if (op == "replace") return replace(document, *path, value);
  if (op == "test") return test(document, *path, value);
  const auto from = text_in(operation, "from");
  if (!from || (op != "move" && op != "copy")) return false;
  return transfer(document, *from, *path, op == "copy");
}

}  // namespace

KubeOutcome<json> json_patched(const json& object, std::string_view patch) {
  const auto read = parsed_body(patch);
  if (!read) return cannot_decode(read.error().message);
  const json& parsed = *read;
  if (!parsed.is_array() && !parsed.is_null()) {
    return cannot_decode(std::string("json: cannot unmarshal ") + go_name(parsed) +
                         " into Go value of type []handlers.jsonPatchOp");
  }
  if (parsed.size() > kMostPatchOperations) {
    return refuse(413, "RequestEntityTooLarge",
                  "Request entity too large: The allowed maximum operations in a JSON patch is " +
                      std::to_string(kMostPatchOperations) + ", got " + std::to_string(parsed.size()));
  }
  json document = object;
  for (const json& operation : parsed) {
    if (!operation.is_object()) {
      return cannot_decode(std::string("json: cannot unmarshal ") + go_name(operation) +
                           " into Go value of type handlers.jsonPatchOp");
    }
    if (!apply(document, operation)) return does_not_fit();
  }
  return document;
}

KubeOutcome<json> merge_patched(const json& object, std::string_view patch, bool checked) {
  const auto read = parsed_body(patch);
  if (!read && !checked) return refuse(400, "BadRequest", "Invalid JSON Patch");
  if (!read) return cannot_decode(read.error().message);
  const json& parsed = *read;
  if (parsed.is_null()) return refuse(400, "BadRequest", "Invalid JSON Patch");
  if (!parsed.is_object() && checked) {
    return cannot_decode(std::string("json: cannot unmarshal ") + go_name(parsed) +
                         " into Go value of type map[string]interface {}");
  }
  json document = object;
  document.merge_patch(parsed);
  return document;
}

}  // namespace originpull::worlds
