// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LogLines` keeps what the code under test logs, for the laws about logging: what is told, how often, and that no
// secret is. One line of text for each call. Owned by the test, which outlives the Logs made from it; for tests of one
// thread. Cannot fail.
// It is a header only, because nothing else needs it.
#include <algorithm>
#include <string>
#include <vector>

#include "base/log.hpp"

namespace originpull::kube {

class LogLines final : public LogSink {
 public:
  bool wants(LogLevel) const override { return true; }
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override {
    std::string line = std::string(to_string(level)) + " " + std::string(message);
    for (const LogField& field : fields) line += " " + field.key + "=" + field.value;
    if (level == LogLevel::kWarning) ++warnings_;
    lines_.push_back(std::move(line));
  }
  std::size_t warnings() const { return warnings_; }
  bool has(std::string_view text) const {
    return std::ranges::any_of(lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

 private:
  std::vector<std::string> lines_;
  std::size_t warnings_ = 0;
};

}  // namespace originpull::kube
