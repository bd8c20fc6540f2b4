// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_fields.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace originpull::worlds {
namespace {

using nlohmann::json;

void visit(const FieldSet& set, FieldPath& path, const std::function<void(const FieldPath&)>& call) {
  for (const auto& [step, inner] : set.below) {
    if (!inner.member) continue;
    path.push_back(step);
    call(path);
    path.pop_back();
  }
  for (const auto& [step, inner] : set.below) {
    if (inner.below.empty()) continue;
    path.push_back(step);
    visit(inner, path, call);
    path.pop_back();
  }
}

bool is_step(std::string_view step) {
  if (step.size() < 2 || step[1] != ':') return false;
  if (step[0] == 'f') return true;
  const auto inner = json::parse(step.substr(2), nullptr, false);
  if (step[0] == 'k') return inner.is_object();
  return (step[0] == 'v' && !inner.is_discarded()) || (step[0] == 'i' && inner.is_number_integer());
}

}  // namespace

void FieldSet::insert(const FieldPath& path) {
  if (path.empty()) return;
  FieldSet* at = this;
  for (const std::string& step : path) at = &at->below[step];
  at->member = true;
}

bool FieldSet::has(const FieldPath& path) const {
  const FieldSet* at = this;
  for (const std::string& step : path) {
    const auto found = at->below.find(step);
    if (found == at->below.end()) return false;
    at = &found->second;
  }
  return at->member;
}

void FieldSet::each(const std::function<void(const FieldPath&)>& call) const {
  FieldPath path;
  visit(*this, path, call);
}

FieldSet joined(FieldSet a, const FieldSet& b) {
  a.member = a.member || b.member;
  for (const auto& [step, inner] : b.below) {
    FieldSet& mine = a.below[step];
    mine = joined(std::move(mine), inner);
  }
  return a;
}

FieldSet common(const FieldSet& a, const FieldSet& b) {
  FieldSet out{.member = a.member && b.member};
  for (const auto& [step, inner] : a.below) {
    const auto found = b.below.find(step);
    if (found == b.below.end()) continue;
    if (FieldSet both = common(inner, found->second); !both.empty()) out.below.emplace(step, std::move(both));
  }
  return out;
}

FieldSet without(const FieldSet& a, const FieldSet& b) {
  FieldSet out{.member = a.member && !b.member};
  for (const auto& [step, inner] : a.below) {
    const auto found = b.below.find(step);
    if (FieldSet rest = found == b.below.end() ? inner : without(inner, found->second); !rest.empty())
      out.below.emplace(step, std::move(rest));
  }
  return out;
}

FieldSet without_roots(FieldSet set, const std::vector<std::string>& fields) {
  for (const std::string& field : fields) set.below.erase("f:" + field);
  return set;
}

json encode_fields(const FieldSet& set) {
  json out = json::object();
  for (const auto& [step, inner] : set.below) {
    json one = encode_fields(inner);
    if (inner.member && !inner.below.empty()) one["."] = json::object();
    out[step] = std::move(one);
  }
  return out;
}

std::optional<FieldSet> decode_fields(const json& text) {
  if (!text.is_object()) return std::nullopt;
  FieldSet set;
  for (const auto& [step, inner] : text.items()) {
    if (step == ".") continue;  // said of this node, by who holds it
    if (!is_step(step)) return std::nullopt;
    auto one = decode_fields(inner);
    if (!one) return std::nullopt;
    one->member = inner.empty() || inner.contains(".");
    set.below.emplace(step, std::move(*one));
  }
  return set;
}

std::string text_of(const FieldPath& path) {
  std::string out;
  for (const std::string& step : path) {
    const std::string inner = step.substr(2);
    if (step[0] == 'f') {
      out += "." + inner;
    } else if (step[0] == 'k') {
      std::string keys;
      const json all = json::parse(inner, nullptr, false);
      for (const auto& [name, value] : all.items()) keys += (keys.empty() ? "" : ",") + name + "=" + value.dump();
      out += "[" + keys + "]";
    } else {
      out += step[0] == 'v' ? "[=" + inner + "]" : "[" + inner + "]";
    }
  }
  return out;
}

}  // namespace originpull::worlds
