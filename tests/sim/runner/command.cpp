// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/command.hpp"

#include <charconv>
#include <ostream>

#include "sim/runner/bases.hpp"
#include "sim/runner/campaign.hpp"
#include "sim/runner/workers.hpp"

namespace originpull::sim {
namespace {

constexpr const char* kHelp =
    R"(sim: the shipped operator, simulated in a simulated world

  --list                the base scenarios and the kinds of mishaps
  --explain RUN         the story of one run, such as rotation:F3@17:1 (base, mishaps or "none", seed)
  --exhaustive          single mishaps at every call of every base scenario; of a family with many kinds, one
  --whole               with it, and every kind where it draws one: of F9-F12, F17, F18 and F19 at each call
  --random              one run for each seed, with a base and up to two mishaps drawn from it
  --pairs N             also N pairs of F1-F6 per base and seed
  --scenario A,B        only these base scenarios
  --mishaps F1,F8       only these families
  --seeds 1,2 or 1-500  odd seeds: the processes stand for a Lease; even ones: there is no election (default 1)
  --slice I/N           the I-th of N equal parts (default 1/1)
  --jobs N              so many processes at once (default 1)
  --long-quiet          24 hours of quiet are lived through in each run
)";

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

bool read_number(std::string_view text, std::size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_seeds(const std::string& text, std::vector<std::uint64_t>& seeds) {
  seeds.clear();
  for (const std::string& part : split(text)) {
    std::size_t first = 0, last = 0;
    const auto dash = part.find('-');
    if (!read_number(part.substr(0, dash), first)) return false;
    last = first;
    if (dash != std::string::npos && !read_number(part.substr(dash + 1), last)) return false;
    for (std::size_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
  }
  return !seeds.empty();
}

bool read_slice(const std::string& text, Choice& choice) {
  const auto slash = text.find('/');
  if (slash == std::string::npos || !read_number(text.substr(0, slash), choice.slice)) return false;
  if (!read_number(text.substr(slash + 1), choice.slices)) return false;
  if (choice.slice < 1 || choice.slice > choice.slices) return false;
  --choice.slice;
  return true;
}

int list(std::ostream& out) {
  out << "Base scenarios\n";
  for (const Base& base : bases()) out << "  " << base.name << ": " << base.what << "\n";
  out << "\nMishaps\n";
  for (const MishapKind& kind : mishap_kinds()) {
    out << "  " << kind.name << ": " << kind.what;
    for (const std::int64_t value : kind.values)
      if (kind.values.size() > 1 || value != 0) out << (value == kind.values.front() ? " (" : ", ") << value;
    out << (kind.values.size() > 1 || kind.values.front() != 0 ? ")\n" : "\n");
  }
  return 0;
}

int explain(const std::string& text, bool long_quiet, std::ostream& out, std::ostream& err) {
  const auto id = read_run_id(text);
  if (!id || find_base(id->base) == nullptr) {
    err << (id ? "there is no base scenario " + id->base : describe(id.error())) << "\n";
    return 2;
  }
  Campaign campaign;
  const RunReport report = campaign.judge(*id, {.tells = true, .long_quiet = long_quiet, .stacks = true});
  out << report.story << "\nThe end:\n" << report.end << "\n";
  for (const auto& [what, count] : report.tally) out << "done: " << what << " x" << count << "\n";
  for (const std::string& what : report.broken) out << "BROKEN " << what << "\n";
  out << to_text(*id) << ": " << report.calls.size() << " calls, " << report.points << " scheduling points, "
      << report.switches << " switches, hash " << std::hex << report.hash << std::dec << "\n"
      << (report.broken.empty() ? "nothing is broken\n" : "");
  return report.broken.empty() ? 0 : 1;
}

struct Command {
  std::string explain = {};
  bool list = false, exhaustive = false, long_quiet = false;
  std::size_t jobs = 1;
  Choice choice = {};
};

bool read_value(const std::string& option, const std::string& value, Command& command) {
  if (option == "--explain") return command.explain = value, true;
  if (option == "--scenario") return command.choice.bases = split(value), true;
  if (option == "--mishaps") return command.choice.families = split(value), true;
  if (option == "--pairs") return read_number(value, command.choice.pairs);
  if (option == "--jobs") return read_number(value, command.jobs) && command.jobs > 0;
  if (option == "--seeds") return read_seeds(value, command.choice.seeds);
  if (option == "--slice") return read_slice(value, command.choice);
  return false;
}

}  // namespace

int run_command(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  Command command;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    if (option == "--list") {
      command.list = true;
    } else if (option == "--exhaustive") {
      command.exhaustive = true;
    } else if (option == "--whole") {
      command.choice.whole = true;
    } else if (option == "--random") {
      command.choice.random = true;
    } else if (option == "--long-quiet") {
      command.long_quiet = true;
    } else if (option == "--help") {
      out << kHelp;
      return 0;
    } else if (i + 1 == arguments.size() || !read_value(option, arguments[++i], command)) {
      err << "sim: what is \"" << option << "\"?\n\n" << kHelp;
      return 2;
    }
  }
  for (const std::string& name : command.choice.bases) {
    if (find_base(name) != nullptr) continue;
    err << "there is no base scenario " << name << "\n";
    return 2;
  }
  if (command.list) return list(out);
  if (!command.explain.empty()) return explain(command.explain, command.long_quiet, out, err);
  if (!command.exhaustive && !command.choice.random) command.choice.families = {"none"};
  return run_all(command.choice, {.long_quiet = command.long_quiet}, command.jobs, out) ? 0 : 1;
}

}  // namespace originpull::sim
