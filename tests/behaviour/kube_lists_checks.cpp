// SPDX-License-Identifier: Apache-2.0
// Lists: of one moment, in pages, of a version, narrowed by labels and fields.
#include "behaviour/kube_checks.hpp"

#include "net/transport.hpp"

namespace originpull::behaviour {
namespace {

void make_secrets(Side& side, const std::string& names) {
  for (const char name : names) {
    const std::string text(1, name);
    ok(side.post(side.in_ns("secrets"),
                 R"({"metadata":{"name":")" + text + R"(","labels":{"letter":")" + text + R"("}}})"));
  }
}

std::string names_of(const Answer& list) {
  std::string names;
  for (std::size_t i = 0; i < list.count("/items"); ++i) {
    names += (i == 0 ? "" : " ") + list.at("/items/" + std::to_string(i) + "/metadata/name");
  }
  return names;
}

std::string continued(const Answer& list) { return net::percent_encode(list.at("/metadata/continue")); }

}  // namespace

BEHAVIOUR("operator", a_list_names_its_kind_and_version_and_its_items_do_not) {
  make_secrets(side, "ba");
  const Answer list = side.get(side.in_ns("secrets"));
  ASSERT_VERDICT(list, "200");
  EXPECT_EQ(list.at("/kind"), "SecretList");
  EXPECT_EQ(list.at("/apiVersion"), "v1");
  EXPECT_FALSE(list.version().empty());
  EXPECT_EQ(names_of(list), "a b");
  EXPECT_FALSE(list.has("/items/0/kind")) << "the items of a list of a built-in kind bear no kind";
}

BEHAVIOUR("operator", the_items_of_a_list_of_custom_resources_bear_their_kind) {
  ok(side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  const Answer list = side.get(side.widgets());
  ASSERT_VERDICT(list, "200");
  EXPECT_EQ(list.at("/kind"), "WidgetList");
  EXPECT_EQ(list.at("/items/0/kind"), "Widget");
  EXPECT_EQ(list.at("/items/0/apiVersion"), "behaviour.test/v1");
}

BEHAVIOUR("operator", an_empty_list_is_an_empty_array) {
  const Answer list = side.get(side.in_ns("secrets"));
  EXPECT_TRUE(list.has("/items"));
  EXPECT_EQ(list.at("/items"), "[]");
}

BEHAVIOUR("operator", a_list_over_all_namespaces_goes_by_namespace_and_name) {
  make_secrets(side, "b");
  const std::string first = side.ns();
  side.new_check();
  make_secrets(side, "a");
  const Answer list = side.get("/api/v1/secrets?labelSelector=letter");
  ASSERT_VERDICT(list, "200");
  std::size_t at_b = 0;
  std::size_t at_a = 0;
  for (std::size_t i = 0; i < list.count("/items"); ++i) {
    const std::string ns = list.at("/items/" + std::to_string(i) + "/metadata/namespace");
    if (ns == first) at_b = i + 1;
    if (ns == side.ns()) at_a = i + 1;
  }
  EXPECT_GT(at_b, 0U);
  EXPECT_GT(at_a, 0U);
  EXPECT_EQ(at_b < at_a, first < side.ns());
}

BEHAVIOUR("11", pages_hold_so_many_and_say_how_many_remain) {
  make_secrets(side, "abcde");
  const Answer one = side.get(side.in_ns("secrets") + "?limit=2");
  EXPECT_EQ(names_of(one), "a b");
  EXPECT_EQ(one.at("/metadata/remainingItemCount"), "3");
  const Answer two = side.get(side.in_ns("secrets") + "?limit=2&continue=" + continued(one));
  EXPECT_EQ(names_of(two), "c d");
  EXPECT_EQ(two.at("/metadata/remainingItemCount"), "1");
  const Answer three = side.get(side.in_ns("secrets") + "?limit=2&continue=" + continued(two));
  EXPECT_EQ(names_of(three), "e");
  EXPECT_EQ(three.at("/metadata/continue"), "");
  EXPECT_FALSE(three.has("/metadata/remainingItemCount"));
}

BEHAVIOUR("12 13", all_pages_are_of_the_moment_and_the_version_of_the_first) {
  make_secrets(side, "abc");
  const Answer one = side.get(side.in_ns("secrets") + "?limit=1");
  ok(side.remove(side.in_ns("secrets") + "/b"));
  make_secrets(side, "d");
  const Answer rest = side.get(side.in_ns("secrets") + "?limit=9&continue=" + continued(one));
  EXPECT_EQ(names_of(rest), "b c");
  EXPECT_EQ(rest.version(), one.version());
}

BEHAVIOUR("12", a_continuation_with_a_version_is_refused) {
  make_secrets(side, "ab");
  const Answer one = side.get(side.in_ns("secrets") + "?limit=1");
  const Answer answer =
      side.get(side.in_ns("secrets") + "?limit=1&resourceVersion=" + one.version() + "&continue=" + continued(one));
  EXPECT_VERDICT(answer, "400 BadRequest");
  EXPECT_EQ(answer.message(), "specifying resource version is not allowed when using continue");
}

BEHAVIOUR("12", a_continue_token_that_nobody_gave_is_400) {
  const Answer answer = side.get(side.in_ns("secrets") + "?limit=1&continue=nonsense");
  EXPECT_VERDICT(answer, "400 BadRequest");
  EXPECT_SAYS(answer.message(), "continue key is not valid");
}

BEHAVIOUR("8 13 14 17", forgotten_history_is_410_to_pages_to_exact_lists_and_in_the_watch) {
  make_secrets(side, "abc");
  const Answer one = side.get(side.in_ns("secrets") + "?limit=1");
  make_secrets(side, "d");
  ok(side.remove(side.in_ns("secrets") + "/a"));
  side.forget_history();
  const Answer page = side.get(side.in_ns("secrets") + "?limit=1&continue=" + continued(one));
  EXPECT_VERDICT(page, "410 Expired");
  EXPECT_SAYS(page.message(), "The provided continue parameter is too old");
  EXPECT_FALSE(page.at("/metadata/continue").empty()) << "a token is offered for a list that is of no one moment";
  const Answer inconsistent =
      side.get(side.in_ns("secrets") + "?limit=9&continue=" + net::percent_encode(page.at("/metadata/continue")));
  EXPECT_VERDICT(inconsistent, "200");
  EXPECT_EQ(names_of(inconsistent), "b c d");
  const Answer exact = side.get(side.in_ns("secrets") + "?resourceVersionMatch=Exact&resourceVersion=" + one.version());
  EXPECT_VERDICT(exact, "410 Expired");
  const Watched watched = side.watch(side.in_ns("secrets") + "?watch=1&resourceVersion=" + one.version(), 1);
  EXPECT_EQ(watched.head.status, 200);
  ASSERT_EQ(watched.frames.size(), 1U) << watched.trouble;
  EXPECT_EQ(watched.frames[0].type, "ERROR");
  EXPECT_EQ(watched.frames[0].at("/code"), "410");
  EXPECT_EQ(watched.frames[0].at("/reason"), "Expired");
  EXPECT_SAYS(watched.frames[0].at("/message"), "too old resource version: " + one.version());
  EXPECT_EQ(names_of(side.get(side.in_ns("secrets"))), "b c d") << "what is there is not forgotten";
}

BEHAVIOUR("9 10", a_list_of_the_future_is_504_after_a_while) {
  const Answer answer = side.get(side.in_ns("secrets") + "?resourceVersion=999999999");
  EXPECT_VERDICT(answer, "504 Timeout");
  EXPECT_SAYS(answer.message(), "Too large resource version: 999999999");
  EXPECT_EQ(answer.at("/details/causes/0/reason"), "ResourceVersionTooLarge");
  EXPECT_EQ(answer.at("/details/retryAfterSeconds"), "1");
}

BEHAVIOUR("6 7", a_list_of_version_0_or_of_none_or_not_older_than_one_shows_what_is_there) {
  make_secrets(side, "a");
  const std::string version = side.get(side.in_ns("secrets")).version();
  const auto all = [&](const std::string& query) { return names_of(side.get(side.in_ns("secrets") + query)); };
  EXPECT_TRUE(side.comes_true([&] { return all("?resourceVersion=0") == "a"; }));
  EXPECT_EQ(all("?resourceVersion=" + version), "a");
  EXPECT_EQ(all("?resourceVersionMatch=NotOlderThan&resourceVersion=" + version), "a");
}

BEHAVIOUR("7", a_list_of_no_version_sees_every_write_before_it) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    make_secrets(side, name);
    const std::string names = names_of(side.get(side.in_ns("secrets")));
    EXPECT_EQ(names.substr(names.size() - 1), name);
  }
}

BEHAVIOUR("13", a_list_of_exactly_a_version_shows_that_moment) {
  make_secrets(side, "ab");
  const std::string then = side.get(side.in_ns("secrets")).version();
  ok(side.remove(side.in_ns("secrets") + "/a"));
  make_secrets(side, "c");
  const Answer list = side.get(side.in_ns("secrets") + "?resourceVersionMatch=Exact&resourceVersion=" + then);
  ASSERT_VERDICT(list, "200");
  EXPECT_EQ(names_of(list), "a b");
  EXPECT_EQ(list.version(), then);
}

BEHAVIOUR("6", a_match_without_a_version_or_an_unknown_one_is_refused) {
  const Answer none = side.get(side.in_ns("secrets") + "?resourceVersionMatch=Exact");
  EXPECT_VERDICT(none, "422 Invalid");
  EXPECT_EQ(none.causes(), "resourceVersionMatch");
  const Answer unknown = side.get(side.in_ns("secrets") + "?resourceVersionMatch=Perhaps&resourceVersion=1");
  EXPECT_VERDICT(unknown, "422 Invalid");
  const Answer zero = side.get(side.in_ns("secrets") + "?resourceVersionMatch=Exact&resourceVersion=0");
  EXPECT_VERDICT(zero, "422 Invalid");
}

BEHAVIOUR("34", a_version_that_is_no_number_is_refused) {
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "?resourceVersion=abc"), "400 BadRequest");
}

BEHAVIOUR("operator", labels_select_by_equality_set_and_existence) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","labels":{"tier":"web","zone":"x"}}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"b","labels":{"tier":"db"}}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"c"}})"));
  const auto by = [&](const std::string& selector) {
    return names_of(side.get(side.in_ns("secrets") + "?labelSelector=" + net::percent_encode(selector)));
  };
  EXPECT_EQ(by("tier=web"), "a");
  EXPECT_EQ(by("tier==web"), "a");
  EXPECT_EQ(by("tier!=web"), "b c");
  EXPECT_EQ(by("tier in (web, db)"), "a b");
  EXPECT_EQ(by("tier notin (web)"), "b c");
  EXPECT_EQ(by("tier"), "a b");
  EXPECT_EQ(by("!tier"), "c");
  EXPECT_EQ(by("tier=web,zone=x"), "a");
  EXPECT_EQ(by("tier=web,zone=y"), "");
  EXPECT_EQ(by(""), "a b c");
}

BEHAVIOUR("operator", a_label_selector_that_is_none_is_400) {
  const Answer answer = side.get(side.in_ns("secrets") + "?labelSelector=" + net::percent_encode("a in b"));
  EXPECT_VERDICT(answer, "400 BadRequest");
  EXPECT_SAYS(answer.message(), "unable to parse requirement");
}

BEHAVIOUR("operator", fields_select_by_name_and_by_the_type_of_a_secret) {
  make_secrets(side, "ab");
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"t"},"type":"kubernetes.io/tls",
      "data":{"tls.crt":"","tls.key":""}})"));
  const auto by = [&](const std::string& selector) {
    return names_of(side.get(side.in_ns("secrets") + "?fieldSelector=" + net::percent_encode(selector)));
  };
  EXPECT_EQ(by("metadata.name=a"), "a");
  EXPECT_EQ(by("metadata.name!=a"), "b t");
  EXPECT_EQ(by("type=kubernetes.io/tls"), "t");
  EXPECT_EQ(by("type!=kubernetes.io/tls,metadata.name!=b"), "a");
  EXPECT_EQ(by("metadata.namespace=" + side.ns()), "a b t");
  EXPECT_EQ(by("metadata.name=nobody"), "");
}

BEHAVIOUR("operator", a_field_that_cannot_select_is_400) {
  const Answer core = side.get(side.in_ns("secrets") + "?fieldSelector=data.k%3Dv");
  EXPECT_VERDICT(core, "400 BadRequest");
  EXPECT_SAYS(core.message(), "field label not supported: data.k");
  const Answer custom = side.get(side.widgets() + "?fieldSelector=spec.size%3D1");
  EXPECT_VERDICT(custom, "400 BadRequest");
  EXPECT_SAYS(custom.message(), "field label not supported: spec.size");
}

BEHAVIOUR("127", the_selectable_fields_of_a_type_select) {
  ok(side.post(side.widgets(), R"({"metadata":{"name":"a"},"spec":{"size":1,"mode":"Slow"},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  ok(side.post(side.widgets(), R"({"metadata":{"name":"b"},"spec":{"size":1},
      "apiVersion":"behaviour.test/v1","kind":"Widget"})"));
  EXPECT_EQ(names_of(side.get(side.widgets() + "?fieldSelector=spec.mode%3DSlow")), "a");
  EXPECT_EQ(names_of(side.get(side.widgets() + "?fieldSelector=spec.mode%3DFast")), "b");
  EXPECT_EQ(names_of(side.get(side.widgets() + "?fieldSelector=metadata.name%3Db")), "b");
}

BEHAVIOUR("operator", pages_of_a_selection_do_not_say_how_many_remain) {
  make_secrets(side, "abc");
  const Answer list = side.get(side.in_ns("secrets") + "?limit=1&labelSelector=letter");
  EXPECT_EQ(names_of(list), "a");
  EXPECT_FALSE(list.has("/metadata/remainingItemCount"));
  EXPECT_FALSE(list.at("/metadata/continue").empty());
}

BEHAVIOUR("operator", a_collection_can_be_deleted_by_selector) {
  make_secrets(side, "abc");
  const Answer answer = side.remove(side.in_ns("secrets") + "?labelSelector=letter%20in%20%28a%2Cb%29");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "SecretList");
  EXPECT_EQ(names_of(answer), "a b");
  EXPECT_EQ(names_of(side.get(side.in_ns("secrets"))), "c");
}

BEHAVIOUR("40", an_accept_header_with_unknown_parameters_is_answered_in_full) {
  make_secrets(side, "a");
  const Answer answer =
      side.get(side.in_ns("secrets") + "/a", {.accept = "application/json;drop=metadata.managedFields"});
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/metadata/name"), "a");
}

}  // namespace originpull::behaviour
