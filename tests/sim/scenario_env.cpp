// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_env.hpp"

namespace originpull::sim {

void ScenarioLog::write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
  std::string line = std::string(to_string(level)) + " " + std::string(message);
  for (const LogField& field : fields) line += " " + field.key + "=" + field.value;
  if (ear_) ear_(line);
  write(line);
}

void ScenarioLog::write(const std::string& line) {
  env_.note(line);
  if (most_ == 0) return;
  // A log line may come from under a Monitor, where the time cannot be asked for.
  const std::string at = env::held_monitors() == 0 ? std::to_string((env_.now() - start_).count()) : "?";
  const std::lock_guard lock(mutex_);
  lines_.push_back(at + " ms [" + env::thread_name() + "] " + line);
  if (lines_.size() > most_) lines_.pop_front();
}

std::string ScenarioLog::text() const {
  const std::lock_guard lock(mutex_);
  std::string all;
  for (const std::string& line : lines_) all += line + "\n";
  return all;
}

}  // namespace originpull::sim
