// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/bug.hpp"

namespace originpull {
namespace {

class SilentSink final : public LogSink {
 public:
  bool wants(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  bug("a LogLevel outside its enumeration");
}

Log Log::silent() {
  static SilentSink sink;
  return Log(sink);
}

Log Log::with(std::string key, std::string value) const {
  Log more = *this;
  more.bound_.push_back({std::move(key), std::move(value)});
  return more;
}

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kDebug, message, fields);
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kInfo, message, fields);
}
void Log::warning(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kWarning, message, fields);
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kError, message, fields);
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  if (!sink_->wants(level)) return;
  std::vector<LogField> all = bound_;
  all.insert(all.end(), fields.begin(), fields.end());
  sink_->write(level, message, all);
}

}  // namespace originpull
