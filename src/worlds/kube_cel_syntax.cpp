// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_cel_syntax.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

namespace originpull::worlds {
namespace {

using Kind = CelNode::Kind;

struct Token {
  enum class Type { kEnd, kName, kNumber, kText, kSign } type = Type::kEnd;
  std::string text = {};  // of kText: what it stands for
  std::size_t column = 1;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Faults are thrown inside this file and caught by parse_cel, as every level of the grammar may meet one.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    Token token{.column = at_ + 1};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    const bool raw =
        (c == 'r' || c == 'R') && at_ + 1 < text_.size() && (text_[at_ + 1] == '\'' || text_[at_ + 1] == '"');
    if (raw || c == '\'' || c == '"') return quoted(token, raw);
    if ((c == 'b' || c == 'B') && at_ + 1 < text_.size() && (text_[at_ + 1] == '\'' || text_[at_ + 1] == '"'))
      throw CelFault{token.column, "the simulated API does not keep bytes"};
    if (is_letter(c)) return taken(token, Token::Type::kName, [](char x) { return is_letter(x) || is_digit(x); });
    if (is_digit(c)) return number(token);
    return sign(token);
  }

 private:
  template <class Fits>
  Token taken(Token token, Token::Type type, const Fits& fits) {
    const std::size_t from = at_;
    while (at_ < text_.size() && fits(text_[at_])) ++at_;
    token.type = type;
    token.text = text_.substr(from, at_ - from);
    return token;
  }

  Token number(Token token) {
    const std::size_t from = at_;
    const auto digits = [this] {
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    };
    digits();
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      digits();
    }
    token.type = Token::Type::kNumber;
    token.text = text_.substr(from, at_ - from);
    if (at_ < text_.size() && is_letter(text_[at_]))
      throw CelFault{token.column, "the simulated API does not keep hexadecimal and unsigned numbers"};
    return token;
  }

  Token sign(Token token) {
    token.type = Token::Type::kSign;
    for (const std::string_view two : {"==", "!=", "<=", ">=", "&&", "||"})
      if (text_.substr(at_).starts_with(two)) token.text = two;
    if (token.text.empty() && std::string_view("+-*/%<>!?:.,()[]{}").find(text_[at_]) != std::string_view::npos)
      token.text = text_[at_];
    if (token.text.empty())
      throw CelFault{at_ + 1, "Syntax error: token recognition error at: '" + std::string(1, text_[at_]) + "'"};
    at_ += token.text.size();
    return token;
  }

  Token quoted(Token token, bool raw) {
    token.type = Token::Type::kText;
    at_ += raw ? 1U : 0U;
    const std::string three(3, text_[at_]);
    const std::string end = text_.substr(at_).starts_with(three) ? three : std::string(1, text_[at_]);
    for (at_ += end.size(); !text_.substr(at_).starts_with(end);) {
      if (at_ >= text_.size()) throw CelFault{token.column, "Syntax error: token recognition error: an open string"};
      token.text += text_[at_] == '\\' && !raw ? escaped(token) : text_[at_++];
    }
    at_ += end.size();
    return token;
  }

  char escaped(const Token& token) {
    constexpr std::string_view kFrom = "abfnrtv\\'\"`?";
    constexpr std::string_view kTo = "\a\b\f\n\r\t\v\\'\"`?";
    const auto found = at_ + 1 < text_.size() ? kFrom.find(text_[at_ + 1]) : std::string_view::npos;
    if (found == std::string_view::npos)
      throw CelFault{token.column, "the simulated API does not keep escapes by number"};
    at_ += 2;
    return kTo[found];
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { step(); }

  CelNode whole() {
    CelNode node = choice();
    if (token_.type != Token::Type::kEnd)
      throw CelFault{token_.column, "Syntax error: extraneous input '" + token_.text + "' expecting <EOF>"};
    return node;
  }

 private:
  static constexpr int kMaxDepth = 60;
  static constexpr int kMaxLinks = 4'000;
  struct Level {
    Parser& parser;
    explicit Level(Parser& its) : parser(its) {
      if (++parser.depth_ > kMaxDepth) throw CelFault{parser.token_.column, "expression recursion limit exceeded"};
    }
    ~Level() { --parser.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
  };

  // Each link of a chain is a level of the tree, and chains within chains add up.
  void bound(int links) {
    if (links > kMaxDepth) throw CelFault{token_.column, "expression recursion limit exceeded"};
    if (++links_ > kMaxLinks)
      throw CelFault{token_.column, "the simulated API does not keep expressions of more than 4,000 links"};
  }
  void step() { token_ = lexer_.next(); }
  bool is(std::string_view sign) const { return token_.type == Token::Type::kSign && token_.text == sign; }
  bool take(std::string_view sign) {
    if (!is(sign)) return false;
    step();
    return true;
  }
  void need(std::string_view sign) {
    if (take(sign)) return;
    if (token_.type != Token::Type::kEnd) unexpected();
    throw CelFault{token_.column, "Syntax error: missing '" + std::string(sign) + "' at '<EOF>'"};
  }
  [[noreturn]] void unexpected() const {
    const std::string shown = token_.type == Token::Type::kEnd ? "<EOF>" : token_.text;
    throw CelFault{token_.column, "Syntax error: mismatched input '" + shown +
                                      "' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, "
                                      "NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"};
  }

  static CelNode call(std::string name, std::size_t column, std::vector<CelNode> parts) {
    return {.kind = Kind::kCall, .name = std::move(name), .parts = std::move(parts), .column = column};
  }
  // Takes the operator there, if it is one of these; gives cel-go's name for it.
  std::optional<std::string> operation(std::initializer_list<std::string_view> signs) {
    for (const std::string_view sign : signs) {
      const bool word = sign == "in" && token_.type == Token::Type::kName && token_.text == "in";
      if (word || is(sign)) return word ? "@in" : "_" + std::string(sign) + "_";
    }
    return std::nullopt;
  }
  template <class Next>
  CelNode chain(std::initializer_list<std::string_view> signs, const Next& next) {
    CelNode left = next();
    for (int links = 0; const auto name = operation(signs); ++links) {
      bound(links);
      const std::size_t column = token_.column;
      step();
      CelNode right = next();
      std::vector<CelNode> both;
      both.push_back(std::move(left));
      both.push_back(std::move(right));
      left = call(*name, column, std::move(both));
    }
    return left;
  }

  CelNode choice() {
    const Level level(*this);
    CelNode node = chain({"||"}, [this] { return chain({"&&"}, [this] { return relation(); }); });
    if (!is("?")) return node;
    const std::size_t column = token_.column;
    step();
    std::vector<CelNode> parts;
    parts.push_back(std::move(node));
    parts.push_back(choice());
    need(":");
    parts.push_back(choice());
    return call("_?_:_", column, std::move(parts));
  }
  CelNode relation() {
    return chain({"==", "!=", "<=", ">=", "<", ">", "in"}, [this] {
      return chain({"+", "-"}, [this] { return chain({"*", "/", "%"}, [this] { return unary(); }); });
    });
  }
  CelNode unary() {
    const Level level(*this);
    const std::size_t column = token_.column;
    for (const char* sign : {"!", "-"}) {
      if (!take(sign)) continue;
      std::vector<CelNode> one;
      one.push_back(unary());
      if (sign[0] == '-' && one[0].kind == Kind::kLiteral) {
        if (auto* whole = std::get_if<std::int64_t>(&one[0].value)) *whole = -*whole;
        if (auto* fraction = std::get_if<double>(&one[0].value)) *fraction = -*fraction;
        return std::move(one[0]);
      }
      return call(std::string(sign) + "_", column, std::move(one));
    }
    return member();
  }

  std::vector<CelNode> list_until(std::string_view end) {
    std::vector<CelNode> parts;
    while (!take(end)) {
      parts.push_back(choice());
      if (!is(end)) need(",");
    }
    return parts;
  }

  CelNode member() {
    CelNode node = primary();
    for (int links = 0;; ++links) {
      bound(links);
      const std::size_t column = token_.column;
      if (take("[")) {
        CelNode index{.kind = Kind::kIndex, .column = column};
        index.parts.push_back(std::move(node));
        index.parts.push_back(choice());
        need("]");
        node = std::move(index);
      } else if (take(".")) {
        if (token_.type != Token::Type::kName) unexpected();
        std::string name = token_.text;
        step();
        const std::size_t bracket = token_.column;
        if (take("(")) {
          node = method(std::move(node), std::move(name), bracket);
        } else {
          CelNode field{.kind = Kind::kField, .name = std::move(name), .column = column};
          field.parts.push_back(std::move(node));
          node = std::move(field);
        }
      } else {
        return node;
      }
    }
  }

  static bool is_macro(std::string_view name, std::size_t arguments) {
    if (name == "map") return arguments == 2 || arguments == 3;
    return arguments == 2 && (name == "all" || name == "exists" || name == "exists_one" || name == "filter");
  }
  CelNode method(CelNode target, std::string name, std::size_t column) {
    CelNode node{.kind = Kind::kCall, .name = std::move(name), .method = true, .column = column};
    std::vector<CelNode> arguments = list_until(")");
    node.parts.push_back(std::move(target));
    auto first = arguments.begin();
    if (is_macro(node.name, arguments.size())) {
      if (first->kind != Kind::kName) throw CelFault{first->column, "argument must be a simple name"};
      node.kind = Kind::kForEach;
      node.variable = first->name;
      ++first;
    } else if (arguments.size() == 3 && is_macro(node.name, 2)) {
      throw CelFault{column, "the simulated API does not keep macros of two variables"};
    }
    std::move(first, arguments.end(), std::back_inserter(node.parts));
    return node;
  }

  CelNode primary() {
    const Token token = token_;
    if (take("(")) {
      CelNode node = choice();
      need(")");
      return node;
    }
    if (take("[")) return {.kind = Kind::kList, .parts = list_until("]"), .column = token.column};
    if (take("{")) return map(token.column);
    if (token.type == Token::Type::kText) {
      step();
      return {.value = token.text, .column = token.column};
    }
    if (token.type == Token::Type::kNumber) return number(token);
    if (token.type == Token::Type::kName) return name(token);
    unexpected();
  }

  CelNode map(std::size_t column) {
    CelNode node{.kind = Kind::kMap, .column = column};
    while (!take("}")) {
      node.parts.push_back(choice());
      need(":");
      node.parts.push_back(choice());
      if (!is("}")) need(",");
    }
    return node;
  }

  CelNode number(const Token& token) {
    step();
    CelNode node{.column = token.column};
    std::int64_t whole = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, whole);
    if (read.ec == std::errc() && read.ptr == end) {
      node.value = whole;
    } else if (token.text.find_first_of(".eE") == std::string::npos) {
      throw CelFault{token.column, "invalid int literal"};
    } else {
      double fraction = 0;
      std::from_chars(token.text.data(), end, fraction);
      node.value = fraction;
    }
    return node;
  }

  CelNode name(const Token& token) {
    step();
    if (token.text == "true" || token.text == "false") return {.value = token.text == "true", .column = token.column};
    if (token.text == "null") return {.column = token.column};
    if (token.text == "in") unexpected();
    const std::size_t bracket = token_.column;
    if (!take("(")) return {.kind = Kind::kName, .name = token.text, .column = token.column};
    CelNode node = call(token.text, bracket, list_until(")"));
    if (node.name != "has") return node;
    if (node.parts.size() != 1 || node.parts[0].kind != Kind::kField)
      throw CelFault{node.parts.empty() ? bracket : node.parts[0].column, "invalid argument to has() macro"};
    CelNode field = std::move(node.parts[0]);
    field.kind = Kind::kHas;
    return field;
  }

  Lexer lexer_;
  Token token_ = {};
  int depth_ = 0;
  int links_ = 0;
};

}  // namespace

tl::expected<CelNode, CelFault> parse_cel(std::string_view text) {
  try {
    return Parser(text).whole();
  } catch (const CelFault& fault) {
    return tl::unexpected<CelFault>(fault);
  }
}

bool mentions(const CelNode& node, std::string_view name) {
  if (node.kind == Kind::kName && node.name == name) return true;
  return std::ranges::any_of(node.parts, [&](const CelNode& part) { return mentions(part, name); });
}

}  // namespace originpull::worlds
