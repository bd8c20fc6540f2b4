// SPDX-License-Identifier: Apache-2.0
#include "cli/log_sink.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/rfc3339.hpp"
#include "json/writer.hpp"

namespace originpull::cli {
namespace {

class SpdlogSink final : public LogSink {
 public:
  SpdlogSink(env::Env& env, LogFormat format, LogLevel threshold)
      : env_(env),
        format_(format),
        threshold_(threshold),
        logger_("operator", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.flush_on(spdlog::level::info);
  }

  bool wants(LogLevel level) const override { return level >= threshold_; }

  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override {
    const Wall now = env_.wall();
    const std::string line =
        format_ == LogFormat::kJson ? json_line(now, level, message, fields) : text_line(now, level, message, fields);
    logger_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  env::Env& env_;
  LogFormat format_;
  LogLevel threshold_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<LogSink> make_log_sink(env::Env& env, LogFormat format, LogLevel threshold) {
  return std::make_unique<SpdlogSink>(env, format, threshold);
}

std::string json_line(Wall wall, LogLevel level, std::string_view message, std::span<const LogField> fields) {
  json::Writer w;
  w.begin_object().field("time", format_rfc3339_micros(wall)).field("level", to_string(level)).field("msg", message);
  for (const LogField& f : fields) w.field(f.key, f.value);
  return w.end_object().take();
}

std::string text_line(Wall wall, LogLevel level, std::string_view message, std::span<const LogField> fields) {
  std::string line = format_rfc3339_micros(wall) + " " + std::string(to_string(level)) + " " + std::string(message);
  for (const LogField& f : fields) line += " " + f.key + "=" + json::quote(f.value);
  return line;
}

}  // namespace originpull::cli
