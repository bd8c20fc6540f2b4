// SPDX-License-Identifier: Apache-2.0
// What the built-in kinds demand, asked as a client would, so that the code and the words are those of an answer.
#include "worlds/kube_rules.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

class KubeRulesTest : public KubeHouse {
 protected:
  std::string why(const char* collection, json object) {
    if (!object.contains("metadata")) object["metadata"] = {{"name", "a"}};
    const json answer = ask("POST", path(collection, "?dryRun=All"), object);
    return answer.value("message", "accepted");
  }
};

TEST_F(KubeRulesTest, a_secret_takes_plain_text_and_keeps_base64) {
  const json made =
      ask("POST", kSecrets, {{"metadata", {{"name", "s"}}}, {"data", {{"a", "djE="}}}, {"stringData", {{"b", "y"}}}});
  EXPECT_EQ(made["data"], json({{"a", "djE="}, {"b", "eQ=="}}));
  EXPECT_FALSE(made.contains("stringData"));
  EXPECT_EQ(made["type"], "Opaque");
  EXPECT_EQ(why(kSecrets, {{"data", {{"k", "not base64!"}}}}),
            "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 3");
  EXPECT_EQ(
      why(kSecrets, {{"data", {{"k", 5}}}}),
      "Secret in version \"v1\" cannot be handled as a Secret: json: cannot unmarshal number into Go struct field "
      "Secret.data of type []uint8");
}

TEST_F(KubeRulesTest, a_secret_of_a_known_type_has_its_keys) {
  EXPECT_EQ(why(kSecrets, {{"type", "kubernetes.io/tls"}, {"data", {{"tls.crt", "eA=="}}}}),
            "Secret \"a\" is invalid: data[tls.key]: Required value");
  EXPECT_EQ(why(kSecrets, {{"type", "kubernetes.io/basic-auth"}}),
            "Secret \"a\" is invalid: [data[username]: Required value, data[password]: Required value]");
  EXPECT_EQ(why(kSecrets, {{"type", "my/own"}}), "accepted");
  EXPECT_EQ(why(kSecrets, {{"data", {{"..", "eA=="}}}}),
            "Secret \"a\" is invalid: data[..]: Invalid value: \"..\": must not be '..'");
}

TEST_F(KubeRulesTest, a_secrets_type_is_fixed_and_what_is_immutable_stays) {
  make_secret("s");
  EXPECT_EQ(patch(path(kSecrets, "/s"), {{"type", "foo"}})["message"],
            "Secret \"s\" is invalid: type: Invalid value: \"foo\": field is immutable");
  patch(path(kSecrets, "/s"), {{"immutable", true}});
  EXPECT_EQ(patch(path(kSecrets, "/s"), {{"data", {{"k", "eQ=="}}}})["message"],
            "Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
  EXPECT_EQ(patch(path(kSecrets, "/s"), {{"immutable", nullptr}})["message"],
            "Secret \"s\" is invalid: immutable: Forbidden: field is immutable when `immutable` is set");
  patch(path(kSecrets, "/s"), {{"metadata", {{"labels", {{"still", "changeable"}}}}}});
  EXPECT_EQ(code, 200);
}

TEST_F(KubeRulesTest, a_config_map_has_no_key_twice) {
  EXPECT_EQ(why("/api/v1/namespaces/shop/configmaps", {{"data", {{"a", "x"}}}, {"binaryData", {{"a", "eA=="}}}}),
            "ConfigMap \"a\" is invalid: data[a]: Invalid value: \"a\": duplicate of key present in binaryData");
}

TEST_F(KubeRulesTest, a_lease_has_positive_numbers_and_times_with_six_digits) {
  EXPECT_EQ(why(kLeases, {{"spec", {{"leaseDurationSeconds", 0}, {"leaseTransitions", -1}}}}),
            "Lease.coordination.k8s.io \"a\" is invalid: [spec.leaseDurationSeconds: Invalid value: 0: must be greater "
            "than 0, spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0]");
  EXPECT_EQ(why(kLeases, {{"spec", {{"renewTime", "2026-11-24T05:00:00Z"}}}}),
            "Lease in version \"v1\" cannot be handled as a Lease: parsing time \"2026-11-24T05:00:00Z\" as "
            "\"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\"");
  EXPECT_EQ(why(kLeases, {{"spec", {{"renewTime", "2026-11-24T05:00:00.000000Z"}}}}), "accepted");
}

TEST_F(KubeRulesTest, a_lease_is_made_by_an_update_and_then_needs_its_version) {
  const json body = {{"metadata", {{"name", "l"}}}, {"spec", {{"holderIdentity", "x"}}}};
  ask("PUT", path(kLeases, "/l"), body);
  EXPECT_EQ(code, 201);
  EXPECT_EQ(
      ask("PUT", path(kLeases, "/l"), body)["message"],
      "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified "
      "for an update");
  ask("PUT", path(kSecrets, "/new"), {{"metadata", {{"name", "new"}}}});
  EXPECT_EQ(code, 404) << "a Secret is not";
}

TEST_F(KubeRulesTest, roles_and_bindings_say_what_and_whom) {
  const char* roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles";
  const char* bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings";
  EXPECT_TRUE(why(roles, {{"rules", {{{"verbs", json::array()}}}}}).find("rules[0].verbs: Required value") !=
              std::string::npos);
  EXPECT_EQ(why(bindings, json::object()),
            "RoleBinding.rbac.authorization.k8s.io \"a\" is invalid: [roleRef.kind: Unsupported value: \"\": supported "
            "values: \"Role\", \"ClusterRole\", roleRef.name: Required value]");
  const json made = ask("POST", bindings,
                        {{"metadata", {{"name", "b"}}},
                         {"roleRef", {{"kind", "Role"}, {"name", "x"}}},
                         {"subjects", {{{"kind", "User"}, {"name", "u"}}}}});
  EXPECT_EQ(made["subjects"][0]["apiGroup"], "rbac.authorization.k8s.io");
}

TEST_F(KubeRulesTest, services_and_slices_get_their_defaults) {
  const json service = ask("POST", "/api/v1/namespaces/shop/services",
                           {{"metadata", {{"name", "s"}}}, {"spec", {{"ports", {{{"port", 80}}}}}}});
  EXPECT_EQ(service["spec"]["type"], "ClusterIP");
  EXPECT_EQ(service["spec"]["ports"][0]["targetPort"], 80);
  EXPECT_EQ(why("/api/v1/namespaces/shop/services", json::object()),
            "Service \"a\" is invalid: spec.ports: Required value");
  const char* slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
  EXPECT_EQ(why(slices, {{"addressType", "IPv4"}, {"endpoints", {{{"addresses", {"10.0.0.1"}}}}}}), "accepted");
  EXPECT_EQ(why(slices, {{"endpoints", {{{"addresses", json::array()}}}}}),
            "EndpointSlice.discovery.k8s.io \"a\" is invalid: [addressType: Required value, endpoints[0].addresses: "
            "Required value: must contain at least 1 address]");
}

TEST_F(KubeRulesTest, ports_of_a_service_have_names_where_they_are_several_and_are_each_one) {
  const char* services = "/api/v1/namespaces/shop/services";
  EXPECT_EQ(why(services, {{"spec", {{"ports", {{{"port", 80}}, {{"port", 81}}}}}}}),
            "Service \"a\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]");
  const json twice = {{"spec", {{"ports", {{{"name", "x"}, {"port", 80}}, {{"name", "x"}, {"port", 80}}}}}}};
  EXPECT_EQ(why(services, twice),
            "Service \"a\" is invalid: [spec.ports[1].name: Duplicate value: \"x\", spec.ports[1]: Duplicate value: "
            "{\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,\"NodePort\":0}]");
}

TEST_F(KubeRulesTest, a_service_keeps_its_address_and_the_cluster_has_one_family) {
  const char* services = "/api/v1/namespaces/shop/services";
  const json ports = {{{"port", 80}}};
  ask("POST", services, {{"metadata", {{"name", "a"}}}, {"spec", {{"ports", ports}}}});
  EXPECT_EQ(
      ask("PUT", path(services, "/a"), {{"metadata", {{"name", "a"}}}, {"spec", {{"clusterIP", "None"}}}})["message"],
      "Service \"a\" is invalid: spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set");
  ask("POST", services, {{"metadata", {{"name", "b"}}}, {"spec", {{"clusterIP", "None"}, {"ports", ports}}}});
  EXPECT_EQ(patch(path(services, "/b"), {{"spec", {{"selector", {{"a", "b"}}}}}})["message"],
            "Service \"b\" is invalid: [spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not "
            "configured for dual-stack services, spec.ipFamilies[1]: Invalid value: \"IPv6\": not configured on this "
            "cluster]");
}

TEST_F(KubeRulesTest, the_lists_of_a_slice_are_null_where_they_are_empty_and_its_labels_count_as_content) {
  const char* slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
  const json made =
      ask("POST", slices, {{"metadata", {{"name", "a"}}}, {"addressType", "IPv4"}, {"endpoints", json::array()}});
  EXPECT_TRUE(made["endpoints"].is_null());
  EXPECT_TRUE(made["ports"].is_null());
  EXPECT_TRUE(made["metadata"]["managedFields"][0]["fieldsV1"].contains("f:endpoints"));
  EXPECT_FALSE(made["metadata"]["managedFields"][0]["fieldsV1"].contains("f:ports"));
  EXPECT_EQ(patch(path(slices, "/a"), {{"metadata", {{"labels", {{"l", "x"}}}}}})["metadata"]["generation"], 2);
}

}  // namespace
}  // namespace originpull::worlds
