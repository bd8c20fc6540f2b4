// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_pattern.hpp"

#include <algorithm>
#include <bitset>
#include <cctype>
#include <charconv>
#include <map>
#include <utility>

namespace originpull::worlds {

namespace {

using Symbols = std::bitset<129>;
constexpr std::size_t kBeyond = 128;
constexpr std::size_t kMostNodes = 20'000;
constexpr std::size_t kMostDepth = 200;  // of brackets

// A state of the machine that may be in several at once.
struct Node {
  enum class Kind { kSplit, kSymbols, kStart, kEnd, kMatch };
  Kind kind = Kind::kSplit;
  Symbols symbols = {};
  std::vector<std::size_t> next = {};
};

// A part of the machine that is entered at one node and left, by edges still to be made, from another.
struct Part {
  std::size_t in = 0;
  std::size_t out = 0;
};

Symbols range(int from, int to) {
  Symbols all;
  for (int c = from; c <= to; ++c) all.set(static_cast<std::size_t>(c));
  return all;
}

Symbols of_letter(char letter) {  // \d, \w, \s and their opposites
  Symbols all;
  if (letter == 'd' || letter == 'D') all = range('0', '9');
  if (letter == 'w' || letter == 'W') all = range('0', '9') | range('a', 'z') | range('A', 'Z') | range('_', '_');
  if (letter == 's' || letter == 'S') all = range('\t', '\n') | range('\f', '\r') | range(' ', ' ');
  return letter >= 'a' ? all : ~all;
}

// Reads the text into nodes; `broken` where it is no pattern that is known here.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Node> nodes = {};
  bool broken = false;

  Part alternatives() {
    Part all = sequence();
    while (!broken && taken('|')) {
      const Part other = sequence();
      const Part both{node({}), node({})};
      nodes[both.in].next = {all.in, other.in};
      join(all, both.out);
      join(other, both.out);
      all = both;
    }
    return all;
  }
  bool at_end() const { return at_ == text_.size(); }
  std::size_t node(Node one) {
    broken = broken || nodes.size() > kMostNodes;
    nodes.push_back(std::move(one));
    return nodes.size() - 1;
  }
  void join(const Part& part, std::size_t next) { nodes[part.out].next.push_back(next); }

 private:
  bool sees(char c) const { return !at_end() && text_[at_] == c; }
  bool taken(char c) { return sees(c) ? (++at_, true) : false; }

  Part sequence() {
    Part all{};
    all.in = all.out = node({});
    while (!broken && !at_end() && !sees('|') && !sees(')')) {
      const std::size_t start = at_;
      Part one = atom();
      one = repeated(one, start, at_);
      join(all, one.in);
      all.out = one.out;
    }
    return all;
  }

  Part symbols(const Symbols& which) {
    const std::size_t out = node({});
    return {node({.kind = Node::Kind::kSymbols, .symbols = which, .next = {out}}), out};
  }

  Part anchor(Node::Kind kind) {
    const std::size_t out = node({});
    return {node({.kind = kind, .symbols = {}, .next = {out}}), out};
  }

  Part atom() {
    if (taken('(')) {
      if (taken('?') && !taken(':')) broken = true;
      if (++depth_ > kMostDepth) broken = true;
      const Part inner = alternatives();
      --depth_;
      if (!taken(')')) broken = true;
      return inner;
    }
    if (taken('[')) return symbols(set());
    if (taken('^')) return anchor(Node::Kind::kStart);
    if (taken('$')) return anchor(Node::Kind::kEnd);
    if (taken('.')) return symbols(~range('\n', '\n'));
    if (taken('\\')) return symbols(escape());
    const auto c = static_cast<unsigned char>(text_[at_++]);
    if (c >= kBeyond || c == '*' || c == '+' || c == '?') broken = true;
    return symbols(range(c & 0x7f, c & 0x7f));
  }

  Symbols escape() {
    if (at_end()) {
      broken = true;
      return {};
    }
    const char c = text_[at_++];
    if (std::string_view("dDwWsS").find(c) != std::string_view::npos) return of_letter(c);
    if (c == 'n') return range('\n', '\n');
    if (c == 't') return range('\t', '\t');
    if (c == 'r') return range('\r', '\r');
    if (static_cast<unsigned char>(c) >= kBeyond || std::isalnum(static_cast<unsigned char>(c)) != 0) {
      broken = true;
      return {};
    }
    return range(c, c);
  }

  Symbols set() {
    const bool opposite = taken('^');
    Symbols all;
    for (bool first = true; !broken && (first || !sees(']')); first = false) {
      if (at_end() || static_cast<unsigned char>(text_[at_]) >= kBeyond) {
        broken = true;
        break;
      }
      const char from = text_[at_++];
      const Symbols one = from == '\\' ? escape() : range(from, from);
      const bool is_range = at_ + 1 < text_.size() && sees('-') && text_[at_ + 1] != ']';
      if (!is_range) {
        all |= one;
        continue;
      }
      ++at_;
      char to = text_[at_++];
      if (to == '\\' && !at_end()) to = text_[at_++];
      int low = 0;
      while (low < 127 && !one.test(static_cast<std::size_t>(low))) ++low;
      if (one.count() != 1 || static_cast<unsigned char>(to) >= kBeyond || to < low) broken = true;
      if (!broken) all |= range(low, to);
    }
    if (!taken(']')) broken = true;
    return opposite ? ~all : all;
  }

  int number(int fallback) {
    int value = fallback;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    at_ = static_cast<std::size_t>(end - text_.data());
    return error == std::errc() ? value : fallback;
  }

  // The part, as often as the mark after it says. More than one is made by reading its text again.
  Part repeated(Part one, std::size_t from, std::size_t to) {
    int least = 1;
    int most = 1;  // -1: any number
    if (taken('*')) {
      least = 0;
      most = -1;
    } else if (taken('+')) {
      most = -1;
    } else if (taken('?')) {
      least = 0;
    } else if (taken('{')) {
      least = number(-1);
      most = least;
      if (taken(',')) most = number(-1);
      if (!taken('}') || least < 0 || (most >= 0 && most < least) || most > 1'000 || least > 1'000) broken = true;
    } else {
      return one;
    }
    taken('?');  // lazy or not is the same to who only asks whether it matches
    if (broken) return one;
    return times(one, from, to, least, most);
  }

  Part times(Part one, std::size_t from, std::size_t to, int least, int most) {
    const std::size_t after = at_;
    const auto again = [&] {
      at_ = from;
      const Part copy = atom();
      broken = broken || at_ != to;
      at_ = after;
      return copy;
    };
    Part all{};
    all.in = all.out = node({});
    const std::size_t out = node({});
    const int copies = most < 0 ? std::max(least, 1) : most;
    for (int i = 0; i < copies && !broken; ++i) {
      const Part next = i == 0 ? one : again();
      if (i >= least) nodes[all.out].next.push_back(out);
      join(all, next.in);
      all.out = next.out;
      if (most < 0 && i + 1 == copies) {
        const std::size_t back = node({});
        nodes[next.out].next.push_back(back);
        nodes[back].next = {next.in};
      }
    }
    nodes[all.out].next.push_back(out);
    all.out = out;
    return all;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

// Makes one state of each set of nodes that can be reached together.
class KubePatternCompiler {
 public:
  using Set = std::vector<std::size_t>;

  explicit KubePatternCompiler(std::vector<Node> nodes, std::size_t start) : nodes_(std::move(nodes)), start_(start) {}

  std::optional<KubePattern> run(const std::string& text) {
    KubePattern::Table table{.text = text};
    std::map<Set, std::uint16_t> numbers;
    std::vector<Set> sets;
    const auto number = [&](Set set) {
      const auto [found, fresh] = numbers.emplace(set, static_cast<std::uint16_t>(sets.size()));
      if (fresh) sets.push_back(std::move(set));
      return found->second;
    };
    number(closed({start_}, true, false));
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (sets.size() > KubePattern::kMostStates) return std::nullopt;
      KubePattern::State state;
      const Set here = sets[i];
      state.accepts_here = accepts(here);
      state.accepts_at_end = accepts(closed(here, i == 0, true));
      std::map<Set, std::uint16_t> known;
      for (std::size_t symbol = 0; symbol < KubePattern::kSymbols && !state.accepts_here; ++symbol) {
        Set stepped;
        for (const std::size_t at : here)
          if (nodes_[at].kind == Node::Kind::kSymbols && nodes_[at].symbols.test(symbol))
            stepped.push_back(nodes_[at].next.front());
        const auto found = known.find(stepped);
        if (found != known.end()) {
          state.next[symbol] = found->second;
          continue;
        }
        Set from = stepped;
        from.push_back(start_);  // a search: it may begin anywhere
        state.next[symbol] = known[stepped] = number(closed(std::move(from), false, false));
      }
      table.states.push_back(state);
    }
    return KubePattern(std::make_shared<const KubePattern::Table>(std::move(table)));
  }

 private:
  Set closed(Set from, bool at_start, bool at_end) const {
    std::vector<bool> seen(nodes_.size(), false);
    Set out;
    while (!from.empty()) {
      const std::size_t at = from.back();
      from.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      const Node& node = nodes_[at];
      const bool stands = node.kind == Node::Kind::kSymbols || node.kind == Node::Kind::kMatch ||
                          (node.kind == Node::Kind::kEnd && !at_end) || (node.kind == Node::Kind::kStart && !at_start);
      if (!stands) {
        from.insert(from.end(), node.next.begin(), node.next.end());
      } else if (node.kind != Node::Kind::kStart) {
        out.push_back(at);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  bool accepts(const Set& set) const {
    return std::any_of(set.begin(), set.end(), [&](std::size_t at) { return nodes_[at].kind == Node::Kind::kMatch; });
  }

  const std::vector<Node> nodes_;
  const std::size_t start_;
};

std::optional<KubePattern> KubePattern::compile(const std::string& text) {
  Reader reader(text);
  const Part whole = reader.alternatives();
  if (reader.broken || !reader.at_end()) return std::nullopt;
  const std::size_t match = reader.node({.kind = Node::Kind::kMatch, .symbols = {}, .next = {}});
  reader.join(whole, match);
  return KubePatternCompiler(std::move(reader.nodes), whole.in).run(text);
}

bool KubePattern::matches(std::string_view text) const {
  const State* state = &table_->states.front();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (state->accepts_here) return true;
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0U) == 0x80U) continue;  // within a character
    state = &table_->states[state->next[std::min<std::size_t>(c, kBeyond)]];
  }
  return state->accepts_here || state->accepts_at_end;
}

}  // namespace originpull::worlds
