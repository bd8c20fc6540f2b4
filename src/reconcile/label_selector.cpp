// SPDX-License-Identifier: Apache-2.0
#include "reconcile/label_selector.hpp"

#include <algorithm>
#include <cctype>

namespace originpull::reconcile {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

bool is_label_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/';
  });
}

}  // namespace

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  LabelSelector selector;
  selector.text_ = std::string(text);
  while (!trimmed(text).empty()) {
    const auto comma = text.find(',');
    selector.requirements_.push_back(TRY(requirement(trimmed(text.substr(0, comma)))));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return selector;
}

Result<LabelSelector::Requirement> LabelSelector::requirement(std::string_view part) {
  const auto bad = [&] {
    return fail(ErrorKind::kInvalid, "read the label selector",
                "\"" + std::string(part) +
                    "\" is none of label=value, label!=value, label, !label; set-based selectors are not supported");
  };
  Requirement r{Kind::kExists, {}, {}};
  if (const auto differs = part.find("!="); differs != std::string_view::npos) {
    r = {Kind::kDiffers, std::string(trimmed(part.substr(0, differs))), std::string(trimmed(part.substr(differs + 2)))};
  } else if (const auto equals = part.find('='); equals != std::string_view::npos) {
    std::string_view value = part.substr(equals + 1);
    if (value.starts_with('=')) value.remove_prefix(1);
    r = {Kind::kEquals, std::string(trimmed(part.substr(0, equals))), std::string(trimmed(value))};
  } else if (part.starts_with('!')) {
    r = {Kind::kAbsent, std::string(trimmed(part.substr(1))), {}};
  } else {
    r.label = std::string(part);
  }
  if (r.label.empty() || !is_label_text(r.label) || !is_label_text(r.value)) return bad();
  return r;
}

bool LabelSelector::matches(const std::map<std::string, std::string>& labels) const {
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const Requirement& r) {
    const auto found = labels.find(r.label);
    const bool there = found != labels.end();
    switch (r.kind) {
      case Kind::kEquals: return there && found->second == r.value;
      case Kind::kDiffers: return !there || found->second != r.value;
      case Kind::kExists: return there;
      case Kind::kAbsent: return !there;
    }
    return false;
  });
}

}  // namespace originpull::reconcile
