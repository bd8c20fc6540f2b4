// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/base64.hpp"
#include "json/json.hpp"
#include "json/writer.hpp"

namespace originpull::cli {
namespace {

constexpr std::size_t kMaxNodes = 200'000;  // after aliases
constexpr int kMaxDepth = 64;

struct Fault {
  int line;  // from 0
  std::string what;
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A plain scalar as JSON; empty: it is a string.
std::string plain_boolean(std::string_view word) {
  if (is_one_of(word, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return "true";
  if (is_one_of(word, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) return "false";
  return {};
}

bool is_plain_null(std::string_view word) { return is_one_of(word, {"", "~", "null", "Null", "NULL"}); }

// As Go's strconv.ParseInt with base 0: the prefix says the base.
template <class Integer>
std::optional<Integer> whole_number(std::string_view digits, bool negative) {
  int base = 10;
  const auto prefix = [&](std::string_view lower, std::string_view upper, int its_base) {
    if (!digits.starts_with(lower) && !digits.starts_with(upper)) return;
    digits.remove_prefix(lower.size());
    base = its_base;
  };
  if (digits.size() > 1 && digits[0] == '0') {
    prefix("0x", "0X", 16);
    if (base == 10) prefix("0b", "0B", 2);
    if (base == 10) prefix("0o", "0O", 8);
    if (base == 10) prefix("0", "0", 8);
  }
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  const std::string text = (negative ? "-" : "") + std::string(digits);
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t count_digits(std::string_view text) { return std::min(text.find_first_not_of("0123456789"), text.size()); }

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_a_fraction(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t before = count_digits(text);
  text.remove_prefix(before);
  std::size_t after = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    after = count_digits(text);
    text.remove_prefix(after);
  }
  if (before == 0 && after == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

std::string fraction(std::string text) {
  if (text.starts_with('+')) text.erase(0, 1);
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return {};
  std::array<char, 32> shortest{};
  const auto done = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value);
  return {shortest.data(), done.ptr};
}

std::string plain_number(std::string_view word) {
  if (word.empty() || std::string_view("+-.0123456789").find(word[0]) == std::string_view::npos) return {};
  std::string text(word);
  std::erase(text, '_');
  const bool sign = text.starts_with('-') || text.starts_with('+');
  const bool negative = text.starts_with('-');
  const std::string_view digits = std::string_view(text).substr(sign ? 1 : 0);
  if (const auto value = whole_number<std::int64_t>(digits, negative)) return std::to_string(*value);
  if (const auto value = whole_number<std::uint64_t>(digits, false); value && !negative) return std::to_string(*value);
  return looks_like_a_fraction(text) ? fraction(std::move(text)) : std::string();
}

class Converter {
 public:
  std::string convert(const YAML::Node& document) {
    value(document, 0);
    return writer_.take();
  }

 private:
  using Fields = std::map<std::string, YAML::Node>;

  static int line_of(const YAML::Node& node) { return std::max(0, node.Mark().line); }

  void count(const YAML::Node& node) {
    if (++nodes_ > kMaxNodes) throw Fault{line_of(node), "aliases make more of this than 200,000 values"};
  }

  void value(const YAML::Node& node, int depth) {
    count(node);
    if (depth > kMaxDepth) throw Fault{line_of(node), "nested more than 64 deep"};
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null: writer_.null(); return;
      case YAML::NodeType::Scalar: scalar(node); return;
      case YAML::NodeType::Sequence:
        writer_.begin_array();
        for (const YAML::Node& item : node) value(item, depth + 1);
        writer_.end_array();
        return;
      case YAML::NodeType::Map:
        writer_.begin_object();
        for (const auto& [key, child] : fields_of(node, 0)) {
          writer_.key(key);
          value(child, depth + 1);
        }
        writer_.end_object();
        return;
    }
  }

  void scalar(const YAML::Node& node) {
    const std::string& tag = node.Tag();
    const std::string& text = node.Scalar();
    if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      writer_.string(text);
    } else if (tag == "tag:yaml.org,2002:binary") {
      const auto bytes = decode_base64(text);
      if (!bytes) throw Fault{line_of(node), "!!binary wants base64"};
      writer_.string(*bytes);
    } else {
      plain(node, text);
    }
  }

  void plain(const YAML::Node& node, const std::string& text) {
    if (is_plain_null(text)) {
      writer_.null();
    } else if (const std::string truth = plain_boolean(text); !truth.empty()) {
      writer_.raw(truth);
    } else if (const std::string number = plain_number(text); !number.empty()) {
      writer_.raw(number);
    } else if (is_one_of(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
                                "-.Inf", "-.INF"})) {
      throw Fault{line_of(node), "a number that JSON does not have: quote it if it is a text"};
    } else {
      writer_.string(text);
    }
  }

  static std::string key_of(const YAML::Node& key) {
    if (!key.IsScalar()) throw Fault{line_of(key), "a key is a map, a list or null; it must be a word"};
    if (key.Tag() == "!") return key.Scalar();
    const std::string& text = key.Scalar();
    if (const std::string truth = plain_boolean(text); !truth.empty()) return truth;
    const std::string number = plain_number(text);
    return number.empty() ? text : number;
  }

  // With what `<<` merges; what stands in the map itself wins.
  Fields fields_of(const YAML::Node& map, int merges) {
    if (merges > kMaxDepth) throw Fault{line_of(map), "merged more than 64 deep"};
    Fields own;
    Fields merged;
    for (const auto& entry : map) {
      if (merges > 0) count(map);
      if (entry.first.IsScalar() && entry.first.Tag() != "!" && entry.first.Scalar() == "<<") {
        merge(entry.second, merges, merged);
        continue;
      }
      const std::string key = key_of(entry.first);
      if (!own.emplace(key, entry.second).second)
        throw Fault{line_of(entry.first), "the key \"" + key + "\" is given twice: remove one"};
    }
    own.insert(merged.begin(), merged.end());
    return own;
  }

  void merge(const YAML::Node& what, int merges, Fields& into) {
    count(what);
    if (what.IsSequence()) {
      for (const YAML::Node& one : what) merge(one, merges + 1, into);
    } else if (what.IsMap()) {
      const Fields more = fields_of(what, merges + 1);
      into.insert(more.begin(), more.end());
    } else {
      throw Fault{line_of(what), "<< wants a map, or a list of maps"};
    }
  }

  json::Writer writer_;
  std::size_t nodes_ = 0;
};

Failure refuse(const std::string& file, int line, const std::string& what) {
  return fail(ErrorKind::kInvalid, "read " + file + ":" + std::to_string(line + 1), what);
}

// Tabs and escapes of JSON are not all YAML.
bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

Result<std::vector<ManifestDocument>> documents_of(std::string_view text, const std::string& file) {
  if (is_json(text) && json::parse(text)) return std::vector<ManifestDocument>{{.json = std::string(text)}};
  try {
    std::vector<ManifestDocument> documents;
    for (const YAML::Node& document : YAML::LoadAll(std::string(text))) {
      const int line = std::max(0, document.Mark().line);
      documents.push_back({.json = Converter().convert(document), .line = static_cast<unsigned>(line) + 1});
    }
    return documents;
  } catch (const YAML::Exception& error) {
    // Its text never quotes the document's values, but for the name of an alias.
    return refuse(file, std::max(0, error.mark.line), "this is no YAML: " + error.msg);
  } catch (const Fault& fault) {
    return refuse(file, fault.line, fault.what);
  }
}

Result<std::string> body_of(std::string_view yaml) {
  auto documents = TRY(documents_of(yaml, "the body"));
  if (documents.size() != 1) return refuse("the body", 0, "it must be one document");
  return std::move(documents.front().json);
}

}  // namespace originpull::cli
