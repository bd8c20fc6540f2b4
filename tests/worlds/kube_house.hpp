// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeHouse` is a fixture with a simulated Kubernetes API that also serves Widgets, asked by requests as a client
// sends them, with time that jumps. Owned by the test's thread.
// Headers are read from the last answer. Each test has its own world;
// what it writes is noted in `commits`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/jump_env.hpp"
#include "worlds/kube_crd.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::worlds {

inline constexpr const char* kWidgets = "/apis/example.com/v1/namespaces/shop/widgets";
inline constexpr const char* kSecrets = "/api/v1/namespaces/shop/secrets";
inline constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/shop/leases";

inline const std::string& widget_definition() {
  static const std::string text = R"({
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
      "group": "example.com", "scope": "Namespaced",
      "names": {"kind": "Widget", "plural": "widgets", "shortNames": ["wd"]},
      "versions": [{
        "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
        "selectableFields": [{"jsonPath": ".spec.color"}],
        "additionalPrinterColumns": [
          {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
          {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}],
        "schema": {"openAPIV3Schema": {
          "type": "object",
          "properties": {
            "spec": {"type": "object", "properties": {
              "size": {"type": "integer", "minimum": 1}, "color": {"type": "string"},
              "shape": {"type": "string", "default": "round"}}},
            "status": {"type": "object", "default": {"seen": -1},
                       "properties": {"seen": {"type": "integer"}, "conditions": {"type": "array", "items": {
                         "type": "object", "properties": {"type": {"type": "string"},
                                                          "status": {"type": "string"}}}}}}}}}}]}})";
  return text;
}

class KubeHouse : public testing::Test {
 protected:
  static KubeOptions options() {
    KubeOptions all{.catalogue = catalogue_with({widget_definition()})};
    all.laws.namespaces_must_exist = false;
    return all;
  }

  support::JumpEnv env;
  std::vector<KubeCommit> commits;
  std::unique_ptr<KubeWorld> owned =
      std::make_unique<KubeWorld>(env, options(), [this](const KubeCommit& commit) { commits.push_back(commit); });
  KubeWorld& world = *owned;

  int code = 0;
  net::Headers headers;
  std::string ask_text(const std::string& method, const std::string& target, const std::string& body = {},
                       net::Headers more = {}) {
    net::Served answer =
        world.handle({.method = method, .target = target, .headers = std::move(more), .body = body}, front_end);
    code = answer.status;
    headers = std::move(answer.headers);
    return std::move(answer.body);
  }
  nlohmann::json ask(const std::string& method, const std::string& target, const nlohmann::json& body = nullptr,
                     net::Headers more = {}) {
    const std::string text = ask_text(method, target, body.is_null() ? "" : body.dump(), std::move(more));
    return nlohmann::json::parse(text, nullptr, false);
  }
  nlohmann::json patch(const std::string& target, const nlohmann::json& body, const std::string& kind = "merge-patch") {
    return ask("PATCH", target, body, {{"Content-Type", "application/" + kind + "+json"}});
  }
  static nlohmann::json widget(const std::string& name, int size = 1) {
    return {{"apiVersion", "example.com/v1"},
            {"kind", "Widget"},
            {"metadata", {{"name", name}}},
            {"spec", {{"size", size}}},
            {"status", {{"seen", 9}}}};
  }
  nlohmann::json make(const std::string& name, int size = 1) { return ask("POST", kWidgets, widget(name, size)); }
  nlohmann::json make_secret(const std::string& name, const nlohmann::json& labels = nlohmann::json::object()) {
    return ask("POST", kSecrets, {{"metadata", {{"name", name}, {"labels", labels}}}, {"data", {{"k", "djE="}}}});
  }
  static std::string version(const nlohmann::json& object) { return object["metadata"]["resourceVersion"]; }
  static std::string path(const char* collection, const std::string& rest) { return collection + rest; }

  std::shared_ptr<net::ServedStream> watch(const std::string& more, const char* collection = kWidgets,
                                           net::Headers accept = {}) {
    net::Served answer = world.handle(
        {.method = "GET", .target = collection + std::string("?watch=1&") + more, .headers = std::move(accept)},
        front_end);
    code = answer.status;
    return answer.stream;
  }
  // What a watch gives within a millisecond.
  std::vector<nlohmann::json> frames(net::ServedStream& from) {
    std::vector<nlohmann::json> all;
    std::string part;
    if (from.next(part, env.now() + Duration(1), {}) != net::ServedStream::Next::kPart) return all;
    std::istringstream lines(part);
    for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  // Their types and names.
  std::vector<std::string> events(net::ServedStream& from) {
    std::vector<std::string> out;
    for (const nlohmann::json& event : frames(from))
      out.push_back(event["type"].get<std::string>() + " " + event["object"]["metadata"].value("name", ""));
    return out;
  }

  unsigned front_end = 0;  // the one that is asked
};

}  // namespace originpull::worlds
