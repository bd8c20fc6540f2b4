// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubePattern` is a regular expression of a schema, made into a table of states before the first match, because the
// simulation validates far too often for std::regex: a match reads each character once and allocates nothing. It
// searches as Go's MatchString does: anywhere in the text, unless the pattern is anchored. It knows what schemas are
// written with (classes, groups, alternatives, repetition, anchors); characters beyond ASCII are matched by `.` and by
// negated classes only. A value that never changes, shared by any thread. What it does not know, or what grows beyond
// kMostStates, is no pattern.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::worlds {

class KubePattern {
 public:
  static constexpr std::size_t kMostStates = 4'000;
  static std::optional<KubePattern> compile(const std::string& text);

  bool matches(std::string_view) const;
  const std::string& text() const { return table_->text; }

 private:
  static constexpr std::size_t kSymbols = 129;  // ASCII, and one for all that is beyond
  struct State {
    std::array<std::uint16_t, kSymbols> next = {};
    bool accepts_here = false;    // whatever follows
    bool accepts_at_end = false;  // if nothing follows
  };
  struct Table {
    std::string text = {};
    std::vector<State> states = {};
  };
  friend class KubePatternCompiler;
  explicit KubePattern(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  std::shared_ptr<const Table> table_;
};

}  // namespace originpull::worlds
