// SPDX-License-Identifier: Apache-2.0
#include "bench/options.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace originpull::bench {
namespace {

Failure invalid(std::string why) { return fail(ErrorKind::kInvalid, "read the arguments", std::move(why)); }

Result<int> read_number(const std::string& name, const std::string& text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number < 1 || number > 100'000)
    return invalid(name + " expects a whole number from 1 to 100000, not " + text);
  return number;
}

Result<void> check_sense(const Options& options) {
  if (options.program.empty()) return invalid("--operator is missing: the program to measure; see --help");
  if (options.updates >= options.many)
    return invalid("--updates must be fewer than --resources: each goes to a Secret of another resource");
  return {};
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, int*> numbers = {
      {"--resources", &options.many}, {"--secrets", &options.secrets}, {"--updates", &options.updates}};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (name == "--help") {
      options.help = true;
      return options;
    }
    if (name == "--quick") {
      options.few = 10;
      options.many = 50;
      options.secrets = 500;
      options.updates = 20;
      options.starts = 3;
      options.idle_seconds = 5;
      continue;
    }
    const auto number = numbers.find(name);
    if (number == numbers.end() && name != "--operator" && name != "--directory")
      return invalid("there is no " + name + "; see --help");
    if (++i == arguments.size()) return invalid(name + " expects a value; see --help");
    if (number != numbers.end())
      *number->second = TRY(read_number(name, arguments[i]));
    else
      (name == "--operator" ? options.program : options.directory) = arguments[i];
  }
  TRY(check_sense(options));
  options.few = std::min(options.few, options.many);
  return options;
}

}  // namespace originpull::bench
