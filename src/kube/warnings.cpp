// SPDX-License-Identifier: Apache-2.0
#include "kube/warnings.hpp"

#include <algorithm>

namespace originpull::kube {
namespace {

bool is_warning_header(std::string_view name) {
  static constexpr std::string_view kName = "warning";
  return std::ranges::equal(name, kName, [](char a, char b) { return (a | 0x20) == b; });
}

// Reads the quoted text that begins at `at`, which moves behind it.
std::string quoted(std::string_view value, std::size_t& at) {
  std::string text;
  for (++at; at < value.size() && value[at] != '"'; ++at) {
    if (value[at] == '\\' && at + 1 < value.size()) ++at;
    if (text.size() < 512) text += static_cast<unsigned char>(value[at]) < 0x20 ? ' ' : value[at];
  }
  ++at;
  return text;
}

}  // namespace

// warn-code SP warn-agent SP quoted-text [SP quoted-date], several separated by commas (RFC 7234 section 5.5).
std::vector<std::string> warning_texts(std::string_view value) {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t begin = value.find_first_not_of(" ,", at);
    if (begin == std::string_view::npos) break;
    at = value.find('"', begin);
    if (at == std::string_view::npos) break;
    const bool ours = value.substr(begin, 4) == "299 ";
    std::string text = quoted(value, at);
    if (ours && !text.empty()) texts.push_back(std::move(text));
    if (value.substr(std::min(at, value.size()), 2) == " \"") quoted(value, ++at);
  }
  return texts;
}

void Warnings::report(const net::Head& head, std::string_view attempted) {
  for (const auto& [name, value] : head.headers) {
    if (!is_warning_header(name)) continue;
    for (const std::string& text : warning_texts(value)) {
      const bool fresh = seen_.with([&](std::set<std::string>& seen) {
        if (seen.size() >= kRemembered) seen.clear();
        return seen.insert(text).second;
      });
      if (fresh) log_.warning("the API server warns", {{"warning", text}, {"attempted", std::string(attempted)}});
    }
  }
}

}  // namespace originpull::kube
