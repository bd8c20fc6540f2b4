// SPDX-License-Identifier: Apache-2.0
#include "bench/report.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <sstream>

namespace originpull::bench {
namespace {

// Ids are 32 hex digits, or a UUID; the query says only what is looked for.
std::string shape_of(const std::string& path) {
  std::istringstream parts(path.substr(0, path.find('?')));
  std::string shape;
  for (std::string part; std::getline(parts, part, '/');) {
    if (part.empty()) continue;
    const bool id = part.size() >= 32 && std::all_of(part.begin(), part.end(), [](char c) {
                      return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
                    });
    shape += "/" + (id ? std::string("{id}") : part);
  }
  const std::string prefix = "/client/v4";
  return shape.starts_with(prefix) ? shape.substr(prefix.size()) : shape;
}

}  // namespace

std::string with_digits(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string mebibytes(std::int64_t kib) { return with_digits(static_cast<double>(kib) / 1024, 1) + " MiB"; }
std::string milliseconds(Microseconds time) { return with_digits(static_cast<double>(time.count()) / 1e3, 2) + " ms"; }

Duration quantile(std::vector<Duration> times, double part) {
  std::sort(times.begin(), times.end());
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(times.size())));
  return times.at(std::max<std::size_t>(rank, 1) - 1);
}

void Report::add(const std::string& what, const std::string& measured, const Beside& beside) {
  rows_.push_back({.what = what, .measured = measured, .beside = beside});
  std::cerr << "bench: " << what << ": " << measured << std::endl;
}

void Report::add(const std::string& what, const Memory& memory, const Beside& beside) {
  add(what, mebibytes(memory.resident_kib) + " (" + mebibytes(memory.anonymous_kib) + " anonymous)", beside);
}

std::string Report::markdown() const {
  std::string text = "| Figure | Measured | Aim | Go controller-runtime (quoted) |\n|---|---|---|---|\n";
  for (const auto& row : rows_)
    text += "| " + row.what + " | " + row.measured + " | " + row.beside.aim + " | " + row.beside.go + " |\n";
  return text + "\nThe aims and the figures of Go are quoted (tests/bench/report.hpp), not measured here.\n";
}

std::string calls_by_kind(const std::vector<e2e::SimCall>& calls, double count) {
  std::map<std::string, int> kinds;
  for (const auto& call : calls) ++kinds[call.method + " " + shape_of(call.path)];
  std::string text;
  for (const auto& [kind, number] : kinds) text += "- " + with_digits(number / count, 2) + " " + kind + "\n";
  return text;
}

}  // namespace originpull::bench
