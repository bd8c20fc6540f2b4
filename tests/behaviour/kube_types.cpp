// SPDX-License-Identifier: Apache-2.0
// The types of the suite. Widget has one field for each thing that a schema can say and the operator's own type uses,
// or a user's type may; Gadget is as plain as a type can be; the third is the shipped one.
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/result.hpp"
#include "behaviour/kube_side.hpp"
#include "cli/manifest_yaml.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kSpec = R"({
  "type": "object", "required": ["size"],
  "x-kubernetes-validations": [
    {"rule": "self.mode != 'Slow' || self.size < 50", "message": "a slow widget is small", "fieldPath": ".size"},
    {"rule": "!has(self.tags) || self.tags.size() <= self.size",
     "messageExpression": "'too many tags for a ' + self.mode + ' widget'"}],
  "properties": {
    "size": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 100},
    "mode": {"type": "string", "maxLength": 4, "enum": ["Fast", "Slow"], "default": "Fast"},
    "name": {"type": "string", "minLength": 2, "maxLength": 10, "pattern": "^[a-z]+$"},
    "tags": {"type": "array", "maxItems": 5, "x-kubernetes-list-type": "atomic",
             "items": {"type": "string", "maxLength": 20}},
    "colours": {"type": "array", "maxItems": 8, "x-kubernetes-list-type": "set",
                "items": {"type": "string", "maxLength": 20}},
    "ports": {"type": "array", "maxItems": 8, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
              "items": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "maxLength": 20},
                "number": {"type": "integer", "minimum": 1, "maximum": 65535},
                "protocol": {"type": "string", "maxLength": 5, "default": "TCP"}}}},
    "weights": {"type": "object", "maxProperties": 4, "additionalProperties": {"type": "integer"}},
    "share": {"x-kubernetes-int-or-string": true},
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    "serial": {"type": "string", "maxLength": 20, "x-kubernetes-validations": [
      {"rule": "self == oldSelf", "message": "the serial number cannot be changed"}]},
    "remark": {"type": "string", "maxLength": 50, "nullable": true},
    "due": {"type": "string", "format": "date-time"},
    "lamp": {"type": "object", "default": {}, "properties": {
      "lit": {"type": "boolean", "default": true}, "watts": {"type": "number", "exclusiveMinimum": true, "minimum": 0}}}
  }})";

constexpr const char* kStatus = R"({
  "type": "object", "default": {"observedGeneration": -1},
  "properties": {
    "observedGeneration": {"type": "integer", "format": "int64"},
    "note": {"type": "string", "maxLength": 100},
    "conditions": {"type": "array", "maxItems": 8,
      "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
      "items": {"type": "object", "required": ["type", "status", "lastTransitionTime", "reason", "message"],
        "properties": {
          "type": {"type": "string", "maxLength": 316},
          "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
          "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0},
          "lastTransitionTime": {"type": "string", "format": "date-time"},
          "reason": {"type": "string", "minLength": 1, "maxLength": 1024,
                     "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"},
          "message": {"type": "string", "maxLength": 32768}}}}}})";

constexpr const char* kColumns = R"([
  {"name": "Size", "type": "integer", "jsonPath": ".spec.size", "description": "how large it is"},
  {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"},
  {"name": "Mode", "type": "string", "jsonPath": ".spec.mode", "priority": 1},
  {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}])";

}  // namespace

std::string widgets_crd() {
  return std::string(R"({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.behaviour.test"},
    "spec": {"group": "behaviour.test", "scope": "Namespaced",
      "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList",
                "shortNames": ["wd"], "categories": ["suite"]},
      "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
        "selectableFields": [{"jsonPath": ".spec.mode"}], "additionalPrinterColumns": )") +
         kColumns + R"(, "schema": {"openAPIV3Schema": {"type": "object", "required": ["spec"],
          "description": "A widget is what the behaviour suite turns over in its hands.",
          "properties": {"spec": )" +
         kSpec + R"(, "status": )" + kStatus + "}}}}]}}";
}

std::string type_crd(const std::string& plural, const std::string& kind, const std::string& spec_schema) {
  return R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
    "metadata":{"name":")" +
         plural + R"(.types.test"},"spec":{"group":"types.test","scope":"Namespaced","names":{"plural":")" + plural +
         R"(","kind":")" + kind + R"("},"versions":[{"name":"v1","served":true,"storage":true,
    "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":)" +
         spec_schema + "}}}}]}}";
}

std::string plain_crd() {
  return R"({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "gadgets.behaviour.test"},
    "spec": {"group": "behaviour.test", "scope": "Cluster",
      "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"},
      "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
        "type": "object", "properties": {
          "spec": {"type": "object", "properties": {"size": {"type": "integer"}}},
          "status": {"type": "object", "properties": {"note": {"type": "string"}}}}}}}]}})";
}

std::string origin_pulls_crd() {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/crds/originpull.dev_originpullconfigs.yaml");
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  const auto documents = cli::documents_of(yaml, "the shipped type");
  if (!documents) throw std::runtime_error(describe(documents.error()));
  return documents->at(0).json;
}

std::string valid_origin_pull(const std::string& name) {
  return R"({"apiVersion": "originpull.dev/v1alpha1", "kind": "OriginPullConfig", "metadata": {"name": ")" + name +
         R"("}, "spec": {"zone": {"name": "example.com"}, "apiTokenSecretRef": {"name": "cloudflare-api-token"},
            "certificate": {"secretRef": {"name": "edge-client-tls"}}}})";
}

}  // namespace originpull::behaviour
