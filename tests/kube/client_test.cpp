// SPDX-License-Identifier: Apache-2.0
// What the client sends and what it makes of the answers: verbs, paths, headers, bodies, pages and frames. Method: a
// scripted transport on one thread; the error table itself is tested in status_error_test.cpp.
#include "kube/client.hpp"

#include "kube/access_fixture.hpp"

namespace originpull::kube {
namespace {

const ResourceType kSecrets{.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
const ResourceType kWidgets{.group = "x.dev", .version = "v1", .plural = "widgets", .kind = "Widget"};
const std::string kAt = "/apis/x.dev/v1/namespaces/a/widgets";

class ClientLaws : public WithWire {};

struct Items final : ListSink {
  std::vector<std::string> items;
  int begun = 0;
  void begin_list() override {
    ++begun;
    items.clear();
  }
  void listed(std::string_view item) override { items.emplace_back(item); }
};

TEST_F(ClientLaws, get_sends_token_user_agent_and_the_wanted_form) {
  wire_->expect("GET /api/v1/namespaces/a/secrets/b").answer(200, "{}");
  wire_->expect("GET /api/v1/namespaces/a/secrets/b").answer(200, "{}");
  EXPECT_EQ(*client_.get(kSecrets, {"a", "b"}, {}), "{}");
  EXPECT_EQ(wire_->last().bearer, "the-token");
  EXPECT_EQ(wire_->last().header("User-Agent"), "origin-pull-operator");
  EXPECT_EQ(wire_->last().header("Accept"), "application/json");
  EXPECT_EQ(wire_->last().total, Duration(10'000));
  EXPECT_TRUE(client_.get(kSecrets, {"a", "b"}, {}, View::kMetadata));
  EXPECT_EQ(wire_->last().header("Accept"), "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST_F(ClientLaws, writes_name_their_manager_and_their_form) {
  wire_->expect("POST " + kAt + "?fieldManager=origin-pull-operator").answer(201, "1");
  wire_->expect("PUT " + kAt + "/b?fieldManager=origin-pull-operator").answer(200, "2");
  wire_->expect("PUT " + kAt + "/b/status?fieldManager=origin-pull-operator").answer(200, "3");
  wire_->expect("PATCH " + kAt + "/b/status?fieldManager=origin-pull-operator").answer(200, "4");
  EXPECT_EQ(*client_.create(kWidgets, "a", "{}", {}), "1");
  EXPECT_EQ(wire_->last().content_type, "application/json");
  EXPECT_EQ(*client_.update(kWidgets, {"a", "b"}, "{\"x\":1}", {}), "2");
  EXPECT_EQ(wire_->last().body, "{\"x\":1}");
  EXPECT_EQ(*client_.update_status(kWidgets, {"a", "b"}, "{}", {}), "3");
  EXPECT_EQ(*client_.patch(kWidgets, {"a", "b"}, PatchType::kMerge, "{}", {}, "status"), "4");
  EXPECT_EQ(wire_->last().content_type, "application/merge-patch+json");
}

TEST_F(ClientLaws, a_deletion_carries_its_preconditions_and_its_status_is_no_failure) {
  wire_->expect("DELETE " + kAt + "/b").answer(200, R"({"kind":"Status","status":"Success"})");
  EXPECT_TRUE(client_.remove(kWidgets, {"a", "b"}, {.uid = "u", .resource_version = "7"}, {}));
  EXPECT_EQ(wire_->last().body,
            R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u","resourceVersion":"7"}})");
}

TEST_F(ClientLaws, a_failure_in_a_2xx_is_a_failure) {
  wire_->expect("PUT*").answer(200, R"({"kind":"Status","status":"Failure","reason":"Conflict","code":409})");
  EXPECT_EQ(client_.update(kWidgets, {"a", "b"}, "{}", {}).error().kind, ErrorKind::kConflict);
}

TEST_F(ClientLaws, a_name_that_cannot_be_in_a_path_sends_nothing) {
  EXPECT_EQ(client_.get(kSecrets, {"a", "../b"}, {}).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(client_.update(kSecrets, {"..", "b"}, "{}", {}).error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(wire_->sent().empty());
}

TEST_F(ClientLaws, a_lost_answer_is_unknown_for_a_write_and_no_more_than_unavailable_for_a_read) {
  wire_->expect("POST*").fail(ErrorKind::kUnknownOutcome);
  wire_->expect("GET*").fail(ErrorKind::kUnknownOutcome);
  const auto created = client_.create(kWidgets, "a", R"({"metadata":{"name":"n"}})", {});
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(created.error().attempted, "create Widget a/n");
  EXPECT_EQ(client_.get(kWidgets, {"a", "b"}, {}).error().kind, ErrorKind::kUnavailable);
}

TEST_F(ClientLaws, server_warnings_are_logged_once) {
  for (int i = 0; i < 2; ++i) wire_->expect("GET*").answer(200, "{}", {{"Warning", R"(299 - "old")"}});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(client_.get(kWidgets, {"a", "b"}, {}));
  EXPECT_EQ(lines_.warnings(), 1U);
}

TEST_F(ClientLaws, the_lease_lane_has_its_own_deadline) {
  wire_->expect("GET*").answer(200, "{}");
  EXPECT_TRUE(client_.on_lane(Lane::kLease, Duration(3'000)).get(kWidgets, {"a", "b"}, {}));
  EXPECT_EQ(wire_->last().total, Duration(3'000));
}

TEST_F(ClientLaws, a_list_goes_through_its_pages_and_has_the_version_of_the_first) {
  wire_->expect("GET /apis/x.dev/v1/widgets?limit=500&labelSelector=a%3Db")
      .part(R"({"metadata":{"resourceVersion":"10","continue":"more"},"items":[{"a":)")
      .part(R"(1},{"a":2}]})");
  wire_->expect("GET /apis/x.dev/v1/widgets?limit=500&continue=more&labelSelector=a%3Db")
      .answer(200, R"({"metadata":{"resourceVersion":"11"},"items":[{"a":3}]})");
  Items items;
  EXPECT_EQ(*client_.list({.type = kWidgets, .label_selector = "a=b"}, items, {}), "10");
  EXPECT_EQ(items.items, (std::vector<std::string>{R"({"a":1})", R"({"a":2})", R"({"a":3})"}));
  EXPECT_EQ(items.begun, 1);
}

TEST_F(ClientLaws, a_list_whose_pages_expire_begins_again_in_one_piece) {
  wire_->expect("GET*").answer(200, R"({"metadata":{"resourceVersion":"10","continue":"c"},"items":[{"old":1}]})");
  wire_->expect("GET " + kAt + "?limit=500&continue=c")
      .answer(410, R"({"kind":"Status","status":"Failure","reason":"Expired"})");
  wire_->expect("GET " + kAt).answer(200, R"({"metadata":{"resourceVersion":"20"},"items":[{"new":1}]})");
  Items items;
  EXPECT_EQ(*client_.list({.type = kWidgets, .ns = "a"}, items, {}), "20");
  EXPECT_EQ(items.items, std::vector<std::string>{R"({"new":1})"});
  EXPECT_EQ(items.begun, 2);
}

TEST_F(ClientLaws, one_object_is_selected_by_a_field_so_that_a_role_can_name_it) {
  wire_->expect("GET /api/v1/namespaces/a/secrets?limit=500&fieldSelector=metadata.name%3Db")
      .answer(200, R"({"metadata":{"resourceVersion":"1"},"items":null})");
  Items items;
  EXPECT_TRUE(client_.list({.type = kSecrets, .ns = "a", .name = "b", .view = View::kMetadata}, items, {}));
  EXPECT_EQ(wire_->last().header("Accept"), "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
}

TEST_F(ClientLaws, a_list_that_breaks_off_or_makes_no_sense_is_an_error) {
  Items items;
  for (const char* body : {R"({"metadata":{"resourceVersion":"1"},"items":[{"a":1})", "", "<html></html>", "[]",
                           R"({"metadata":{},"items":[]})", R"({"items":[{"a":1}]})",
                           R"({"kind":"Status","status":"Failure","code":500})"}) {
    wire_->expect("GET*").answer(200, body);
    EXPECT_FALSE(client_.list({.type = kWidgets}, items, {})) << body;
  }
  wire_->expect("GET*").answer(200, R"({"metadata":{"resourceVersion":"1"},"items":[{"a":1})");
  EXPECT_EQ(client_.list({.type = kWidgets}, items, {}).error().kind, ErrorKind::kUnavailable)
      << "it may be whole next time";
  wire_->expect("GET*").part(R"({"items":[)").fail(ErrorKind::kUnknownOutcome);
  EXPECT_EQ(client_.list({.type = kWidgets}, items, {}).error().kind, ErrorKind::kUnavailable);
}

TEST_F(ClientLaws, an_item_of_more_than_16_mib_is_an_error_and_not_a_crash) {
  auto& step = wire_->expect("GET*").part(R"({"items":[{"a":")");
  for (int i = 0; i < 17; ++i) step.part(std::string(std::size_t{1} << 20, 'x'));
  Items items;
  const auto listed = client_.list({.type = kWidgets}, items, {});
  ASSERT_FALSE(listed);
  EXPECT_NE(listed.error().message.find("16 MiB"), std::string::npos);
}

TEST_F(ClientLaws, a_refused_list_tells_the_servers_reason) {
  wire_->expect("GET*").answer(403,
                               R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"cannot list"})");
  Items items;
  const auto listed = client_.list({.type = kWidgets, .ns = "a"}, items, {});
  EXPECT_EQ(listed.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(listed.error().attempted, "list widgets in namespace a");
  EXPECT_NE(listed.error().message.find("cannot list"), std::string::npos);
}

TEST_F(ClientLaws, a_watch_asks_for_bookmarks_and_hands_over_whole_frames) {
  wire_->expect("GET " + kAt + "?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=250")
      .part("{\"a\":1}\n{\"a\"")
      .part(":2}\n{\"a\":3");
  std::vector<std::string> frames;
  bool opened = false;
  const WatchRequest request{
      .resource_version = "7", .timeout = Seconds(250), .idle = Duration(9'000), .opened = [&] { opened = true; }};
  const auto count = client_.watch({.type = kWidgets, .ns = "a"}, request,
                                   [&](std::string_view frame) {
                                     EXPECT_TRUE(opened);
                                     frames.emplace_back(frame);
                                     return true;
                                   },
                                   {});
  EXPECT_EQ(*count, 2U);
  EXPECT_EQ(frames, (std::vector<std::string>{"{\"a\":1}", "{\"a\":2}"}));
  EXPECT_EQ(wire_->last().total, Duration(0));
  EXPECT_EQ(wire_->last().idle, Duration(9'000));
}

TEST_F(ClientLaws, a_401_makes_the_next_call_read_the_credentials_again) {
  wire_->expect("GET*").answer(401, "{}");
  wire_->expect("GET*").answer(200, "{}");
  EXPECT_EQ(client_.get(kWidgets, {"a", "b"}, {}).error().kind, ErrorKind::kDenied);
  const auto before = client_.access().readings();
  EXPECT_TRUE(client_.get(kWidgets, {"a", "b"}, {}));
  EXPECT_EQ(client_.access().readings(), before + 1);
}

}  // namespace
}  // namespace originpull::kube
