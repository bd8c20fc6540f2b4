// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_names.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kAlnum = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool has(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

bool made_of(std::string_view text, std::string_view set, std::string_view more = {}) {
  return std::ranges::all_of(text, [&](char c) { return has(set, c) || has(more, c); });
}

bool framed(std::string_view text, std::string_view ends, std::string_view inner) {
  return !text.empty() && has(ends, text.front()) && has(ends, text.back()) && made_of(text, ends, inner);
}

bool is_subdomain(std::string_view name) {
  for (;;) {
    const auto dot = name.find('.');
    if (!framed(name.substr(0, dot), kLower, "-")) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::string too_long(std::size_t limit) { return "must be no more than " + std::to_string(limit) + " bytes"; }

constexpr const char* kSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr const char* kNamePart =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

}  // namespace

std::string wrong_with_subdomain(std::string_view name) {
  if (name.size() > 253) return too_long(253);
  return is_subdomain(name) ? "" : kSubdomain;
}

std::string wrong_with_label_name(std::string_view name) {
  if (name.size() > 63) return too_long(63);
  if (framed(name, kLower, "-")) return {};
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
         "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
         "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

std::string wrong_with_path_segment(std::string_view name) {
  if (name == ".") return "may not be '.'";
  if (name == "..") return "may not be '..'";
  if (has(name, '/')) return "may not contain '/'";
  if (has(name, '%')) return "may not contain '%'";
  return {};
}

std::vector<std::string> wrong_with_qualified_name(std::string_view name) {
  std::vector<std::string> faults;
  const auto slash = name.find('/');
  std::string_view part = name;
  if (slash != std::string_view::npos) {
    const std::string_view prefix = name.substr(0, slash);
    part = name.substr(slash + 1);
    if (has(part, '/')) {
      return {
          "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
          "an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
          "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
          "'example.com/MyName')"};
    }
    if (prefix.empty()) {
      faults.emplace_back("prefix part must be non-empty");
    } else if (const std::string wrong = wrong_with_subdomain(prefix); !wrong.empty()) {
      faults.push_back("prefix part " + wrong);
    }
  }
  if (part.empty()) {
    faults.emplace_back("name part must be non-empty");
  } else if (part.size() > 63) {
    faults.push_back("name part " + too_long(63));
  }
  if (!framed(part, kAlnum, "-_.")) faults.emplace_back(kNamePart);
  return faults;
}

std::vector<std::string> wrong_with_label_value(std::string_view value) {
  std::vector<std::string> faults;
  if (value.size() > 63) faults.push_back(too_long(63));
  if (!value.empty() && !framed(value, kAlnum, "-_.")) {
    faults.emplace_back(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
        "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
        "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
  }
  return faults;
}

std::vector<std::string> wrong_with_config_key(std::string_view key) {
  std::vector<std::string> faults;
  if (key.size() > 253) faults.push_back(too_long(253));
  if (key.empty() || !made_of(key, kAlnum, "-_.")) {
    faults.emplace_back(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME', "
        " or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
  }
  if (key == ".") {
    faults.emplace_back("must not be '.'");
  } else if (key == "..") {
    faults.emplace_back("must not be '..'");
  } else if (key.starts_with("..")) {
    faults.emplace_back("must not start with '..'");
  }
  return faults;
}

}  // namespace originpull::worlds
