// SPDX-License-Identifier: Apache-2.0
// Bodies in protobuf form: what the real kubectl and client libraries send, and what nobody should.
#include "worlds/kube_protobuf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace originpull::worlds {
namespace {

using nlohmann::json;

std::string number(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) bytes += static_cast<char>((value & 0x7fU) | 0x80U);
  return bytes + static_cast<char>(value);
}
std::string field(std::uint64_t at, const std::string& bytes) {
  return number(at << 3U | 2U) + number(bytes.size()) + bytes;
}
std::string field(std::uint64_t at, std::uint64_t value) { return number(at << 3U) + number(value); }
std::string entry(const std::string& key, const std::string& value) { return field(1, key) + field(2, value); }

std::string envelope(const std::string& api_version, const std::string& kind, const std::string& raw) {
  return std::string("k8s\0", 4) + field(1, field(1, api_version) + field(2, kind)) + field(2, raw) + field(3, "") +
         field(4, "");
}
json read(const std::string& body) {
  const auto text = json_of_protobuf(body);
  return text ? json::parse(*text) : json("refused: " + std::to_string(text.error().code));
}

TEST(KubeProtobuf, a_secret_as_kubectl_sends_it_is_the_json_of_it) {
  // `kubectl create secret generic a --from-literal=k=v`, byte by byte.
  const std::string body(
      "k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x1d\x0a\x11\x0a\x01"
      "a\x12\0\x1a\0\"\0*\0002\0008\0B\0\x12\x06\x0a\x01k\x12\x01v\x1a\0\x1a\0\"\0",
      53);
  EXPECT_EQ(read(body),
            json({{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "a"}}}, {"data", {{"k", "dg=="}}}}));
}

TEST(KubeProtobuf, every_form_of_a_field_is_read) {
  const std::string owner = field(1, "ConfigMap") + field(3, "o") + field(4, "u") + field(5, "v1") + field(6, 0);
  const std::string meta = field(1, "a") + field(7, 5) + field(8, field(1, 1'767'225'600)) + field(10, 0) +
                           field(11, entry("l", "v")) + field(11, entry("m", "")) + field(13, owner) +
                           field(14, "e.com/x") + field(14, "e.com/y") +
                           field(17, field(1, "me") + field(7, field(1, R"({"f:data":{}})")));
  const std::string port = field(1, "http") + field(3, 80) + field(4, field(1, 1) + field(3, "web"));
  const std::string other = field(3, 81) + field(4, field(2, 8'081));
  const json service = read(envelope("v1", "Service", field(1, meta) + field(2, field(1, port) + field(1, other))));
  EXPECT_EQ(service["metadata"],
            json::parse(R"({"name": "a", "generation": 5, "creationTimestamp": "2026-01-01T00:00:00Z",
                "deletionGracePeriodSeconds": 0, "labels": {"l": "v", "m": ""}, "finalizers": ["e.com/x", "e.com/y"],
                "ownerReferences": [{"kind": "ConfigMap", "name": "o", "uid": "u", "apiVersion": "v1",
                                     "controller": false}],
                "managedFields": [{"manager": "me", "fieldsV1": {"f:data": {}}}]})"));
  EXPECT_EQ(service["spec"]["ports"], json::parse(R"([{"name": "http", "port": 80, "targetPort": "web"},
                                                      {"port": 81, "targetPort": 8081}])"));
  const std::string renewed = field(1, 1'767'225'600) + field(2, 123'456'789);
  const json lease = read(envelope("coordination.k8s.io/v1", "Lease", field(2, field(1, "") + field(4, renewed))));
  EXPECT_EQ(lease["spec"], json({{"holderIdentity", ""}, {"renewTime", "2026-01-01T00:00:00.123456Z"}}));
}

TEST(KubeProtobuf, what_go_writes_of_fields_that_nobody_set_is_left_out) {
  const json map = read(envelope("v1", "ConfigMap", field(1, field(1, "a") + field(7, 0) + field(8, ""))));
  EXPECT_EQ(map["metadata"], json({{"name", "a"}}));
}

TEST(KubeProtobuf, fields_of_later_versions_are_skipped_in_every_wire_type) {
  const std::string later = field(99, "x") + field(98, 7) + number(97U << 3U | 1U) + std::string(8, 'x') +
                            number(96U << 3U | 5U) + std::string(4, 'x');
  EXPECT_EQ(read(envelope("v1", "ConfigMap", later + field(2, entry("k", "v"))))["data"], json({{"k", "v"}}));
}

TEST(KubeProtobuf, what_is_no_message_is_refused) {
  const std::string good = envelope("v1", "ConfigMap", field(2, entry("k", "v")));
  EXPECT_EQ(read(""), "refused: 400");
  EXPECT_EQ(read("k8s"), "refused: 400");
  EXPECT_EQ(read(R"({"kind":"Secret"})"), "refused: 400");
  EXPECT_EQ(read(envelope("v1", "Pod", "")), "refused: 415") << "this world has none";
  EXPECT_EQ(read(envelope("v1", "ConfigMap", field(2, 7))), "refused: 400") << "a number where a map belongs";
  EXPECT_EQ(read(envelope("v1", "ConfigMap", number(2U << 3U | 2U) + number(1'000) + "x")), "refused: 400");
  EXPECT_EQ(read(envelope("v1", "ConfigMap", number(2U << 3U | 2U) + std::string(10, '\xff'))), "refused: 400");
  EXPECT_EQ(read(envelope("v1", "ConfigMap", number(2U << 3U | 3U))), "refused: 400") << "a group";
  EXPECT_EQ(read(envelope("v1", "ConfigMap", number(2))), "refused: 400") << "field 0";
  const std::string endless = field(1, ~std::uint64_t{0});
  EXPECT_EQ(read(envelope("v1", "ConfigMap", field(1, field(8, endless)))), "refused: 400") << "a time before 1970";
  EXPECT_EQ(read(envelope("v1", "ConfigMap", field(1, field(17, field(7, field(1, "{")))))), "refused: 400");
  for (std::size_t cut = 0; cut + 1 < good.size(); ++cut) {
    const auto text = json_of_protobuf(good.substr(0, cut));
    EXPECT_TRUE(!text || json::parse(*text).is_object()) << cut;
  }
}

// Seeded, so a failure is found again: bytes that are changed, doubled, dropped or cut.
TEST(KubeProtobuf, bytes_that_chance_has_changed_are_json_or_refused) {
  const std::string meta = field(1, "name") + field(8, field(1, 1'767'225'600)) + field(11, entry("l", "v")) +
                           field(13, field(1, "ConfigMap") + field(6, 1)) + field(17, field(7, field(1, "{}")));
  const std::string seeds[] = {
      envelope("v1", "Secret", field(1, meta) + field(2, entry("k", std::string("\0\xff", 2)))),
      envelope("v1", "Service", field(1, meta) + field(2, field(1, field(4, field(1, 1) + field(3, "web"))))),
      envelope("discovery.k8s.io/v1", "EndpointSlice",
               field(1, meta) + field(2, field(1, "10.0.0.1") + field(2, field(1, 1)))),
      envelope("coordination.k8s.io/v1", "Lease", field(1, meta) + field(2, field(4, field(1, 5) + field(2, 6))))};
  std::mt19937_64 chance(20'261'124);
  std::size_t read_all_the_same = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body = seeds[chance() % std::size(seeds)];
    for (std::uint64_t changes = chance() % 4 + 1; changes > 0 && body.size() > 5; --changes) {
      const std::size_t at = 4 + chance() % (body.size() - 4);
      switch (chance() % 4) {
        case 0: body[at] = static_cast<char>(chance()); break;
        case 1: body.insert(at, body.substr(at, chance() % 8)); break;
        case 2: body.erase(at, chance() % 8 + 1); break;
        default: body.resize(at); break;
      }
    }
    const auto text = json_of_protobuf(body);
    if (!text) continue;
    ++read_all_the_same;
    ASSERT_TRUE(json::accept(*text)) << "round " << round;
  }
  EXPECT_GT(read_all_the_same, 100U) << "chance must not break everything, or nothing is tried";
}

}  // namespace
}  // namespace originpull::worlds
