// SPDX-License-Identifier: Apache-2.0
// The two forms of a log line, against lines written by hand; that no value can forge another line or field; and what
// the real sink writes on standard error, captured there.
#include "cli/log_sink.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/still_env.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;

constexpr Wall kMoment{Duration(1'795'496'400'123)};

TEST(LogSink, a_json_line_has_the_time_the_level_the_message_and_the_fields_in_order) {
  const std::vector<LogField> fields{{"resource", "team/a"}, {"attempt", "2"}};
  EXPECT_EQ(
      json_line(kMoment, LogLevel::kInfo, "uploaded", fields),
      R"({"time":"2026-11-24T05:00:00.123000Z","level":"info","msg":"uploaded","resource":"team/a","attempt":"2"})");
}

TEST(LogSink, a_text_line_says_the_same) {
  const std::vector<LogField> fields{{"resource", "team/a"}, {"attempt", "2"}};
  EXPECT_EQ(text_line(kMoment, LogLevel::kWarning, "not uploaded", fields),
            R"(2026-11-24T05:00:00.123000Z warning not uploaded resource="team/a" attempt="2")");
}

TEST(LogSink, no_value_makes_a_second_line_or_another_field) {
  const std::vector<LogField> fields{{"why", "a\nlevel=\"error\" \\ \x1b[31m \""}};
  const std::string json = json_line(kMoment, LogLevel::kError, "x", fields);
  const std::string text = text_line(kMoment, LogLevel::kError, "x", fields);
  for (const std::string& line : {json, text}) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(nlohmann::json::parse(json).at("why"), fields[0].value);
  EXPECT_THAT(text, HasSubstr(R"(why="a\nlevel=\"error\" \\ )"));
}

TEST(LogSink, a_value_that_is_not_utf8_still_makes_a_line_that_can_be_parsed) {
  const std::vector<LogField> fields{{"why", "\xff\xfe"}};
  EXPECT_TRUE(nlohmann::json::accept(json_line(kMoment, LogLevel::kError, "x", fields)));
}

TEST(LogSink, each_level_has_its_word) {
  const auto level = [](LogLevel l) { return nlohmann::json::parse(json_line(kMoment, l, "x", {})).at("level"); };
  EXPECT_EQ(level(LogLevel::kDebug), "debug");
  EXPECT_EQ(level(LogLevel::kInfo), "info");
  EXPECT_EQ(level(LogLevel::kWarning), "warning");
  EXPECT_EQ(level(LogLevel::kError), "error");
}

TEST(LogSink, what_is_below_the_threshold_is_not_written) {
  support::StillEnv env;
  testing::internal::CaptureStderr();
  const auto sink = make_log_sink(env, LogFormat::kText, LogLevel::kWarning);
  const Log log(*sink);
  log.debug("one");
  log.info("two");
  log.warning("three");
  log.error("four", {{"k", "v"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "2027-01-15T08:00:00.000000Z warning three\n2027-01-15T08:00:00.000000Z error four k=\"v\"\n");
}

TEST(LogSink, braces_and_percent_signs_are_only_text) {
  support::StillEnv env;
  testing::internal::CaptureStderr();
  const auto sink = make_log_sink(env, LogFormat::kJson, LogLevel::kDebug);
  Log(*sink).info("{} %v %s {0}");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr(R"("msg":"{} %v %s {0}"})"));
}

}  // namespace
}  // namespace originpull::cli
