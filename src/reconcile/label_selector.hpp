// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LabelSelector` is `--secret-selector` on our side: the watch gives the text to the API server, and a live
// read of one Secret, which has no selector, is checked here. Equality-based only ("a=b", "a!=b", "a", "!a",
// joined by commas); a set-based one is refused at the start with a sentence, so that both sides always agree.
// Pure values. kInvalid.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace originpull::reconcile {

class LabelSelector {
 public:
  LabelSelector() = default;  // matches everything
  static Result<LabelSelector> parse(std::string_view text);
  bool matches(const std::map<std::string, std::string>& labels) const;
  const std::string& text() const { return text_; }

 private:
  enum class Kind { kEquals, kDiffers, kExists, kAbsent };
  struct Requirement {
    Kind kind;
    std::string label;
    std::string value = {};
  };
  static Result<Requirement> requirement(std::string_view part);

  std::string text_;
  std::vector<Requirement> requirements_;
};

}  // namespace originpull::reconcile
