// SPDX-License-Identifier: Apache-2.0
#include "planted/record.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/bug.hpp"
#include "planted/catalogue.hpp"

namespace originpull::planted {
namespace {

constexpr std::size_t kLongest = 160;  // of a sentence in the record

constexpr std::string_view kHead =
    "<!-- Written by `planted_test --table`; do not edit. -->\n"
    "# Planted bugs\n"
    "\n"
    "The oracles of the simulation are tested, too: each of these bugs is a patch to the shipped sources\n"
    "(`tests/planted/NN-name.patch`), written by somebody who had not read the oracles, and each has to be caught. "
    "One\n"
    "program, `planted_test`, holds them all; one is chosen at run time, and with none chosen the same histories are\n"
    "clean. `planted_test --try NN` looks for a history that catches bug NN, `tests/planted/hunt` does so for all and\n"
    "writes the record that this page is made of. (53 was mended afterwards: as written it did nothing, because a "
    "list\n"
    "that breaks off after its metadata is no JSON and fails anyhow.)\n";

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<') out += '\\';
    out += c == '\n' || c == '\t' ? ' ' : c;
  }
  return out;
}

std::string padded(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

Record read_record(std::string_view text) {
  Record record;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> parts;
    std::istringstream fields(line);
    for (std::string part; std::getline(fields, part, '\t');) parts.push_back(std::move(part));
    check(parts.size() == 5, "a line of the record of planted bugs has not five fields");
    record[std::stoi(parts[0])] = {{parts[1], parts[2], std::stoull(parts[3])}, parts[4]};
  }
  return record;
}

std::string line_of(int number, const Caught& caught) {
  std::string says = caught.says.substr(0, std::min(caught.says.find('\n'), kLongest));
  std::replace(says.begin(), says.end(), '\t', ' ');
  return padded(number) + "\t" + caught.by.scenario + "\t" + caught.by.fault + "\t" + std::to_string(caught.by.seed) +
         "\t" + says;
}

std::string table(const Record& record) {
  std::string page(kHead);
  page += "\n" + std::to_string(record.size()) + " of " + std::to_string(catalogue().size()) + " are caught.\n\n";
  page += "| Bug | What it is | It breaks | It shows in | Caught by | scenario:fault:seed |\n";
  page += "|---|---|---|---|---|---|\n";
  for (const Bug& bug : catalogue()) {
    const auto found = record.find(bug.number);
    const std::string says = found == record.end() ? "not yet" : cell(found->second.says);
    const std::string by = found == record.end() ? "" : "`" + to_text(found->second.by) + "`";
    page += "| " + padded(bug.number) + " " + cell(bug.name) + " | " + cell(bug.what) + " | " + cell(bug.breaks) +
            " | " + cell(bug.shows) + " | " + says + " | " + by + " |\n";
  }
  return page;
}

}  // namespace originpull::planted
