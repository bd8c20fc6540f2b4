// SPDX-License-Identifier: Apache-2.0
// One object from its creation to its end: what the server adds, what it refuses, when its version moves.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {

BEHAVIOUR("operator", a_created_object_gets_a_uid_a_version_and_a_time) {
  const Answer made = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"stringData":{"k":"v"}})");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/kind"), "Secret");
  EXPECT_EQ(made.at("/apiVersion"), "v1");
  EXPECT_EQ(made.at("/metadata/namespace"), side.ns());
  EXPECT_EQ(made.uid().size(), 36U);
  EXPECT_FALSE(made.version().empty());
  EXPECT_EQ(made.at("/metadata/creationTimestamp").size(), std::string("2026-11-24T14:00:00Z").size());
  EXPECT_EQ(made.at("/type"), "Opaque");
  EXPECT_EQ(made.at("/data/k"), "dg==");
  EXPECT_FALSE(made.has("/stringData"));
  EXPECT_FALSE(made.has("/metadata/generation"));
}

BEHAVIOUR("operator", what_was_created_is_what_is_read) {
  const Answer made = ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  const Answer read = side.get(side.in_ns("configmaps") + "/a");
  ASSERT_VERDICT(read, "200");
  EXPECT_EQ(read.body, made.body);
  EXPECT_EQ(read.header("Content-Type"), "application/json");
}

BEHAVIOUR("operator", a_name_that_is_taken_is_409_already_exists) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer again = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})");
  EXPECT_VERDICT(again, "409 AlreadyExists");
  EXPECT_EQ(again.message(), "secrets \"a\" already exists");
  EXPECT_EQ(again.at("/details/name"), "a");
  EXPECT_EQ(again.at("/details/kind"), "secrets");
}

BEHAVIOUR("operator", what_is_not_there_is_404_with_its_resource_and_name) {
  const Answer core = side.get(side.in_ns("secrets") + "/nobody");
  EXPECT_VERDICT(core, "404 NotFound");
  EXPECT_EQ(core.message(), "secrets \"nobody\" not found");
  const Answer grouped = side.get(side.widgets("nobody"));
  EXPECT_VERDICT(grouped, "404 NotFound");
  EXPECT_EQ(grouped.message(), "widgets.behaviour.test \"nobody\" not found");
  EXPECT_EQ(grouped.at("/details/group"), "behaviour.test");
  EXPECT_VERDICT(side.put(side.in_ns("secrets") + "/nobody", R"({"metadata":{"name":"nobody"}})"), "404 NotFound");
  EXPECT_VERDICT(side.remove(side.in_ns("secrets") + "/nobody"), "404 NotFound");
  EXPECT_VERDICT(side.patch(kMerge, side.in_ns("secrets") + "/nobody", "{}"), "404 NotFound");
}

BEHAVIOUR("operator", a_resource_that_nobody_knows_is_another_404) {
  const Answer answer = side.get(side.in_ns("nothings"));
  EXPECT_VERDICT(answer, "404 NotFound");
  EXPECT_EQ(answer.message(), "the server could not find the requested resource");
}

BEHAVIOUR("operator", a_namespace_that_is_not_there_takes_no_objects) {
  const Answer answer = side.post("/api/v1/namespaces/nowhere/secrets", R"({"metadata":{"name":"a"}})");
  EXPECT_VERDICT(answer, "404 NotFound");
  EXPECT_EQ(answer.message(), "namespaces \"nowhere\" not found");
  const Answer list = side.get("/api/v1/namespaces/nowhere/secrets");
  ASSERT_VERDICT(list, "200");
  EXPECT_EQ(list.count("/items"), 0U);
}

BEHAVIOUR("operator", a_name_is_made_of_generate_name) {
  const Answer made = side.post(side.in_ns("secrets"), R"({"metadata":{"generateName":"gen-"}})");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/metadata/name").size(), std::string("gen-12345").size());
  EXPECT_EQ(made.at("/metadata/name").rfind("gen-", 0), 0U);
  EXPECT_EQ(made.at("/metadata/generateName"), "gen-");
}

BEHAVIOUR("50", a_name_is_a_dns_subdomain) {
  const Answer answer = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"A_"}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.name");
  EXPECT_EQ(answer.at("/details/causes/0/reason"), "FieldValueInvalid");
  EXPECT_SAYS(answer.message(),
              "Secret \"A_\" is invalid: metadata.name: Invalid value: \"A_\": "
              "a lowercase RFC 1123 subdomain must consist of");
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), R"({"metadata":{"name":".."}})"), "422 Invalid");
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a%b"}})"), "422 Invalid");
}

BEHAVIOUR("50", an_object_without_a_name_is_refused) {
  const Answer answer = side.post(side.in_ns("secrets"), R"({"metadata":{}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.name");
  EXPECT_SAYS(answer.message(), "metadata.name: Required value: name or generateName is required");
}

BEHAVIOUR("operator", the_url_and_the_object_must_agree) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer name = side.put(side.in_ns("secrets") + "/a", R"({"metadata":{"name":"b"}})");
  EXPECT_VERDICT(name, "400 BadRequest");
  EXPECT_EQ(name.message(), "the name of the object (b) does not match the name on the URL (a)");
  const Answer space = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"c","namespace":"default"}})");
  EXPECT_VERDICT(space, "400 BadRequest");
  EXPECT_EQ(space.message(), "the namespace of the provided object does not match the namespace sent on the request");
  const Answer kind =
      side.post(side.in_ns("secrets"), R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}})");
  EXPECT_VERDICT(kind, "400 BadRequest");
}

BEHAVIOUR("operator", a_body_that_is_no_json_is_400) {
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), "{"), "400 BadRequest");
  EXPECT_VERDICT(side.post(side.widgets(), "{"), "400 BadRequest");
}

BEHAVIOUR("operator", a_content_type_that_nobody_reads_is_415) {
  const Answer answer = side.post(side.in_ns("secrets"), "x", {.content_type = "text/plain"});
  EXPECT_VERDICT(answer, "415 UnsupportedMediaType");
}

BEHAVIOUR("operator", a_body_can_be_yaml) {
  const std::string yaml = "metadata:\n  name: a\nstringData: {k: 'v', on: \"off\"}\n";
  const Answer made = side.post(side.in_ns("secrets"), yaml, {.content_type = "application/yaml"});
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/data/k"), "dg==");
  EXPECT_EQ(made.at("/data/true"), "b2Zm") << "YAML 1.1: on is a boolean, and a key becomes a text";
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), "metadata: [", {.content_type = "application/yaml"}),
                 "400 BadRequest");
  const Answer changed = side.put(side.in_ns("secrets") + "/a", "metadata: {name: a}\ndata: {k: dw==}\n",
                                  {.content_type = "application/yaml"});
  ASSERT_VERDICT(changed, "200");
  EXPECT_EQ(changed.at("/data"), R"({"k":"dw=="})");
}

BEHAVIOUR("operator", a_body_of_a_built_in_kind_can_be_protobuf) {
  const std::string secret("k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x0d\x0a\x03\x0a\x01p\x12\x06\x0a\x01k\x12\x01v",
                           33);
  const Extra proto{.content_type = "application/vnd.kubernetes.protobuf"};
  const Answer made = side.post(side.in_ns("secrets"), secret, proto);
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/data/k"), "dg==");
  EXPECT_EQ(made.at("/type"), "Opaque");
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), secret.substr(0, 30), proto), "400 BadRequest");
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), "{}", proto), "400 BadRequest");
  EXPECT_VERDICT(side.post(side.in_ns("configmaps"), secret, proto), "400 BadRequest") << "another kind";
}

BEHAVIOUR("operator", an_answer_can_be_pretty) {
  const std::string ns = "/api/v1/namespaces/" + side.ns();
  const Answer pretty = side.get(ns + "?pretty=true");
  EXPECT_EQ(pretty.body.substr(0, 5), "{\n  \"");
  EXPECT_EQ(pretty.body.substr(pretty.body.size() - 6), "\n  }\n}");
  EXPECT_EQ(as_json(pretty.uid()), as_json(side.get(ns + "?pretty=false").uid()));
  EXPECT_EQ(side.get("/api/v1/namespaces/nobody?pretty=1").body.substr(0, 5), "{\n  \"");
}

BEHAVIOUR("operator", an_answer_in_a_form_that_nobody_writes_is_406) {
  const Answer answer = side.get(side.in_ns("secrets"), {.accept = "text/html"});
  EXPECT_VERDICT(answer, "406 NotAcceptable");
}

BEHAVIOUR("49", an_update_of_an_old_version_is_a_conflict) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const std::string first = with(made.body, "/data", R"({"k":"MQ=="})");
  ok(side.put(side.in_ns("secrets") + "/a", first));
  const Answer answer = side.put(side.in_ns("secrets") + "/a", with(made.body, "/data", R"({"k":"Mg=="})"));
  EXPECT_VERDICT(answer, "409 Conflict");
  EXPECT_EQ(answer.message(),
            "Operation cannot be fulfilled on secrets \"a\": the object has been modified; please apply your changes "
            "to the latest version and try again");
  EXPECT_EQ(side.get(side.in_ns("secrets") + "/a").at("/data/k"), "MQ==");
}

BEHAVIOUR("54", an_update_with_the_uid_of_another_object_is_a_conflict) {
  const Answer old = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  ok(side.remove(side.in_ns("secrets") + "/a"));
  const Answer now = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  EXPECT_NE(old.uid(), now.uid());
  const Answer answer = side.put(side.in_ns("secrets") + "/a", without(old.body, "/metadata/resourceVersion"));
  EXPECT_VERDICT(answer, "409 Conflict");
  EXPECT_SAYS(answer.message(), "UID in precondition: " + old.uid() + ", UID in object meta: " + now.uid());
}

BEHAVIOUR("116", an_update_of_a_secret_needs_no_version) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer put = side.put(side.in_ns("secrets") + "/a", R"({"metadata":{"name":"a"},"data":{"k":"MQ=="}})");
  ASSERT_VERDICT(put, "200");
  EXPECT_NE(put.version(), made.version());
  EXPECT_EQ(put.uid(), made.uid());
  EXPECT_EQ(put.at("/metadata/creationTimestamp"), made.at("/metadata/creationTimestamp"));
}

BEHAVIOUR("116", an_update_of_a_custom_resource_without_a_version_is_refused) {
  ok(side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  const Answer answer = side.put(side.widgets("a"), R"({"metadata":{"name":"a"},"spec":{"size":2},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.resourceVersion");
  EXPECT_SAYS(answer.message(), "metadata.resourceVersion: Invalid value: 0: must be specified for an update");
}

BEHAVIOUR("operator", a_custom_resource_needs_its_version_and_kind) {
  const Answer answer = side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1}})");
  EXPECT_VERDICT(answer, "400 BadRequest");
  const Answer other = side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Gadget"})");
  EXPECT_VERDICT(other, "422 Invalid");
  EXPECT_SAYS(other.message(), "kind: Invalid value: \"Gadget\": must be Widget");
}

BEHAVIOUR("117", a_write_that_changes_nothing_moves_no_version) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"MQ=="}})"));
  EXPECT_EQ(ok(side.put(side.in_ns("secrets") + "/a", made.body)).version(), made.version());
  EXPECT_EQ(ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"data":{"k":"MQ=="}})")).version(), made.version());
  ok(side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  const Answer widget = ok(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})"));
  EXPECT_EQ(ok(side.put(side.widgets("a"), widget.body)).version(), widget.version());
  EXPECT_EQ(ok(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})")).version(), widget.version());
  EXPECT_EQ(ok(side.patch(kMerge, side.widgets("a") + "/status", "{}")).version(), widget.version());
}

BEHAVIOUR("117 124", a_default_of_the_status_is_shown_at_once_and_stored_by_the_first_write) {
  const Answer made = ok(side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  EXPECT_EQ(made.at("/status/observedGeneration"), "-1");
  const Answer first = ok(side.put(side.widgets("a"), made.body));
  EXPECT_NE(first.version(), made.version());
  EXPECT_EQ(ok(side.put(side.widgets("a"), first.body)).version(), first.version());
}

BEHAVIOUR("34", versions_are_digits_and_rise_over_all_kinds) {
  const auto older = [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  };
  const Answer one = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer two = ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"}})"));
  const Answer three = ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"data":{"k":"MQ=="}})"));
  EXPECT_EQ(one.version().find_first_not_of("0123456789"), std::string::npos);
  EXPECT_NE(one.version().front(), '0');
  EXPECT_TRUE(older(one.version(), two.version())) << one.version() << " " << two.version();
  EXPECT_TRUE(older(two.version(), three.version())) << two.version() << " " << three.version();
}

BEHAVIOUR("operator", what_a_client_says_of_fixed_metadata_is_not_believed) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","uid":"mine",
      "creationTimestamp":"2000-01-01T00:00:00Z","generation":7,"selfLink":"/x"}})"));
  EXPECT_NE(made.uid(), "mine");
  EXPECT_NE(made.at("/metadata/creationTimestamp"), "2000-01-01T00:00:00Z");
  EXPECT_FALSE(made.has("/metadata/selfLink"));
  const Answer versioned = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"b","resourceVersion":"5"}})");
  EXPECT_EQ(versioned.status, 500) << versioned.body;
  EXPECT_EQ(versioned.message(), "resourceVersion should not be set on objects to be created");
}

BEHAVIOUR("operator", a_dry_run_answers_as_the_real_write_would_and_stores_nothing) {
  const Answer made = side.post(side.in_ns("secrets") + "?dryRun=All", R"({"metadata":{"name":"a"}})");
  ASSERT_VERDICT(made, "201");
  EXPECT_FALSE(made.uid().empty());
  EXPECT_EQ(made.version(), "");
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/a"), "404 NotFound");
  const Answer kept = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer put = side.put(side.in_ns("secrets") + "/a?dryRun=All", with(kept.body, "/data", R"({"k":"MQ=="})"));
  ASSERT_VERDICT(put, "200");
  EXPECT_EQ(put.at("/data/k"), "MQ==");
  EXPECT_EQ(put.version(), kept.version());
  EXPECT_VERDICT(side.remove(side.in_ns("secrets") + "/a?dryRun=All"), "200");
  EXPECT_EQ(side.get(side.in_ns("secrets") + "/a").body, kept.body);
  EXPECT_VERDICT(side.post(side.in_ns("secrets") + "?dryRun=All", R"({"metadata":{"name":"a"}})"), "409 AlreadyExists");
  EXPECT_VERDICT(side.post(side.in_ns("secrets") + "?dryRun=Some", R"({"metadata":{"name":"b"}})"), "422 Invalid");
}

BEHAVIOUR("operator", unknown_fields_are_dropped_told_or_refused_as_the_request_asks) {
  const std::string body = R"({"metadata":{"name":"a"},"colour":"red"})";
  const Answer strict = side.post(side.in_ns("secrets") + "?fieldValidation=Strict", body);
  EXPECT_VERDICT(strict, "400 BadRequest");
  EXPECT_SAYS(strict.message(), "strict decoding error: unknown field \"colour\"");
  const Answer warned = side.post(side.in_ns("secrets") + "?fieldValidation=Warn", body);
  ASSERT_VERDICT(warned, "201");
  EXPECT_EQ(warned.header("Warning"), "299 - \"unknown field \\\"colour\\\"\"");
  EXPECT_FALSE(warned.has("/colour"));
  const Answer ignored =
      side.post(side.in_ns("secrets") + "?fieldValidation=Ignore", R"({"metadata":{"name":"b"},"c":1})");
  ASSERT_VERDICT(ignored, "201");
  EXPECT_EQ(ignored.header("Warning"), "");
  EXPECT_VERDICT(side.post(side.in_ns("secrets") + "?fieldValidation=Maybe", body), "422 Invalid");
}

BEHAVIOUR("48", a_request_that_says_nothing_of_unknown_fields_is_warned) {
  const Answer answer = side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1,"wheels":4},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})");
  ASSERT_VERDICT(answer, "201");
  EXPECT_EQ(answer.header("Warning"), "299 - \"unknown field \\\"spec.wheels\\\"\"");
  EXPECT_FALSE(answer.has("/spec/wheels"));
}

BEHAVIOUR("operator", a_field_of_the_wrong_type_is_400_for_a_built_in_kind) {
  const Answer answer = side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"},"data":{"k":1}})");
  EXPECT_VERDICT(answer, "400 BadRequest");
  EXPECT_SAYS(answer.message(), "ConfigMap in version \"v1\" cannot be handled as a ConfigMap");
  const Answer base64 = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"*"}})");
  EXPECT_VERDICT(base64, "400 BadRequest");
}

BEHAVIOUR("operator", a_tls_secret_must_have_both_parts_and_keeps_its_type) {
  const Answer half = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"type":"kubernetes.io/tls",
      "data":{"tls.crt":"MQ=="}})");
  EXPECT_VERDICT(half, "422 Invalid");
  EXPECT_EQ(half.causes(), "data[tls.key]");
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"type":"kubernetes.io/tls",
      "data":{"tls.crt":"MQ==","tls.key":"MQ=="}})"));
  const Answer other = side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"type":"Opaque"})");
  EXPECT_VERDICT(other, "422 Invalid");
  EXPECT_SAYS(other.message(), "type: Invalid value: \"Opaque\": field is immutable");
}

BEHAVIOUR("operator", an_immutable_secret_keeps_its_data_until_it_is_deleted) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"MQ=="},"immutable":true})"));
  const Answer data = side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"data":{"k":"Mg=="}})");
  EXPECT_VERDICT(data, "422 Invalid");
  EXPECT_SAYS(data.message(), "data: Forbidden: field is immutable when `immutable` is set");
  EXPECT_VERDICT(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"immutable":null})"), "422 Invalid");
  EXPECT_VERDICT(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"metadata":{"labels":{"l":"v"}}})"), "200");
  EXPECT_VERDICT(side.remove(side.in_ns("secrets") + "/a"), "200");
}

BEHAVIOUR("128", all_annotations_together_are_at_most_256_kib) {
  const std::string large(256 * 1024, 'x');
  const Answer answer =
      side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","annotations":{"k":")" + large + R"("}}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.annotations");
  const std::string fits(256 * 1024 - 1, 'x');
  EXPECT_VERDICT(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","annotations":{"k":")" + fits + R"("}}})"),
                 "201");
}

BEHAVIOUR("operator", labels_and_annotations_have_a_grammar) {
  const Answer label = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","labels":{"k":"not a label"}}})");
  EXPECT_VERDICT(label, "422 Invalid");
  EXPECT_EQ(label.causes(), "metadata.labels");
  const Answer key = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","annotations":{"a/b/c":"x"}}})");
  EXPECT_VERDICT(key, "422 Invalid");
  EXPECT_EQ(key.causes(), "metadata.annotations");
}

BEHAVIOUR("38", a_body_above_3_mib_is_413) {
  const std::string large(std::size_t{3} << 20, 'x');
  const Answer answer =
      side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"},"data":{"k":")" + large + "\"}}");
  EXPECT_VERDICT(answer, "413 RequestEntityTooLarge");
}

BEHAVIOUR("operator", a_config_map_above_1_mib_is_refused) {
  const std::string large((std::size_t{1} << 20) + 1, 'x');
  const Answer answer =
      side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"},"data":{"k":")" + large + "\"}}");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "Too long: may not be more than 1048576 bytes");
}

BEHAVIOUR("operator", a_method_that_a_resource_does_not_have_is_405) {
  const Answer answer = side.put(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})");
  EXPECT_VERDICT(answer, "405 MethodNotAllowed");
  EXPECT_EQ(answer.message(), "the server does not allow this method on the requested resource");
  EXPECT_VERDICT(side.post(side.in_ns("secrets") + "/a", "{}"), "405 MethodNotAllowed");
}

BEHAVIOUR("51", the_user_agent_is_the_manager_of_a_write_that_names_none) {
  const Extra agent{.headers = {{"User-Agent", "origin-pull-operator/1.0 (linux/amd64) test"}}};
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"MQ=="}})", agent));
  EXPECT_EQ(made.at("/metadata/managedFields/0/manager"), "origin-pull-operator");
  EXPECT_EQ(made.at("/metadata/managedFields/0/operation"), "Update");
  const Answer named = ok(side.post(side.in_ns("secrets") + "?fieldManager=me", R"({"metadata":{"name":"b"},
      "data":{"k":"MQ=="}})",
                                    agent));
  EXPECT_EQ(named.at("/metadata/managedFields/0/manager"), "me");
}

}  // namespace originpull::behaviour
