// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_cel_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <utility>

#include "worlds/kube_pattern.hpp"

namespace originpull::worlds {
namespace {

using Kind = CelType::Kind;
using Node = CelNode::Kind;
using Type = KubeSchema::Type;

constexpr double kRequest = 3.0 * 1024 * 1024;
constexpr double kUnknownSize = 1.8e19;  // of a text that was made of something else
constexpr double kOfText = 0.1;          // to look at a byte
constexpr double kOfPattern = 0.25;      // and at one of a regular expression

CelTypePtr plain(Kind kind, double size = 0) {
  return std::make_shared<const CelType>(CelType{.kind = kind, .size = size});
}
CelTypePtr list_of(CelTypePtr element, double size) {
  return std::make_shared<const CelType>(CelType{.kind = Kind::kList, .size = size, .element = std::move(element)});
}

// The bytes of the shortest value as JSON.
double least_bytes(const KubeSchema& schema) {
  const KubeSchema& node = schema.self();
  switch (node.type) {
    case Type::kString: return 2;
    case Type::kArray: return 2;
    case Type::kBoolean: return 4;
    case Type::kObject: {
      double sum = 2;
      if (node.bounds)
        for (const std::string& name : node.bounds->required)
          if (const auto field = node.properties.find(name); field != node.properties.end() && !field->second.fallback)
            sum += static_cast<double>(name.size()) + 4 + least_bytes(field->second);
      return sum;
    }
    default: return 1;
  }
}

double longest_text(const KubeSchema& node) {
  if (!node.bounds) return kRequest - 2;
  if (node.bounds->max_length) return 4 * static_cast<double>(*node.bounds->max_length);  // bytes of a character
  if (node.bounds->longest_option > 0) return static_cast<double>(node.bounds->longest_option);
  if (node.bounds->format == "date-time" || node.bounds->format == "date" || node.bounds->format == "duration")
    return 35;
  return kRequest - 2;
}

bool is_number(const CelType& type) { return type.kind == Kind::kInt || type.kind == Kind::kDouble; }
bool is_any(const CelType& type) { return type.kind == Kind::kAny; }

bool may_be_null(const CelType& type) {
  return type.kind == Kind::kNull || type.kind == Kind::kObject || type.kind == Kind::kTime ||
         type.kind == Kind::kDuration;
}

bool same(const CelType& a, const CelType& b) {
  if (is_any(a) || is_any(b)) return true;
  if (a.kind == Kind::kNull || b.kind == Kind::kNull) return may_be_null(a) && may_be_null(b);
  if (a.kind != b.kind) return false;
  return !a.element || !b.element || same(*a.element, *b.element);
}

std::string name_of(const CelType& type) {
  switch (type.kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return "bool";
    case Kind::kInt: return "int";
    case Kind::kDouble: return "double";
    case Kind::kText: return "string";
    case Kind::kDuration: return "duration";
    case Kind::kTime: return "timestamp";
    case Kind::kList: return "list(" + (type.element ? name_of(*type.element) : "dyn") + ")";
    case Kind::kMap: return "map(string, " + (type.element ? name_of(*type.element) : "dyn") + ")";
    case Kind::kObject: return "object";
    case Kind::kAny: break;
  }
  return "dyn";
}

// What cel-go and Kubernetes know and this world does not keep.
bool is_kept_elsewhere(const std::string& name) {
  static const std::set<std::string> names{
      "split",    "join",    "replace", "substring", "indexOf",  "lastIndexOf", "charAt",         "format",
      "isSorted", "sum",     "min",     "max",       "url",      "isURL",       "quantity",       "isQuantity",
      "find",     "findAll", "ip",      "isIP",      "cidr",     "isCIDR",      "optional",       "type",
      "uint",     "bytes",   "semver",  "isSemver",  "getHours", "getSeconds",  "getMinutes",     "getFullYear",
      "reverse",  "flatten", "sets",    "math",      "base64",   "authorizer",  "getMilliseconds"};
  return names.contains(name);
}

class Check {
 public:
  explicit Check(const CelTypePtr& self) : names_{{"self", self}, {"oldSelf", self}} {}

  // Gives the cost.
  double of(CelNode& node);

 private:
  double literal(CelNode& node);
  double name(CelNode& node);
  double field(CelNode& node);
  double index(CelNode& node);
  double list(CelNode& node);
  double map(CelNode& node);
  double for_each(CelNode& node);
  double call(CelNode& node, double arguments);
  double logic(CelNode& node, double arguments);
  double comparison(CelNode& node, double arguments);
  double arithmetic(CelNode& node, double arguments);
  double of_text(CelNode& node, double arguments);
  double conversion(CelNode& node, double arguments);

  [[noreturn]] static void no_overload(const CelNode& node);
  [[noreturn]] static void not_of(const CelNode& node, const std::string& wanted) {
    throw CelFault{node.column, "expected type '" + wanted + "' but found '" + name_of(*node.type) + "'"};
  }
  static const CelType& type(const CelNode& node, std::size_t part) { return *node.parts[part].type; }
  static bool fits(const CelNode& node, std::size_t part, Kind kind) {
    return part < node.parts.size() && (type(node, part).kind == kind || is_any(type(node, part)));
  }

  std::map<std::string, CelTypePtr> names_;
};

void Check::no_overload(const CelNode& node) {
  std::string shown;
  for (std::size_t i = node.method ? 1 : 0; i < node.parts.size(); ++i)
    shown += (shown.empty() ? "" : ", ") + name_of(*node.parts[i].type);
  const std::string target = node.method ? name_of(type(node, 0)) + "." : "";
  throw CelFault{node.column,
                 "found no matching overload for '" + node.name + "' applied to '" + target + "(" + shown + ")'"};
}

double Check::of(CelNode& node) {
  switch (node.kind) {
    case Node::kLiteral: return literal(node);
    case Node::kName: return name(node);
    case Node::kField:
    case Node::kHas: return field(node);
    case Node::kIndex: return index(node);
    case Node::kList: return list(node);
    case Node::kMap: return map(node);
    case Node::kForEach: return for_each(node);
    case Node::kCall: break;
  }
  double arguments = 0;
  for (CelNode& part : node.parts) arguments += of(part);
  return call(node, arguments);
}

double Check::literal(CelNode& node) {
  constexpr std::array kinds = {Kind::kNull, Kind::kBool, Kind::kInt, Kind::kDouble, Kind::kText};
  const auto* text = std::get_if<std::string>(&node.value);
  node.type = plain(kinds[node.value.index()], text != nullptr ? static_cast<double>(text->size()) : 0);
  return 0;
}

double Check::name(CelNode& node) {
  const auto found = names_.find(node.name);
  if (found == names_.end())
    throw CelFault{node.column, "undeclared reference to '" + node.name + "' (in container '')"};
  node.type = found->second;
  return 1;
}

double Check::field(CelNode& node) {
  const double cost = of(node.parts[0]) + 1;
  const CelType& from = type(node, 0);
  if (is_any(from)) {
    node.type = plain(Kind::kAny, kRequest);
  } else if (from.kind == Kind::kMap && from.element) {
    node.type = from.element;
  } else if (from.kind == Kind::kObject) {
    const KubeSchema& schema = from.schema->self();
    const bool meta = schema.name == "ObjectMeta";  // of which a rule sees two fields
    const auto known = std::ranges::find_if(schema.properties, [&](const auto& one) {
      return cel_field_name(one.first) == node.name && (!meta || node.name == "name" || node.name == "generateName");
    });
    if (known == schema.properties.end()) throw CelFault{node.column, "undefined field '" + node.name + "'"};
    node.type = cel_type_of(known->second);
  } else {
    throw CelFault{node.column, "type '" + name_of(from) + "' does not support field selection"};
  }
  if (node.kind == Node::kHas) node.type = plain(Kind::kBool);
  return cost;
}

double Check::index(CelNode& node) {
  node.name = "_[_]";
  const double cost = of(node.parts[0]) + of(node.parts[1]) + 1;
  const CelType& from = type(node, 0);
  const bool number = from.kind == Kind::kList && fits(node, 1, Kind::kInt);
  const bool key = from.kind == Kind::kMap && fits(node, 1, Kind::kText);
  if (!number && !key && !is_any(from)) no_overload(node);
  node.type = from.element ? from.element : plain(Kind::kAny, kRequest);
  return cost;
}

double Check::list(CelNode& node) {
  double cost = 10;
  CelTypePtr element;
  for (CelNode& part : node.parts) {
    cost += of(part);
    if (element && !same(*element, *part.type)) not_of(part, name_of(*element));
    element = part.type;
  }
  node.type = list_of(element, static_cast<double>(node.parts.size()));
  return cost;
}

double Check::map(CelNode& node) {
  double cost = 30;
  for (CelNode& part : node.parts) cost += of(part);
  node.type = std::make_shared<const CelType>(
      CelType{.kind = Kind::kMap, .size = static_cast<double>(node.parts.size()) / 2, .element = plain(Kind::kAny)});
  return cost;
}

double Check::for_each(CelNode& node) {
  const double range = of(node.parts[0]);
  const CelTypePtr over = node.parts[0].type;
  if (over->kind != Kind::kList && over->kind != Kind::kMap && !is_any(*over))
    throw CelFault{node.column, "expression of type '" + name_of(*over) +
                                    "' cannot be range of a comprehension (must be list, map, or dynamic)"};
  // Of a map the keys are walked.
  CelTypePtr item = over->kind == Kind::kMap ? plain(Kind::kText, kRequest) : over->element;
  if (!item) item = plain(Kind::kAny, kRequest);
  const auto hidden = names_.find(node.variable);
  const CelTypePtr before = hidden == names_.end() ? nullptr : hidden->second;
  names_[node.variable] = item;
  // What each round costs beside what is asked: the condition to go on, and what has come out so far.
  double each = node.name == "exists" ? 4 : 3;
  for (std::size_t i = 1; i < node.parts.size(); ++i) {
    each += of(node.parts[i]);
    const bool made = node.name == "map" && i + 1 == node.parts.size();
    if (!made && !fits(node, i, Kind::kBool)) not_of(node.parts[i], "bool");
  }
  if (before) {
    names_[node.variable] = before;
  } else {
    names_.erase(node.variable);
  }
  const double size = is_any(*over) ? kRequest : over->size;
  if (node.name == "map") {
    node.type = list_of(node.parts.back().type, size);
    each += 10;
  } else if (node.name == "filter") {
    node.type = list_of(item, size);
    each += 10;
  } else {
    node.type = plain(Kind::kBool);
  }
  return range + size * each + 1;
}

double Check::call(CelNode& node, double arguments) {
  using Judge = double (Check::*)(CelNode&, double);
  static const std::map<std::string, std::pair<std::size_t, Judge>> known = {
      {"_&&_", {2, &Check::logic}},         {"_||_", {2, &Check::logic}},
      {"!_", {1, &Check::logic}},           {"_?_:_", {3, &Check::logic}},
      {"_==_", {2, &Check::comparison}},    {"_!=_", {2, &Check::comparison}},
      {"_<_", {2, &Check::comparison}},     {"_<=_", {2, &Check::comparison}},
      {"_>_", {2, &Check::comparison}},     {"_>=_", {2, &Check::comparison}},
      {"@in", {2, &Check::comparison}},     {"_+_", {2, &Check::arithmetic}},
      {"_-_", {2, &Check::arithmetic}},     {"_*_", {2, &Check::arithmetic}},
      {"_/_", {2, &Check::arithmetic}},     {"_%_", {2, &Check::arithmetic}},
      {"-_", {1, &Check::arithmetic}},      {"startsWith", {2, &Check::of_text}},
      {"endsWith", {2, &Check::of_text}},   {"contains", {2, &Check::of_text}},
      {"matches", {2, &Check::of_text}},    {"lowerAscii", {1, &Check::of_text}},
      {"upperAscii", {1, &Check::of_text}}, {"trim", {1, &Check::of_text}},
      {"size", {1, &Check::conversion}},    {"int", {1, &Check::conversion}},
      {"double", {1, &Check::conversion}},  {"string", {1, &Check::conversion}},
      {"bool", {1, &Check::conversion}},    {"duration", {1, &Check::conversion}},
      {"dyn", {1, &Check::conversion}},     {"timestamp", {1, &Check::conversion}}};
  const auto found = known.find(node.name);
  if (found == known.end() && is_kept_elsewhere(node.name))
    throw CelFault{node.column, "the simulated API does not keep '" + node.name + "'"};
  if (found == known.end())
    throw CelFault{node.column, "undeclared reference to '" + node.name + "' (in container '')"};
  if (node.parts.size() != found->second.first) no_overload(node);
  return (this->*found->second.second)(node, arguments);
}

double Check::logic(CelNode& node, double arguments) {
  if (!fits(node, 0, Kind::kBool)) no_overload(node);
  if (node.name == "_?_:_") {
    if (!same(type(node, 1), type(node, 2))) no_overload(node);
    node.type = type(node, 1).size >= type(node, 2).size ? node.parts[1].type : node.parts[2].type;
    return arguments;
  }
  if (node.parts.size() > 1 && !fits(node, 1, Kind::kBool)) no_overload(node);
  node.type = plain(Kind::kBool);
  return arguments + (node.name == "!_" ? 1 : 0);
}

double Check::comparison(CelNode& node, double arguments) {
  const CelType& left = type(node, 0);
  const CelType& right = type(node, 1);
  double cost = 1;
  if (node.name == "@in") {
    const bool listed = right.kind == Kind::kList && (!right.element || same(left, *right.element));
    const bool keyed = right.kind == Kind::kMap && fits(node, 0, Kind::kText);
    if (!listed && !keyed && !is_any(right)) no_overload(node);
    if (listed) cost = right.size;
  } else if (node.name == "_==_" || node.name == "_!=_") {
    if (!same(left, right)) no_overload(node);
    cost = std::ceil(std::min(left.size, right.size) * kOfText);  // a number has no size, and is free
  } else {
    const bool ordered = left.kind != Kind::kList && left.kind != Kind::kMap && left.kind != Kind::kObject;
    const bool both = (is_number(left) && is_number(right)) || (same(left, right) && ordered);
    if (!both) no_overload(node);
    if (left.kind == Kind::kText) cost = std::max(1.0, std::ceil(std::min(left.size, right.size) * kOfText));
  }
  node.type = plain(Kind::kBool);
  return arguments + cost;
}

double Check::arithmetic(CelNode& node, double arguments) {
  const CelType& left = type(node, 0);
  const CelType& right = type(node, node.parts.size() - 1);
  const bool sum = node.name == "_+_";
  const bool numbers = is_any(left) || (is_number(left) && (left.kind == Kind::kInt || node.name != "_%_"));
  const bool spans = left.kind == Kind::kDuration || left.kind == Kind::kTime;
  const bool between = spans && (sum || node.name == "_-_");
  const bool joined = sum && (left.kind == Kind::kText || left.kind == Kind::kList);
  const bool mixed = between && right.kind == Kind::kDuration;
  if (!(same(left, right) && (numbers || between || joined)) && !mixed) no_overload(node);
  double cost = 1;
  node.type = node.parts[0].type;
  if (joined) {
    CelType longer = left;
    longer.size += right.size;
    if (left.kind == Kind::kText) cost = std::max(1.0, std::ceil(longer.size * kOfText));
    node.type = std::make_shared<const CelType>(std::move(longer));
  } else if (left.kind == Kind::kTime && right.kind == Kind::kTime) {
    node.type = plain(Kind::kDuration);
  }
  return arguments + cost;
}

double Check::of_text(CelNode& node, double arguments) {
  for (std::size_t i = 0; i < node.parts.size(); ++i)
    if (!fits(node, i, Kind::kText)) no_overload(node);
  const double size = type(node, 0).size;
  if (node.parts.size() == 1) {
    node.type = plain(Kind::kText, size);
    return arguments + std::ceil(size * kOfText);
  }
  const double other = type(node, 1).size;
  const auto* pattern = std::get_if<std::string>(&node.parts[1].value);
  if (node.name == "matches" && pattern != nullptr) {
    const auto compiled = KubePattern::compile(*pattern);
    if (!compiled) throw CelFault{node.parts[1].column, "invalid matches argument"};
    node.pattern = std::make_shared<const KubePattern>(*compiled);
  }
  node.type = plain(Kind::kBool);
  if (node.name == "matches") return arguments + std::ceil((size + 1) * kOfText) * std::ceil(other * kOfPattern);
  if (node.name == "contains") return arguments + std::ceil(size * kOfText) * std::max(1.0, std::ceil(other * kOfText));
  return arguments + std::max(1.0, std::ceil(other * kOfText));
}

double Check::conversion(CelNode& node, double arguments) {
  const CelType& from = type(node, 0);
  const bool text = fits(node, 0, Kind::kText);
  const bool number = is_number(from);
  bool good = true;
  if (node.name == "size") {
    good = text || from.kind == Kind::kList || from.kind == Kind::kMap;
    node.type = plain(Kind::kInt);
  } else if (node.name == "int" || node.name == "double") {
    good = text || number;
    node.type = plain(node.name == "int" ? Kind::kInt : Kind::kDouble);
  } else if (node.name == "string") {
    good = text || number || from.kind == Kind::kBool || from.kind == Kind::kDuration;
    node.type = plain(Kind::kText, from.kind == Kind::kText ? from.size : kUnknownSize);
  } else if (node.name == "bool") {
    good = text || from.kind == Kind::kBool;
    node.type = plain(Kind::kBool);
  } else if (node.name == "dyn") {
    node.type = plain(Kind::kAny, from.size);
  } else {
    good = text;
    node.type = plain(node.name == "duration" ? Kind::kDuration : Kind::kTime);
  }
  if (!good || (node.method && node.name != "size")) no_overload(node);
  return arguments + 1;
}

}  // namespace

double most_members(const KubeSchema& schema) {
  const KubeSchema& node = schema.self();
  if (node.type == Type::kArray) {
    if (node.bounds && node.bounds->max_items) return static_cast<double>(*node.bounds->max_items);
    return std::floor(kRequest / ((node.items ? least_bytes(*node.items) : 1) + 1));
  }
  if (node.bounds && node.bounds->max_properties) return static_cast<double>(*node.bounds->max_properties);
  return std::floor(kRequest / ((node.values ? least_bytes(*node.values) : 1) + 6));
}

double most_in_a_request(const KubeSchema& schema) { return std::floor(kRequest / (least_bytes(schema) + 1)); }

CelTypePtr cel_type_of(const KubeSchema& schema) {
  const KubeSchema& node = schema.self();
  const std::string format = node.bounds ? node.bounds->format : std::string();
  switch (node.type) {
    case Type::kBoolean: return plain(Kind::kBool);
    case Type::kInteger: return plain(Kind::kInt);
    case Type::kNumber: return plain(Kind::kDouble);
    case Type::kString:
      if (format == "date-time" || format == "date") return plain(Kind::kTime);
      if (format == "duration") return plain(Kind::kDuration);
      return plain(Kind::kText, longest_text(node));
    case Type::kArray: return list_of(node.items ? cel_type_of(*node.items) : nullptr, most_members(node));
    case Type::kObject:
      if (node.values)
        return std::make_shared<const CelType>(
            CelType{.kind = Kind::kMap, .size = most_members(node), .element = cel_type_of(*node.values)});
      return std::make_shared<const CelType>(CelType{.kind = Kind::kObject, .schema = &node});
    default: return plain(Kind::kAny, kRequest);
  }
}

std::string cel_field_name(const std::string& name) {
  static const std::set<std::string> own{"true", "false",  "null",      "in",      "as",  "break", "const",
                                         "else", "for",    "function",  "if",      "let", "loop",  "import",
                                         "void", "return", "namespace", "package", "var", "while", "continue"};
  if (own.contains(name)) return "__" + name + "__";
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i, 2) == "__") {
      out += "__underscores__";
      ++i;
    } else if (name[i] == '-') {
      out += "__dash__";
    } else if (name[i] == '.') {
      out += "__dot__";
    } else if (name[i] == '/') {
      out += "__slash__";
    } else {
      out += name[i];
    }
  }
  return out;
}

tl::expected<double, CelFault> check_cel(CelNode& node, const KubeSchema& schema, CelType::Kind wanted) {
  try {
    const double cost = Check(cel_type_of(schema)).of(node);
    if (node.type->kind == wanted || is_any(*node.type)) return cost;
    return tl::unexpected<CelFault>(
        {0, std::string("cel expression must evaluate to a ") + (wanted == Kind::kBool ? "bool" : "string")});
  } catch (const CelFault& fault) {
    return tl::unexpected<CelFault>(fault);
  }
}

}  // namespace originpull::worlds
