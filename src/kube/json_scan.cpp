// SPDX-License-Identifier: Apache-2.0
#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool skip(char wanted) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  // The inside of a string, quotes not included.
  std::optional<std::string_view> string() {
    if (!skip('"')) return {};
    const std::size_t begin = at_;
    for (;;) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) return {};
      if (text_[at_] == '"') return text_.substr(begin, at_++ - begin);
      at_ += 2;  // an escape and what it escapes
    }
  }

  // Any value, whole.
  std::optional<std::string_view> value() {
    blanks();
    const std::size_t begin = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!string()) return {};
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || kBlank.find(c) != std::string_view::npos)) {
        break;  // the end of a number or a word
      } else {
        ++at_;
        if (c == '}' || c == ']') --depth;
      }
      if (depth == 0 && (c == '"' || c == '}' || c == ']')) break;
    }
    if (depth != 0 || at_ == begin) return {};
    return text_.substr(begin, at_ - begin);
  }

 private:
  void blanks() {
    const std::size_t next = text_.find_first_not_of(kBlank, at_);
    at_ = next == std::string_view::npos ? text_.size() : next;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::string_view> member(std::string_view json, std::string_view key) {
  Scanner scanner(json);
  if (!scanner.skip('{') || scanner.skip('}')) return {};
  std::optional<std::string_view> found;
  do {
    const auto name = scanner.string();
    if (!name || !scanner.skip(':')) return {};
    const auto value = scanner.value();
    if (!value) return {};
    if (*name == key) found = value;
  } while (scanner.skip(','));
  return scanner.skip('}') ? found : std::nullopt;
}

std::optional<std::string_view> plain_string_member(std::string_view json, std::string_view key) {
  const auto value = member(json, key);
  if (!value || value->size() < 2 || value->front() != '"' || value->find('\\') != std::string_view::npos) return {};
  return value->substr(1, value->size() - 2);
}

}  // namespace originpull::kube
