// SPDX-License-Identifier: Apache-2.0
#include "support/crd_file.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

namespace originpull::support {
namespace {

using nlohmann::json;

json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true" || text == "false") return text == "true";
  const json number = json::parse(text, nullptr, false);
  return number.is_number() ? number : json(text);
}

json value(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  json out;
  if (node.IsMap()) {
    out = json::object();
    for (const auto& one : node) out[one.first.Scalar()] = value(one.second);
  } else if (node.IsSequence()) {
    out = json::array();
    for (const auto& one : node) out.push_back(value(one));
  }
  return out;
}

}  // namespace

std::string crd_json() {
  return value(YAML::LoadFile(ORIGINPULL_SOURCE_DIR "/crds/originpull.dev_originpullconfigs.yaml")).dump();
}

}  // namespace originpull::support
