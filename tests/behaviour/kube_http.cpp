// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_http.hpp"

#include <nlohmann/json.hpp>
#include <set>

namespace originpull::behaviour {
namespace {

using nlohmann::json;

json parsed(std::string_view text) { return json::parse(text, nullptr, false); }

// The value there, or null: never an exception.
const json* find(const json& value, const std::string& pointer) {
  const json::json_pointer path(pointer);
  return value.is_structured() && value.contains(path) ? &value.at(path) : nullptr;
}

std::string shown(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

std::string text_at(std::string_view text, const std::string& pointer) {
  const json value = parsed(text);
  const json* found = find(value, pointer);
  return found == nullptr ? std::string() : shown(*found);
}

bool has_at(std::string_view text, const std::string& pointer) {
  const json value = parsed(text);
  return find(value, pointer) != nullptr;
}

std::size_t count_at(std::string_view text, const std::string& pointer) {
  const json value = parsed(text);
  const json* found = find(value, pointer);
  return found != nullptr && found->is_structured() ? found->size() : 0;
}

std::string with(std::string_view text, const std::string& pointer, std::string_view value) {
  json changed = parsed(text);
  changed[json::json_pointer(pointer)] = parsed(value);
  return changed.dump();
}

std::string without(std::string_view text, const std::string& pointer) {
  json changed = parsed(text);
  const json::json_pointer path(pointer);
  if (find(changed, pointer) != nullptr) changed.at(path.parent_pointer()).erase(path.back());
  return changed.dump();
}

std::string as_json(std::string_view text) { return json(text).dump(); }

std::string Answer::verdict() const {
  const std::string reason = at("/kind") == "Status" ? at("/reason") : "";
  return std::to_string(status) + (reason.empty() ? "" : " " + reason);
}

std::string Answer::causes() const {
  std::string fields;
  std::set<std::string> told;
  for (std::size_t i = 0; i < count("/details/causes"); ++i) {
    const std::string cause = "/details/causes/" + std::to_string(i);
    if (told.insert(at(cause)).second) fields += (fields.empty() ? "" : " ") + at(cause + "/field");
  }
  return fields;
}

std::string Watched::story() const {
  std::string text;
  for (const Frame& frame : frames) {
    const std::string name = frame.at("/metadata/name");
    text += (text.empty() ? "" : ", ") + frame.type + (name.empty() ? "" : " " + name);
  }
  return text;
}

bool FrameReader::read(std::string_view part, std::vector<Frame>& frames) {
  rest_ += part;
  for (;;) {
    const auto end = rest_.find('\n');
    if (end == std::string::npos) return true;
    const json event = parsed(std::string_view(rest_).substr(0, end));
    rest_.erase(0, end + 1);
    if (!event.is_object() || !event.contains("type") || !event.contains("object")) return false;
    frames.push_back({.type = shown(event.at("type")), .object = event.at("object").dump()});
  }
}

}  // namespace originpull::behaviour
