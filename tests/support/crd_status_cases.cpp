// SPDX-License-Identifier: Apache-2.0
#include "support/crd_cases.hpp"

#include <vector>

namespace originpull::support {
namespace {

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string hex(std::size_t digits) { return std::string(digits, 'a'); }

std::string certificate(const std::string& fingerprint) {
  return R"({"fingerprintSHA256": )" + quoted(fingerprint) + R"(, "role": "Superseded", "intent": "Delete"})";
}

std::string repeated(int count, const std::string& item) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + item;
  return all;
}

std::string nine_certificates() {
  std::string all;
  for (int i = 0; i < 9; ++i) all += (i == 0 ? "" : ",") + certificate(hex(63) + std::to_string(i));
  return all;
}

std::string anchor(const std::string& field, const std::string& text) {
  return R"({"anchors": [{"sha256": )" + quoted(hex(64)) + ", " + quoted(field) + ": " + quoted(text) + "}]}";
}

}  // namespace

std::span<const CrdCase> refused_status_cases() {
  static const std::vector<CrdCase> cases = {
      {"generation", R"({"observedGeneration": -2})", "greater than or equal to -1"},
      {"zone without id", R"({"zone": {"name": "example.com"}})", "status.zone.id: Required value"},
      {"nine certificates", R"({"certificates": [)" + nine_certificates() + "]}", "status.certificates: Too many: 9"},
      {"one leaf twice", R"({"certificates": [)" + repeated(2, certificate(hex(64))) + "]}", "Duplicate value"},
      {"short fingerprint", R"({"certificates": [)" + certificate("ab") + "]}", "should match"},
      {"no role", R"({"certificates": [{"fingerprintSHA256": )" + quoted(hex(64)) + R"(, "intent": "Delete"}]})",
       "role: Required value"},
      {"no intent", R"({"certificates": [{"fingerprintSHA256": )" + quoted(hex(64)) + R"(, "role": "Desired"}]})",
       "intent: Required value"},
      {"big anchor", anchor("pem", std::string(8193, 'x')), "pem: Too long"},
      {"a time in words", anchor("notAfter", "tomorrow"), "must be of type date-time"},
      {"unknown probe result", R"({"probes": [{"name": "web", "asEdge": "Maybe"}]})", "Unsupported value: \"Maybe\""},
      {"33 steps", R"({"plan": [)" + repeated(33, quoted("step")) + "]}", "status.plan: Too many: 33"},
      {"global setting on", R"({"settings": {"globalSetting": "on"}})", "Unsupported value: \"on\""},
  };
  return cases;
}

}  // namespace originpull::support
