// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_cel.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/rfc3339.hpp"
#include "worlds/kube_cel_check.hpp"
#include "worlds/kube_cel_scalars.hpp"
#include "worlds/kube_cel_syntax.hpp"
#include "worlds/kube_cel_words.hpp"
#include "worlds/kube_pattern.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using Node = CelNode::Kind;

// What an expression comes to. Durations are counted in nanoseconds, times in milliseconds.
struct Value {
  enum class Kind { kError, kJson, kDuration, kTime } kind = Kind::kJson;
  const json* there = nullptr;  // in an object; else `own`
  json own = {};
  std::int64_t count = 0;
  std::string error = {};

  const json& get() const { return there != nullptr ? *there : own; }
  bool failed() const { return kind == Kind::kError; }
  bool is(bool truth) const { return kind == Kind::kJson && get() == truth; }
};
Value failure(std::string what) { return {.kind = Value::Kind::kError, .error = std::move(what)}; }
Value of(json value) { return {.own = std::move(value)}; }
Value counted(Value::Kind kind, std::int64_t count) { return {.kind = kind, .count = count}; }

Value whole(const std::string& op, std::int64_t x, std::int64_t y, Value::Kind kind = Value::Kind::kJson) {
  const auto done = cel_whole(op, x, y);
  return !done ? failure(done.error()) : kind == Value::Kind::kJson ? of(*done) : counted(kind, *done);
}

Value read_duration(const std::string& text) {
  const auto nanos = cel_duration(text);
  if (nanos) return counted(Value::Kind::kDuration, *nanos);
  return failure("type conversion error from 'string' to 'google.protobuf.Duration'");
}
Value read_time(const std::string& text) {
  const auto time = parse_rfc3339(text);
  if (time) return counted(Value::Kind::kTime, time->time_since_epoch().count());
  return failure("type conversion error from 'string' to 'google.protobuf.Timestamp'");
}

// A value of an object as the type of its place reads it.
Value typed(Value value, const CelType& type) {
  const json& found = value.get();
  if (type.kind == CelType::Kind::kDouble && found.is_number_integer()) return of(found.get<double>());
  if (type.kind == CelType::Kind::kTime && found.is_string()) return read_time(found);
  if (type.kind == CelType::Kind::kDuration && found.is_string()) return read_duration(found);
  return value;
}

class Evaluation {
 public:
  Evaluation(const json& self, const json* old) {
    names_.push_back({"self", {.there = &self}});
    if (old != nullptr) names_.push_back({"oldSelf", {.there = old}});
  }
  Value of_node(const CelNode& node);

 private:
  Value name(const CelNode& node) const;
  Value field(const CelNode& node);
  Value index(const CelNode& node);
  Value made(const CelNode& node);
  Value for_each(const CelNode& node);
  Value quantified(const CelNode& node, const std::vector<json>& items);
  Value call(const CelNode& node);
  Value logic(const CelNode& node);
  static Value operation(const CelNode& node, const Value& a, const Value& b);
  static Value arithmetic(const std::string& op, const Value& a, const Value& b);
  static Value function(const CelNode& node, const Value& a);
  static Value of_texts(const CelNode& node, const std::string& text, const std::string& other);

  std::vector<std::pair<std::string, Value>> names_ = {};
};

Value Evaluation::of_node(const CelNode& node) {
  switch (node.kind) {
    case Node::kLiteral:
      return std::visit(
          [](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
              return of(nullptr);
            else
              return of(json(value));
          },
          node.value);
    case Node::kName: return name(node);
    case Node::kField:
    case Node::kHas: return field(node);
    case Node::kIndex: return index(node);
    case Node::kList:
    case Node::kMap: return made(node);
    case Node::kForEach: return for_each(node);
    case Node::kCall: break;
  }
  return call(node);
}

Value Evaluation::name(const CelNode& node) const {
  const auto found =
      std::find_if(names_.rbegin(), names_.rend(), [&](const auto& one) { return one.first == node.name; });
  if (found == names_.rend()) return failure("no such attribute(s): " + node.name);
  return typed(found->second, *node.type);
}

Value Evaluation::field(const CelNode& node) {
  const Value from = of_node(node.parts[0]);
  if (from.failed()) return from;
  const json& object = from.get();
  const json* found = nullptr;
  if (object.is_object()) {
    if (const auto direct = object.find(node.name); direct != object.end()) found = &*direct;
    const bool escaped = found == nullptr && node.name.find("__") != std::string::npos;
    for (auto one = object.begin(); escaped && one != object.end(); ++one)
      if (cel_field_name(one.key()) == node.name) found = &*one;
  }
  if (node.kind == Node::kHas) return of(found != nullptr);
  if (found == nullptr) return failure("no such key: " + node.name);
  return typed(from.there != nullptr ? Value{.there = found} : of(*found), *node.type);
}

Value Evaluation::index(const CelNode& node) {
  const Value from = of_node(node.parts[0]);
  if (from.failed()) return from;
  const Value at = of_node(node.parts[1]);
  if (at.failed()) return at;
  if (from.get().is_array() && at.get().is_number_integer()) {
    const auto place = at.get().get<std::int64_t>();
    if (place < 0 || place >= static_cast<std::int64_t>(from.get().size()))
      return failure("index out of bounds: " + std::to_string(place));
    return typed(of(from.get()[static_cast<std::size_t>(place)]), *node.type);
  }
  if (from.get().is_object() && at.get().is_string()) {
    const auto found = from.get().find(at.get().get<std::string>());
    return found == from.get().end() ? failure("no such key: " + at.get().get<std::string>())
                                     : typed(of(*found), *node.type);
  }
  return failure("no such overload");
}

Value Evaluation::made(const CelNode& node) {
  std::vector<json> parts;
  for (const CelNode& part : node.parts) {
    Value value = of_node(part);
    if (value.failed()) return value;
    if (value.kind != Value::Kind::kJson) return failure("no such overload");
    parts.push_back(value.get());
  }
  if (node.kind == Node::kList) return of(json(parts));
  json map = json::object();
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    if (!parts[i].is_string()) return failure("unsupported key type");
    map[parts[i].get<std::string>()] = parts[i + 1];
  }
  return of(std::move(map));
}

Value Evaluation::for_each(const CelNode& node) {
  const Value over = of_node(node.parts[0]);
  if (over.failed()) return over;
  std::vector<json> items;
  if (over.get().is_array()) items.assign(over.get().begin(), over.get().end());
  if (over.get().is_object())
    for (const auto& [key, value] : over.get().items()) items.emplace_back(key);
  if (node.name != "map" && node.name != "filter") return quantified(node, items);
  json out = json::array();
  for (const json& item : items) {
    names_.push_back({node.variable, {.there = &item}});
    const bool chosen = node.name == "filter" || node.parts.size() == 3;
    const Value first = of_node(node.parts[1]);
    const Value last = node.parts.size() == 3 && first.is(true) ? of_node(node.parts[2]) : first;
    names_.pop_back();
    if (first.failed()) return first;
    if (chosen && !first.is(true)) continue;
    if (last.failed()) return last;
    out.push_back(node.name == "filter" ? item : last.get());
  }
  return of(std::move(out));
}

Value Evaluation::quantified(const CelNode& node, const std::vector<json>& items) {
  std::size_t kept = 0;
  Value trouble = of(nullptr);
  for (const json& item : items) {
    names_.push_back({node.variable, {.there = &item}});
    const Value holds = of_node(node.parts[1]);
    names_.pop_back();
    if (holds.failed()) trouble = holds;
    if (holds.is(true)) ++kept;
    if (node.name == "all" && holds.is(false)) return of(false);
    if (node.name == "exists" && holds.is(true)) return of(true);
  }
  if (trouble.failed()) return trouble;
  return of(node.name == "all" || (node.name == "exists_one" && kept == 1));
}

// An error on one side is nothing where the other decides.
Value Evaluation::logic(const CelNode& node) {
  const Value left = of_node(node.parts[0]);
  const bool decides = node.name == "_||_";
  if (left.is(decides)) return left;
  const Value right = of_node(node.parts[1]);
  if (right.is(decides)) return right;
  if (left.failed()) return left;
  return right;
}

Value Evaluation::call(const CelNode& node) {
  if (node.name == "_&&_" || node.name == "_||_") return logic(node);
  const Value first = of_node(node.parts[0]);
  if (first.failed()) return first;
  if (node.name == "_?_:_") return of_node(node.parts[first.is(true) ? 1 : 2]);
  if (node.parts.size() == 1) return function(node, first);
  const Value second = of_node(node.parts[1]);
  if (second.failed()) return second;
  return operation(node, first, second);
}

int order_of(const Value& a, const Value& b) {
  if (a.kind != Value::Kind::kJson) return a.count < b.count ? -1 : a.count > b.count ? 1 : 0;
  return a.get() < b.get() ? -1 : b.get() < a.get() ? 1 : 0;
}

Value Evaluation::operation(const CelNode& node, const Value& a, const Value& b) {
  const std::string& op = node.name;
  const json& left = a.get();
  const json& right = b.get();
  if (op == "_==_" || op == "_!=_") {
    const bool same = a.kind == b.kind && (a.kind == Value::Kind::kJson ? left == right : a.count == b.count);
    return of(same == (op == "_==_"));
  }
  if (op == "@in" && a.kind != Value::Kind::kJson) return failure("no such overload");
  if (op == "@in")
    return of(right.is_object() ? left.is_string() && right.contains(left.get<std::string>())
                                : std::ranges::find(right, left) != right.end());
  const bool numbers = left.is_number() && right.is_number();
  if (a.kind != b.kind || (a.kind == Value::Kind::kJson && !numbers && left.type() != right.type())) {
    const bool moved = a.kind == Value::Kind::kTime && b.kind == Value::Kind::kDuration;
    if (moved) return whole(op, a.count, b.count / 1'000'000, a.kind);
    return failure("no such overload");
  }
  if (op == "_<_") return of(order_of(a, b) < 0);
  if (op == "_<=_") return of(order_of(a, b) <= 0);
  if (op == "_>_") return of(order_of(a, b) > 0);
  if (op == "_>=_") return of(order_of(a, b) >= 0);
  if (left.is_string() && op != "_+_") return of_texts(node, left, right);
  return arithmetic(op, a, b);
}

Value Evaluation::of_texts(const CelNode& node, const std::string& text, const std::string& other) {
  if (node.name == "startsWith") return of(text.starts_with(other));
  if (node.name == "endsWith") return of(text.ends_with(other));
  if (node.name == "contains") return of(text.find(other) != std::string::npos);
  const auto pattern = node.pattern ? std::optional(*node.pattern) : KubePattern::compile(other);
  if (!pattern) return failure("error parsing regexp: " + other);
  return of(pattern->matches(text));
}

Value Evaluation::arithmetic(const std::string& op, const Value& a, const Value& b) {
  const json& left = a.get();
  const json& right = b.get();
  if (a.kind == Value::Kind::kDuration) return whole(op, a.count, b.count, a.kind);
  if (a.kind == Value::Kind::kTime) return whole("_*_", a.count - b.count, 1'000'000, Value::Kind::kDuration);
  if (left.is_string()) return of(left.get<std::string>() + right.get<std::string>());
  if (left.is_array()) {
    json both = left;
    both.insert(both.end(), right.begin(), right.end());
    return of(std::move(both));
  }
  if (left.is_number_integer() && right.is_number_integer()) return whole(op, left, right);
  if (!left.is_number()) return failure("no such overload");
  const auto x = left.get<double>();
  const auto y = right.get<double>();
  return of(op == "_+_" ? x + y : op == "_-_" ? x - y : op == "_*_" ? x * y : x / y);
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

Value to_number(const json& from, bool fraction) {
  if (from.is_number_integer() && !fraction) return of(from);
  const std::string text = text_of(from);
  const auto number = cel_number(text);
  if (fraction && number) return of(*number);
  if (const auto whole = cel_integer(text); whole && !fraction) return of(*whole);
  if (!number || !from.is_number())
    return failure(std::string("type conversion error from 'string' to '") + (fraction ? "double'" : "int'"));
  if (*number >= 9.2e18 || *number <= -9.2e18) return failure("integer overflow");
  return of(static_cast<std::int64_t>(*number));
}

Value Evaluation::function(const CelNode& node, const Value& a) {
  const std::string& name = node.name;
  const json& value = a.get();
  if (name == "!_") return value.is_boolean() ? of(!value.get<bool>()) : failure("no such overload");
  if (name == "-_" && value.is_number_integer()) return whole("_-_", 0, value);
  if (name == "-_") return value.is_number() ? of(-value.get<double>()) : failure("no such overload");
  if (name == "size" && value.is_string()) return of(cel_length(value.get_ref<const std::string&>()));
  if (name == "size") return of(value.size());
  if (name == "int" || name == "double") return to_number(value, name == "double");
  if (name == "dyn") return a;
  if (name == "duration" || name == "timestamp")
    return a.kind != Value::Kind::kJson ? a
           : name == "duration"         ? read_duration(text_of(value))
                                        : read_time(text_of(value));
  if (name == "string") return a.kind == Value::Kind::kJson ? of(text_of(value)) : failure("no such overload");
  if (name == "bool") return value.is_boolean() ? a : of(value == "true");
  return of(cel_changed(name, text_of(value)));
}

struct Rule {
  CelNode condition = {};
  std::optional<CelNode> saying = {};  // messageExpression
  CelRuleText text = {};
  bool of_change = false;
};

struct RuleTree {
  std::vector<Rule> rules = {};
  std::map<std::string, RuleTree> fields = {};
  std::unique_ptr<RuleTree> items = {};
  std::unique_ptr<RuleTree> values = {};
  std::vector<std::string> keys = {};  // of a list that is a map

  bool empty() const { return rules.empty() && fields.empty() && !items && !values; }
};

class Asking {
 public:
  std::vector<KubeCause> causes = {};
  void go(const RuleTree& tree, const json& self, const json* old, const std::string& path) {
    if (self.is_null()) return;
    for (const Rule& rule : tree.rules) ask(rule, self, old, path);
    if (self.is_object()) {
      for (const auto& [name, field] : tree.fields)
        if (self.contains(name)) go(field, self[name], part(old, name), path.empty() ? name : path + "." + name);
      if (tree.values)
        for (const auto& [key, value] : self.items()) go(*tree.values, value, part(old, key), path + "[" + key + "]");
    } else if (self.is_array() && tree.items) {
      for (std::size_t i = 0; i < self.size(); ++i)
        go(*tree.items, self[i], same_item(old, self[i], tree.keys), path + "[" + std::to_string(i) + "]");
    }
  }

 private:
  static const json* part(const json* old, const std::string& name) {
    return old != nullptr && old->is_object() && old->contains(name) ? &(*old)[name] : nullptr;
  }
  static const json* same_item(const json* old, const json& item, const std::vector<std::string>& keys) {
    if (old == nullptr || !old->is_array() || keys.empty() || !item.is_object()) return nullptr;
    const auto same = [&](const json& one) {
      return one.is_object() && std::ranges::all_of(keys, [&](const std::string& key) {
               return one.value(key, json()) == item.value(key, json());
             });
    };
    const auto found = std::ranges::find_if(*old, same);
    return found == old->end() ? nullptr : &*found;
  }

  void ask(const Rule& rule, const json& self, const json* old, const std::string& path) {
    if (rule.of_change ? old == nullptr : old != nullptr && *old == self) return;
    Evaluation evaluation(self, old);
    const Value kept = evaluation.of_node(rule.condition);
    if (kept.is(true)) return;
    if (kept.failed()) {
      const std::string type = self.is_number_integer() ? "integer" : self.type_name();
      causes.push_back(cel_failure(rule.text, path, type, kept.error));
      return;
    }
    const Value said = rule.saying ? evaluation.of_node(*rule.saying) : of("");
    const std::string words = !said.failed() && said.get().is_string() ? said.get().get<std::string>() : "";
    causes.push_back(cel_cause(rule.text, path, self.is_structured() ? "" : self.dump(), words));
  }
};

// Compiles what a schema says, and counts what it may cost.
class Compiler {
 public:
  Compiler(std::vector<KubeCause>& causes, std::string root) : causes_(causes), root_(std::move(root)) {}

  // `times`: how often the place can be there in a request; nothing: only the request bounds it.
  RuleTree tree(const json& node, const KubeSchema& schema, const std::string& at, std::optional<double> times) {
    RuleTree tree;
    const KubeSchema& self = schema.self();
    const json rules = node.value("x-kubernetes-validations", json::array());
    for (std::size_t i = 0; i < rules.size(); ++i)
      add(tree, rules[i], self, at + ".x-kubernetes-validations[" + std::to_string(i) + "]", times);
    if (const auto fields = node.find("properties"); fields != node.end())
      for (const auto& [name, field] : fields->items())
        if (const auto known = self.properties.find(name); known != self.properties.end() && !known->second.shared)
          if (RuleTree below = this->tree(field, known->second, at + ".properties[" + name + "]", times);
              !below.empty())
            tree.fields.emplace(name, std::move(below));
    if (self.values) tree.values = member(node, "additionalProperties", *self.values, at, self, times);
    if (self.items) tree.items = member(node, "items", *self.items, at, self, times);
    tree.keys = self.list_keys;
    return tree;
  }

  void check_total() {
    if (total_ <= kMostOfAll) return;
    for (const std::string& at : costly_)
      causes_.push_back(
          forbidden(at, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
    causes_.push_back(
        forbidden(root_, "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema" +
                             cel_too_much(total_ / kMostOfAll)));
  }

 private:
  static constexpr double kMostOfOne = 10'000'000;
  static constexpr double kMostOfAll = 100'000'000;

  std::unique_ptr<RuleTree> member(const json& node, const char* key, const KubeSchema& schema, const std::string& at,
                                   const KubeSchema& self, std::optional<double> times) {
    const auto found = node.find(key);
    if (found == node.end() || !found->is_object()) return nullptr;
    const bool bounded = self.bounds && (self.bounds->max_items || self.bounds->max_properties);
    const auto each = bounded && times ? std::optional(*times * most_members(self)) : std::nullopt;
    auto below = std::make_unique<RuleTree>(tree(*found, schema, at + "." + key, each));
    return below->empty() ? nullptr : std::move(below);
  }

  std::optional<CelNode> read(const std::string& text, const KubeSchema& schema, const std::string& at,
                              const CelRuleText& rule, CelType::Kind wanted, std::optional<double> times) {
    auto node = parse_cel(text);
    const auto cost = node ? check_cel(*node, schema, wanted) : tl::unexpected<CelFault>(node.error());
    if (!cost) {
      causes_.push_back(invalid_value(at, cel_shown(rule), cel_fault_text(cost.error(), text)));
      return std::nullopt;
    }
    const double all = *cost * times.value_or(most_in_a_request(schema));
    if (all > kMostOfOne) {
      causes_.push_back(
          forbidden(at, (wanted == CelType::Kind::kBool ? "estimated rule cost" : "estimated messageExpression cost") +
                            cel_too_much(all / kMostOfOne)));
      costly_.push_back(at);
    }
    total_ += all;
    return std::move(*node);
  }

  void add(RuleTree& tree, const json& text, const KubeSchema& schema, const std::string& at,
           std::optional<double> times) {
    const auto part = [&](const char* key) { return text.value(key, std::string()); };
    Rule rule{.text = {.rule = part("rule"),
                       .message = part("message"),
                       .message_expression = part("messageExpression"),
                       .reason = part("reason"),
                       .field = part("fieldPath")}};
    if (text.value("optionalOldSelf", false)) {
      causes_.push_back(forbidden(at + ".optionalOldSelf", "the simulated API does not keep it"));
      return;
    }
    auto condition = read(rule.text.rule, schema, at + ".rule", rule.text, CelType::Kind::kBool, times);
    if (!condition) return;
    rule.of_change = mentions(*condition, "oldSelf");
    rule.condition = std::move(*condition);
    if (const std::string& saying = rule.text.message_expression; !saying.empty()) {
      rule.saying = read(saying, schema, at + ".messageExpression", rule.text, CelType::Kind::kText, times);
      if (!rule.saying) return;
    }
    tree.rules.push_back(std::move(rule));
  }

  std::vector<KubeCause>& causes_;
  const std::string root_;
  std::vector<std::string> costly_ = {};
  double total_ = 0;
};

}  // namespace

CelCompiled compile_rules(const json& openapi, const std::shared_ptr<const KubeSchema>& schema, const std::string& at) {
  CelCompiled compiled;
  Compiler compiler(compiled.causes, at);
  auto tree = std::make_shared<const RuleTree>(compiler.tree(openapi, *schema, at, 1));
  compiler.check_total();
  if (tree->empty()) return compiled;
  compiled.rules = [tree, schema](const json& object, const json* old) {
    Asking asking;
    asking.go(*tree, object, old, "");
    return std::move(asking.causes);
  };
  return compiled;
}

}  // namespace originpull::worlds
