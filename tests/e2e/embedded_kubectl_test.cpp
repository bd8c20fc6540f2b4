// SPDX-License-Identifier: Apache-2.0
// What kubectl says to the embedded API in its own forms: the create commands, which send protobuf and no JSON, applies
// in YAML that the server merges, and input that the type's schema and rules refuse.
#include <gmock/gmock.h>

#include <fstream>
#include <regex>

#include "base/base64.hpp"
#include "e2e/embedded.hpp"

namespace originpull::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Embedded, what_kubectl_create_makes_enables_a_zone) {
  const Leaf leaf = make_leaf("created");
  const auto certificate = home() / "tls.crt";
  const auto key = home() / "tls.key";
  std::ofstream(certificate) << leaf.certificate_pem;
  std::ofstream(key) << leaf.key_pem;
  api().start(simulator().base_url());
  EXPECT_THAT(api().kubectl({"create", "namespace", "edge"}), HasSubstr("namespace/edge created"));
  EXPECT_THAT(api().kubectl({"-n", "edge", "create", "secret", "generic", "cloudflare-api-token",
                             std::string("--from-literal=token=") + kToken}),
              HasSubstr("created"));
  EXPECT_THAT(api().kubectl({"-n", "edge", "create", "secret", "tls", "edge-client-tls",
                             "--cert=" + certificate.string(), "--key=" + key.string()}),
              HasSubstr("created"));
  api().kubectl({"create", "-f", "-"}, R"(
apiVersion: originpull.dev/v1alpha1
kind: OriginPullConfig
metadata: {name: zone, namespace: edge}
spec:
  zone: {name: example.com}
  apiTokenSecretRef: {name: cloudflare-api-token}
  certificate: {secretRef: {name: edge-client-tls}}
)");
  api().kubectl({"-n", "edge", "wait", "--for=condition=Ready", "--timeout=40s", "opc/zone"});
  EXPECT_EQ(simulator().zone().presented, leaf.fingerprint);
  EXPECT_EQ(
      api().kubectl({"-n", "edge", "get", "secret", "edge-client-tls", "-o", "jsonpath={.type} {.data.tls\\.crt}"}),
      "kubernetes.io/tls " + encode_base64(leaf.certificate_pem));
}

TEST_F(Embedded, the_create_commands_make_what_they_say) {
  api().start(simulator().base_url());
  const auto field = [&](const std::string& what, const std::string& path) {
    return api().kubectl({"get", what, "-o", "jsonpath={" + path + "}"});
  };
  api().kubectl({"create", "configmap", "c", "--from-literal=a=b", "--from-literal=empty="});
  EXPECT_EQ(field("cm/c", ".data"), R"({"a":"b","empty":""})");
  api().kubectl({"create", "service", "clusterip", "s", "--tcp=80:web"});
  EXPECT_EQ(field("svc/s", ".spec.ports[0]"), R"({"name":"80-web","port":80,"protocol":"TCP","targetPort":"web"})");
  api().kubectl({"create", "serviceaccount", "who"});
  api().kubectl({"create", "role", "reader", "--verb=get,list", "--resource=secrets"});
  EXPECT_EQ(field("role/reader", ".rules[0]"), R"({"apiGroups":[""],"resources":["secrets"],"verbs":["get","list"]})");
  api().kubectl({"create", "rolebinding", "reads", "--role=reader", "--serviceaccount=default:who"});
  EXPECT_EQ(field("rolebinding/reads", ".subjects[0].name") + field("rolebinding/reads", ".roleRef.kind"), "whoRole");
  EXPECT_THAT(api().kubectl({"create", "secret", "generic", "dry", "--from-literal=k=v", "--dry-run=server"}),
              HasSubstr("created (server dry run)"));
  EXPECT_THAT(api().try_kubectl({"get", "secret", "dry"}).err, HasSubstr("NotFound"));
  EXPECT_THAT(api().try_kubectl({"create", "configmap", "c"}).err, HasSubstr("already exists"));
  EXPECT_THAT(api().try_kubectl({"create", "secret", "generic", "Bad_Name", "--from-literal=k=v"}).err,
              HasSubstr("RFC 1123"));
  EXPECT_EQ(api().kubectl({"auth", "can-i", "delete", "secrets"}), "yes\n");
  EXPECT_THAT(api().kubectl({"auth", "can-i", "--list"}), ::testing::ContainsRegex("\\*\\.\\* .*\\[\\*\\]"));
  EXPECT_THAT(api().try_kubectl({"create", "quota", "q"}).err, HasSubstr("could not find the requested resource"));
  EXPECT_THAT(api().kubectl({"get", "--raw", "/api/v1/namespaces/default?pretty=true"}), HasSubstr("{\n  \""));
}

TEST_F(Embedded, server_side_apply_knows_who_owns_what) {
  start_enabled();
  const std::string mine = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '1', b: '2'}\n";
  EXPECT_THAT(api().kubectl({"apply", "--server-side", "--field-manager=me", "-f", "-"}, mine),
              HasSubstr("serverside-applied"));
  const auto conflict = api().try_kubectl({"apply", "--server-side", "--field-manager=you", "-f", "-"},
                                          std::regex_replace(mine, std::regex("'1'"), "'9'"));
  EXPECT_NE(conflict.exit, 0);
  EXPECT_THAT(conflict.err, HasSubstr("conflict"));
  api().kubectl({"apply", "--server-side", "--field-manager=me", "-f", "-"},
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '1'}\n");
  EXPECT_EQ(api().kubectl({"get", "cm", "m", "-o", "jsonpath={.data}"}), R"({"a":"1"})");
}

TEST_F(Embedded, bad_input_is_refused_as_a_cluster_refuses_it) {
  start_enabled();
  const auto refusal = [&](const std::string& spec) {
    const auto done = api().try_kubectl({"apply", "-f", "-"},
                                        "apiVersion: originpull.dev/v1alpha1\nkind: OriginPullConfig\n"
                                        "metadata: {name: bad}\nspec:\n  apiTokenSecretRef: {name: t}\n" +
                                            spec);
    EXPECT_NE(done.exit, 0) << spec << done.out;
    return done.err;
  };
  const std::string good = "  certificate: {secretRef: {name: s}}\n";
  EXPECT_THAT(refusal(good + "  zone: {name: a.example, id: 023e105f4ecef8ad9ca31a8372d0c353}\n"),
              AllOf(HasSubstr("is invalid"), HasSubstr("spec.zone")));
  EXPECT_THAT(refusal(good + "  zone: {name: a.example}\n  mode: Sometimes\n"), HasSubstr("Unsupported value"));
  EXPECT_THAT(refusal(good + "  zone: {name: a.example}\n  interval: 1s\n"), HasSubstr("spec.interval"));
  EXPECT_THAT(refusal("  certificate: {}\n  zone: {name: a.example}\n"), HasSubstr("spec.certificate"));
  EXPECT_THAT(refusal(good + "  zone: {name: a.example}\n  unheard: 1\n"), HasSubstr("unknown field"));
  const auto moved = api().try_kubectl(
      {"patch", "opc", "zone", "--type=merge", "-p", R"({"spec":{"zone":{"name":"other.example"}}})"});
  EXPECT_NE(moved.exit, 0);
  EXPECT_THAT(moved.err, HasSubstr("the zone cannot be changed: create another"));
}

}  // namespace
}  // namespace originpull::e2e
