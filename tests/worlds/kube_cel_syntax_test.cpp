// SPDX-License-Identifier: Apache-2.0
// Rules in CEL as trees: what binds to what, what is refused and where, and words in an order that chance gave.
#include "worlds/kube_cel_syntax.hpp"

#include <gtest/gtest.h>

#include <random>

namespace originpull::worlds {
namespace {

// The tree in brackets, which show what binds to what.
std::string tree(const CelNode& node) {
  std::string text = node.kind == CelNode::Kind::kLiteral && std::holds_alternative<std::int64_t>(node.value)
                         ? std::to_string(std::get<std::int64_t>(node.value))
                     : std::holds_alternative<std::string>(node.value) ? "'" + std::get<std::string>(node.value) + "'"
                                                                       : node.name;
  if (node.kind == CelNode::Kind::kHas) text = "has " + text;
  if (node.kind == CelNode::Kind::kIndex) text = "[]";
  if (node.kind == CelNode::Kind::kForEach) text += " " + node.variable;
  if (node.parts.empty()) return text;
  text = "(" + text;
  for (const CelNode& part : node.parts) text += " " + tree(part);
  return text + ")";
}
std::string read(std::string_view text) {
  const auto node = parse_cel(text);
  return node ? tree(*node) : std::to_string(node.error().column) + ": " + node.error().what.substr(0, 51);
}

TEST(KubeCelSyntax, operators_bind_as_in_cel) {
  EXPECT_EQ(read("a || b && c == d + e * f"), "(_||_ a (_&&_ b (_==_ c (_+_ d (_*_ e f)))))");
  EXPECT_EQ(read("a - b - c"), "(_-_ (_-_ a b) c)");
  EXPECT_EQ(read("!a.b ? -c : d[1] in [2, x]"), "(_?_:_ (!_ (b a)) (-_ c) (@in ([] d 1) ( 2 x)))");
  EXPECT_EQ(read("(a || b) && c"), "(_&&_ (_||_ a b) c)");
  EXPECT_EQ(read("-5"), "-5");
}

TEST(KubeCelSyntax, calls_macros_and_texts_are_read) {
  EXPECT_EQ(read("self.a.all(x, x.size() <= size(self.b))"), "(all x (a self) (_<=_ (size x) (size (b self))))");
  EXPECT_EQ(read("has(self.a.b)"), "(has b (a self))");
  EXPECT_EQ(read("l.map(x, x > 1, x + 1)"), "(map x l (_>_ x 1) (_+_ x 1))");
  EXPECT_EQ(read(R"('it\'s' + "a\n" + r'\d')"), "(_+_ (_+_ 'it's' 'a\n') '\\d')");
  EXPECT_EQ(read("{'a': 1}"), "( 'a' 1)");
}

TEST(KubeCelSyntax, faults_have_the_column_and_words_of_the_real_server) {
  EXPECT_EQ(read("self =="), "8: Syntax error: mismatched input '<EOF>' expecting {'");
  EXPECT_EQ(read("self.a.size() > 1 && "), "22: Syntax error: mismatched input '<EOF>' expecting {'");
  EXPECT_EQ(read("a b"), "3: Syntax error: extraneous input 'b' expecting <EOF>");
  EXPECT_EQ(read("(self.a"), "8: Syntax error: missing ')' at '<EOF>'");
  EXPECT_EQ(read("a # b"), "3: Syntax error: token recognition error at: '#'");
  EXPECT_EQ(read("'a"), "1: Syntax error: token recognition error: an open stri");
  EXPECT_EQ(read("has(a)"), "5: invalid argument to has() macro");
  EXPECT_EQ(read("l.all(1, true)"), "7: argument must be a simple name");
  EXPECT_EQ(read("12345678901234567890"), "1: invalid int literal");
  EXPECT_EQ(read(std::string(10'000, '(')), "31: expression recursion limit exceeded");
  EXPECT_EQ(read(std::string(10'000, '!')), "60: expression recursion limit exceeded");
  std::string chain = "a";
  for (int i = 0; i < 10'000; ++i) chain += ".a";
  EXPECT_EQ(read(chain), "124: expression recursion limit exceeded");
}

// Each of these is within the bound of its own kind; together they would be a tree ten thousand levels deep.
TEST(KubeCelSyntax, chains_within_chains_do_not_make_a_tree_without_bottom) {
  std::string text = "1";
  std::string sum;
  for (int i = 0; i < 55; ++i) sum += " + 1";
  for (int i = 0; i < 25; ++i) {
    text.insert(0, "(").append(sum).append(")");
    for (int k = 0; k < 55; ++k) text += ".a";
    text += sum;
    for (const char* more : {" * 1", " == 1", " && true", " || true"})
      for (int k = 0; k < 55; ++k) text += more;
  }
  EXPECT_NE(read(text).find("expressions of more"), std::string::npos) << read(text).substr(0, 200);
}

TEST(KubeCelSyntax, a_tree_knows_what_it_mentions) {
  EXPECT_TRUE(mentions(*parse_cel("self.all(x, x == oldSelf.a)"), "oldSelf"));
  EXPECT_FALSE(mentions(*parse_cel("self.oldSelf == 'oldSelf'"), "oldSelf"));
}

// Seeded, so a failure is found again: whatever comes, there is a tree or a fault.
TEST(KubeCelSyntax, words_in_any_order_are_a_tree_or_a_fault) {
  constexpr const char* kWords[] = {"self", ".", "a",  "(",   ")",   "[", "]", "==", "&&", "!", "?",    ":",
                                    "'x'",  "1", "in", "has", "all", ",", "{", "}",  "-",  "+", "r'\\", "null"};
  std::mt19937_64 chance(42);
  std::size_t trees = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t words = chance() % 12; words > 0; --words)
      text += std::string(kWords[chance() % std::size(kWords)]) + " ";
    const auto node = parse_cel(text);
    if (node) ++trees;
    EXPECT_TRUE(node || node.error().column <= text.size() + 1) << text;
  }
  EXPECT_GT(trees, 100U);
}

}  // namespace
}  // namespace originpull::worlds
