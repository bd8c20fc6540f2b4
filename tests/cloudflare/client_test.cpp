// SPDX-License-Identifier: Apache-2.0
// The client's requests, byte for byte, against a transport that records them and answers what the test says; and
// what it makes of answers, failures of the transport, and its budget. The client against the simulated Cloudflare is
// in client_world_test.cpp.
#include "cloudflare/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "support/jump_env.hpp"

namespace originpull::cloudflare {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kZone = "023e105f4ecef8ad9ca31a8372d0c353";
const std::string kToken = "Qw3rTy_uIoP-asDFghJKlzXCvbNM1234567890ab";
const std::string kOk = R"({"success":true,"errors":[],"messages":[],"result":)";

// Answers in order; keeps what was sent.
class ScriptedTransport final : public net::Transport {
 public:
  struct Sent {
    net::Method method;
    std::string target, body, content_type, bearer;
    bool at_most_once;
    Duration total;
    net::Headers headers;
  };
  Result<net::Response> send(const net::Request& request, std::stop_token) override {
    sent.push_back({.method = request.method,
                    .target = request.target,
                    .body = request.body,
                    .content_type = request.content_type,
                    .bearer = std::string(request.bearer.reveal()),
                    .at_most_once = request.at_most_once,
                    .total = request.total,
                    .headers = request.headers});
    if (answers.empty()) return fail(ErrorKind::kUnavailable, "scripted", "no answer left");
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
  Result<net::Head> stream(const net::Request&, net::BodySink&, std::stop_token) override {
    return fail(ErrorKind::kInternal, "stream", "not scripted");
  }
  void answer(int status, std::string body, net::Headers headers = {}) {
    answers.emplace_back(
        net::Response{.head = {.status = status, .headers = std::move(headers)}, .body = std::move(body)});
  }
  void break_off(ErrorKind kind) { answers.emplace_back(fail(kind, "POST", "the connection ended")); }

  std::vector<Sent> sent;
  std::deque<Result<net::Response>> answers;
};

class ClientTest : public testing::Test {
 protected:
  support::JumpEnv env;
  std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
  std::shared_ptr<Budget> budget = Budget::make(env);
  Client client{transport, SecretString(kToken), budget, Log::silent()};
  std::stop_source stop;
  Ask ask{stop.get_token()};

  void expect_sent(net::Method method, const std::string& target, const std::string& body) {
    ASSERT_EQ(transport->sent.size(), 1U);
    const auto& sent = transport->sent.front();
    EXPECT_EQ(sent.method, method);
    EXPECT_EQ(sent.target, target);
    EXPECT_EQ(sent.body, body);
    EXPECT_EQ(sent.bearer, kToken);
    EXPECT_EQ(sent.content_type, body.empty() ? "" : "application/json");
    const bool read = method == net::Method::kGet;
    EXPECT_EQ(sent.at_most_once, !read);
    EXPECT_EQ(sent.total, read ? Seconds(15) : Seconds(5));
  }
};

TEST_F(ClientTest, looks_a_zone_up_by_name) {
  transport->answer(200, kOk + R"([{"id":")" + kZone + R"(","name":"example.com","status":"active"}]})");
  const auto zone = client.zone_by_name("example.com", ask);
  ASSERT_TRUE(zone);
  ASSERT_TRUE(*zone);
  EXPECT_EQ((*zone)->id, kZone);
  expect_sent(net::Method::kGet, "/zones?name=example.com&per_page=50", "");
}

TEST_F(ClientTest, a_name_cannot_become_another_query) {
  transport->answer(200, kOk + "[]}");
  ASSERT_TRUE(client.zone_by_name("contains:a&status=x", ask));
  EXPECT_EQ(transport->sent.front().target, "/zones?name=contains%3Aa%26status%3Dx&per_page=50");
}

TEST_F(ClientTest, only_a_zone_of_exactly_that_name_is_meant_and_the_active_one_of_several) {
  transport->answer(200, kOk + R"([{"id":"1","name":"sub.example.com","status":"active"}]})");
  EXPECT_FALSE(*client.zone_by_name("example.com", ask));
  transport->answer(
      200,
      kOk + R"([{"id":"1","name":"example.com","status":"moved"},{"id":"2","name":"example.com","status":"active"}]})");
  EXPECT_EQ((*client.zone_by_name("example.com", ask))->id, "2");
  transport->answer(
      200,
      kOk +
          R"([{"id":"1","name":"example.com","status":"active"},{"id":"2","name":"example.com","status":"active"}]})");
  const auto two = client.zone_by_name("example.com", ask);
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(two.error().reason, kSeveralZones);
}

TEST_F(ClientTest, looks_a_zone_up_by_id_and_an_unknown_one_is_none) {
  transport->answer(200, kOk + R"({"id":"1","name":"example.com","status":"pending"}})");
  EXPECT_EQ((*client.zone_by_id(kZone, ask))->status, "pending");
  expect_sent(net::Method::kGet, "/zones/" + kZone, "");
  transport->answer(403,
                    R"({"success":false,"errors":[{"code":9109,"message":"Invalid zone identifier"}],"result":null})");
  EXPECT_EQ(*client.zone_by_id(kZone, ask), std::nullopt);
}

TEST_F(ClientTest, lists_certificates) {
  transport->answer(200, kOk + "null}");
  EXPECT_TRUE(client.list_certificates(kZone, ask)->empty());
  expect_sent(net::Method::kGet, "/zones/" + kZone + "/origin_tls_client_auth", "");
}

TEST_F(ClientTest, reads_a_certificate) {
  transport->answer(200, kOk + R"({"id":"c1","certificate":"PEM","status":"pending_deletion"}})");
  EXPECT_EQ((*client.get_certificate(kZone, "c1", ask))->status, CertificateStatus::kPendingDeletion);
  expect_sent(net::Method::kGet, "/zones/" + kZone + "/origin_tls_client_auth/c1", "");
}

TEST_F(ClientTest, uploads_a_certificate_in_one_json_body) {
  transport->answer(200, kOk + R"({"id":"c1","certificate":"PEM","status":"pending_deployment"}})");
  const auto made = client.upload_certificate(kZone, "-----BEGIN CERTIFICATE-----\nAA==\n",
                                              SecretString(std::string("KEY \"\\\n")), ask);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->id, "c1");
  expect_sent(net::Method::kPost, "/zones/" + kZone + "/origin_tls_client_auth",
              R"({"certificate":"-----BEGIN CERTIFICATE-----\nAA==\n","private_key":"KEY \"\\\n"})");
}

TEST_F(ClientTest, deletes_a_certificate_without_a_body) {
  transport->answer(200, kOk + R"({"id":"c1","status":"pending_deletion"}})");
  EXPECT_EQ(client.delete_certificate(kZone, "c1", ask)->status, CertificateStatus::kPendingDeletion);
  expect_sent(net::Method::kDelete, "/zones/" + kZone + "/origin_tls_client_auth/c1", "");
}

TEST_F(ClientTest, what_is_gone_already_counts_as_deleted_but_a_wrong_zone_does_not) {
  transport->answer(400, R"({"success":false,"errors":[{"code":1407,"message":"Certificate is already deleted."}]})");
  EXPECT_EQ(client.delete_certificate(kZone, "c1", ask)->status, CertificateStatus::kDeleted);
  transport->answer(404, R"({"success":false,"errors":[{"code":1552,"message":"certificate not found"}]})");
  EXPECT_EQ(client.delete_certificate(kZone, "c1", ask)->status, CertificateStatus::kDeleted);
  transport->answer(404, R"({"success":false,"errors":[{"code":1552,"message":"certificate not found"}]})");
  EXPECT_EQ(*client.get_certificate(kZone, "c1", ask), std::nullopt);
  const std::string wrong_zone = R"({"success":false,"errors":[{"code":9109,"message":"Invalid zone identifier"}]})";
  transport->answer(403, wrong_zone);
  EXPECT_EQ(client.delete_certificate(kZone, "c1", ask).error().kind, ErrorKind::kNotFound);
  transport->answer(403, wrong_zone);
  EXPECT_EQ(client.get_certificate(kZone, "c1", ask).error().kind, ErrorKind::kNotFound);
}

TEST_F(ClientTest, an_html_page_with_404_does_not_prove_that_a_certificate_is_gone) {
  transport->answer(404, "<html>not found</html>");
  EXPECT_EQ(client.delete_certificate(kZone, "c1", ask).error().kind, ErrorKind::kInternal);
}

TEST_F(ClientTest, reads_and_sets_the_zone_level_switch) {
  transport->answer(200, kOk + R"({"enabled":true}})");
  EXPECT_TRUE(*client.set_zone_level(kZone, true, ask));
  expect_sent(net::Method::kPut, "/zones/" + kZone + "/origin_tls_client_auth/settings", R"({"enabled":true})");
  transport->sent.clear();
  transport->answer(200, kOk + R"({"enabled":false}})");
  EXPECT_FALSE(*client.zone_level_enabled(kZone, ask));
  expect_sent(net::Method::kGet, "/zones/" + kZone + "/origin_tls_client_auth/settings", "");
}

TEST_F(ClientTest, reads_and_sets_a_zone_setting) {
  transport->answer(200, kOk + R"({"id":"tls_client_auth","value":"on","editable":true}})");
  EXPECT_EQ(client.set_setting(kZone, "tls_client_auth", "on", ask)->value, "on");
  expect_sent(net::Method::kPatch, "/zones/" + kZone + "/settings/tls_client_auth", R"({"value":"on"})");
  transport->sent.clear();
  transport->answer(200, kOk + R"({"id":"ssl","value":"flexible","editable":false}})");
  EXPECT_FALSE(client.setting(kZone, "ssl", ask)->editable);
  expect_sent(net::Method::kGet, "/zones/" + kZone + "/settings/ssl", "");
}

TEST_F(ClientTest, a_lost_answer_of_a_change_is_unknown_and_of_a_read_only_unavailable) {
  transport->break_off(ErrorKind::kUnknownOutcome);
  EXPECT_EQ(client.set_zone_level(kZone, true, ask).error().kind, ErrorKind::kUnknownOutcome);
  transport->break_off(ErrorKind::kInternal);
  EXPECT_EQ(client.set_zone_level(kZone, true, ask).error().kind, ErrorKind::kUnknownOutcome);
  transport->break_off(ErrorKind::kUnavailable);
  EXPECT_EQ(client.set_zone_level(kZone, true, ask).error().kind, ErrorKind::kUnavailable);
  transport->break_off(ErrorKind::kUnknownOutcome);
  const auto read = client.zone_level_enabled(kZone, ask);
  EXPECT_EQ(read.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(read.error().attempted, HasSubstr("zone-level switch"));
}

TEST_F(ClientTest, a_success_without_the_result_leaves_a_change_unknown) {
  transport->answer(200, R"({"success":true,"errors":[]})");
  EXPECT_EQ(client.upload_certificate(kZone, "C", SecretString(std::string("K")), ask).error().kind,
            ErrorKind::kUnknownOutcome);
  transport->answer(200, R"({"success":true,"errors":[]})");
  EXPECT_EQ(client.zone_level_enabled(kZone, ask).error().kind, ErrorKind::kInternal);
}

TEST_F(ClientTest, a_throttle_is_honoured_by_every_later_call_without_sending_it) {
  transport->answer(429, "", {{"retry-after", "37"}});
  const auto first = client.list_certificates(kZone, ask);
  EXPECT_EQ(first.error().kind, ErrorKind::kRateLimited);
  EXPECT_EQ(first.error().retry_after, Seconds(37));
  env.advance(Seconds(7));
  const auto second = client.zone_by_name("example.com", ask);
  EXPECT_EQ(second.error().kind, ErrorKind::kRateLimited);
  EXPECT_EQ(second.error().retry_after, Seconds(30));
  EXPECT_EQ(transport->sent.size(), 1U);
}

TEST_F(ClientTest, code_971_in_a_200_is_a_throttle) {
  transport->answer(200, R"({"success":false,"errors":[{"code":971,"message":"Please wait"}]})");
  const auto first = client.list_certificates(kZone, ask);
  EXPECT_EQ(first.error().kind, ErrorKind::kRateLimited);
  EXPECT_EQ(first.error().retry_after, Seconds(60));
}

TEST_F(ClientTest, no_request_left_stops_before_the_refusal) {
  transport->answer(200, kOk + "null}", {{"Ratelimit", "\"default\";r=0;t=12"}});
  ASSERT_TRUE(client.list_certificates(kZone, ask));
  EXPECT_EQ(client.list_certificates(kZone, ask).error().retry_after, Seconds(12));
}

TEST_F(ClientTest, a_refused_token_is_not_tried_again_at_once_and_the_reason_stays_the_same) {
  transport->answer(403, R"({"success":false,"errors":[{"code":10000,"message":"Authentication error"}]})",
                    {{"CF-Ray", "8a-FRA"}});
  const auto first = client.list_certificates(kZone, ask);
  EXPECT_EQ(first.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(first.error().message, HasSubstr("\"SSL and Certificates Read\""));
  EXPECT_EQ(first.error().retry_after, Seconds(5));
  const auto second = client.list_certificates(kZone, ask);
  EXPECT_EQ(describe(second.error()), describe(first.error()));
  EXPECT_EQ(second.error().ray, "8a-FRA");
  EXPECT_EQ(transport->sent.size(), 1U);
}

TEST_F(ClientTest, the_zone_is_given_back_after_a_failure) {
  transport->break_off(ErrorKind::kUnknownOutcome);
  ASSERT_FALSE(client.set_zone_level(kZone, true, ask));
  transport->answer(200, kOk + R"({"enabled":true}})");
  EXPECT_TRUE(client.set_zone_level(kZone, true, ask));
}

class RecordingSink final : public LogSink {
 public:
  bool wants(LogLevel) const override { return true; }
  void write(LogLevel, std::string_view message, std::span<const LogField> fields) override {
    text += message;
    for (const auto& field : fields) text += " " + field.key + "=" + field.value;
    text += "\n";
  }
  std::string text;
};

TEST_F(ClientTest, neither_token_nor_key_reaches_a_log_or_an_error) {
  RecordingSink sink;
  Client talkative{transport, SecretString(kToken), budget, Log(sink)};
  transport->answer(
      400, R"({"success":false,"errors":[{"code":1408,"message":"cannot parse KEY-MATERIAL for )" + kToken + "\"}]}");
  const auto failed = talkative.upload_certificate(kZone, "C", SecretString(std::string("SECRET-KEY")), ask);
  ASSERT_FALSE(failed);
  EXPECT_THAT(sink.text, HasSubstr("upload a certificate"));
  for (const std::string& text : {sink.text, describe(failed.error())}) {
    EXPECT_THAT(text, Not(HasSubstr(kToken)));
    EXPECT_THAT(text, Not(HasSubstr("SECRET-KEY")));
  }
}

}  // namespace
}  // namespace originpull::cloudflare
