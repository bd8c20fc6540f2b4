// SPDX-License-Identifier: Apache-2.0
// The Log against a sink that keeps what it was given: bound fields come first, levels are the sink's to refuse.
#include "base/log.hpp"

#include <gtest/gtest.h>

namespace originpull {
namespace {

class Kept final : public LogSink {
 public:
  explicit Kept(LogLevel threshold = LogLevel::kDebug) : threshold_(threshold) {}
  bool wants(LogLevel level) const override { return level >= threshold_; }
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override {
    std::string line = std::string(to_string(level)) + " " + std::string(message);
    for (const LogField& f : fields) line += " " + f.key + "=" + f.value;
    lines.push_back(line);
  }
  std::vector<std::string> lines;

 private:
  LogLevel threshold_;
};

TEST(Log, says_level_sentence_and_fields_with_the_bound_ones_first) {
  Kept sink;
  const Log log(sink);
  log.with("zone", "z").with("resource", "a/b").warning("it drifted", {{"by", "somebody"}});
  log.info("plain");
  EXPECT_EQ(sink.lines, (std::vector<std::string>{"warning it drifted zone=z resource=a/b by=somebody", "info plain"}));
}

TEST(Log, writes_nothing_that_the_sink_does_not_want) {
  Kept sink(LogLevel::kWarning);
  const Log log(sink);
  log.debug("a");
  log.info("b");
  log.warning("c");
  log.error("d");
  EXPECT_EQ(sink.lines, (std::vector<std::string>{"warning c", "error d"}));
}

TEST(Log, a_silent_one_takes_everything) {
  const Log log = Log::silent().with("a", "b");
  log.error("nobody hears it");
}

}  // namespace
}  // namespace originpull
