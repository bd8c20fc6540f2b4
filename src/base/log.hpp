// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Log` is what every room logs through: a level, a sentence and named values. It is a small value that carries its own
// bound fields and points to one `LogSink`, which the program makes (cli) or a test replaces; the sink alone knows the
// form (JSON or text) and the time. Sinks are thread-safe. Cannot fail; a secret has no overload here.
// A Log is copied freely and owns nothing: the sink outlives every Log that points to it.
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace originpull {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
std::string_view to_string(LogLevel);

struct LogField {
  std::string key;
  std::string value;
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual bool wants(LogLevel) const = 0;
  virtual void write(LogLevel, std::string_view message, std::span<const LogField>) = 0;
};

class Log {
 public:
  explicit Log(LogSink& sink) : sink_(&sink) {}
  static Log silent();  // writes nowhere

  // The same log with one more field on every line.
  Log with(std::string key, std::string value) const;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  void write(LogLevel, std::string_view message, std::initializer_list<LogField>) const;

  LogSink* sink_;
  std::vector<LogField> bound_ = {};
};

}  // namespace originpull
