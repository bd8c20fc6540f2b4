// SPDX-License-Identifier: Apache-2.0
#pragma once
// The program's LogSink, on spdlog: one line per entry on standard error, as JSON or as text, in the
// order in which it was written. spdlog stays behind the .cpp and is given the Env's time, so that
// simulated logs are reproducible. Thread-safe; `env` outlives it. Cannot fail: a line that cannot be
// written is lost.
#include <memory>

#include "base/log.hpp"
#include "cli/options.hpp"
#include "env/env.hpp"

namespace originpull::cli {

std::unique_ptr<LogSink> make_log_sink(env::Env& env, LogFormat format, LogLevel threshold);

// One entry as a line, without the line break. `wall` becomes RFC 3339 with fractions.
std::string json_line(Wall wall, LogLevel level, std::string_view message, std::span<const LogField> fields);
std::string text_line(Wall wall, LogLevel level, std::string_view message, std::span<const LogField> fields);

}  // namespace originpull::cli
