// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_table.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/rfc3339.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_meta.hpp"

namespace originpull::worlds {

using nlohmann::json;

namespace {

using Found = std::vector<const json*>;

// --- JSON paths ---

void add_field(const json& here, const std::string& name, Found& found) {
  if (!here.is_object()) return;
  if (const auto member = here.find(name); member != here.end()) found.push_back(&*member);
}

void add_all(const json& here, Found& found) {
  if (here.is_array() || here.is_object())
    for (const json& one : here) found.push_back(&one);
}

std::string unquoted(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const bool quoted = text.size() > 1 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

// "@.type=="Ready"": a comparison with a text.
bool passes(const json& one, std::string_view condition) {
  const auto equal = condition.find("==");
  const auto differs = condition.find("!=");
  const auto at = std::min(equal, differs);
  if (at == std::string_view::npos || !condition.starts_with("@")) return false;
  const Found left = json_path(one, unquoted(condition.substr(1, at - 1)));
  const std::string right = unquoted(condition.substr(at + 2));
  const bool same = !left.empty() &&
                    (left[0]->is_string() ? left[0]->get_ref<const std::string&>() == right : left[0]->dump() == right);
  return at == equal ? same : !same;
}

void add_bracketed(const json& here, std::string_view inside, Found& found) {
  if (inside == "*") return add_all(here, found);
  if (inside.starts_with("?(") && inside.ends_with(")")) {
    if (here.is_array())
      for (const json& one : here)
        if (passes(one, inside.substr(2, inside.size() - 3))) found.push_back(&one);
    return;
  }
  while (!inside.empty()) {
    const auto comma = inside.find(',');
    const std::string part = unquoted(inside.substr(0, comma));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (here.is_array() && error == std::errc() && end == part.data() + part.size()) {
      if (index < here.size()) found.push_back(&here[index]);
    } else {
      add_field(here, part, found);
    }
    inside = comma == std::string_view::npos ? std::string_view() : inside.substr(comma + 1);
  }
}

std::size_t end_of_bracket(std::string_view path) {
  char quote = 0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (quote != 0) {
      if (path[i] == quote) quote = 0;
    } else if (path[i] == '\'' || path[i] == '"') {
      quote = path[i];
    } else if (path[i] == ']') {
      return i;
    }
  }
  return std::string_view::npos;
}

// --- cells ---

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

std::string text_in(const json& object, std::string_view path) {
  const Found found = json_path(object, path);
  return !found.empty() && found[0]->is_string() ? found[0]->get<std::string>() : std::string();
}

std::string age(const std::string& time, Wall now) {
  const auto at = parse_rfc3339(time);
  if (!at) return time.empty() ? "<unknown>" : "<invalid>";
  return human_duration(std::chrono::floor<Seconds>(now - *at));
}

json cell(const KubeColumn& column, const json& object, Wall now) {
  const Found found = json_path(object, column.json_path);
  if (found.empty() || found[0]->is_null()) return nullptr;
  const json& value = *found[0];
  if (column.type == "date") return value.is_string() ? json(age(value.get<std::string>(), now)) : json();
  if (column.type == "integer") return value.is_number() ? json(value.get<std::int64_t>()) : json();
  if (column.type == "number") return value.is_number() ? value : json();
  if (column.type == "boolean") return value.is_boolean() ? value : json();
  return value.is_string() ? value : json(value.dump());
}

struct Column {
  KubeColumn head;
  json (*value)(const json& object, Wall now);
};

json age_of(const json& object, Wall now) { return age(text_in(object, ".metadata.creationTimestamp"), now); }
json count_at(const json& object, const char* field) {
  return object.contains(field) ? static_cast<std::int64_t>(object[field].size()) : 0;
}
KubeColumn head(const char* name, const char* type = "string", int priority = 0) {
  return {.name = name, .type = type, .format = {}, .description = {}, .json_path = {}, .priority = priority};
}

json last_seen(const json& event, Wall now) {
  for (const char* path : {".series.lastObservedTime", ".deprecatedLastTimestamp", ".lastTimestamp", ".eventTime"})
    if (const std::string time = text_in(event, path); !time.empty()) return age(time, now);
  return age_of(event, now);
}
json about(const json& event, Wall) {
  for (const char* field : {".regarding", ".involvedObject"}) {
    const std::string name = text_in(event, std::string(field) + ".name");
    std::string kind = text_in(event, std::string(field) + ".kind");
    for (char& c : kind) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!name.empty()) return kind + "/" + name;
  }
  return "";
}
json event_message(const json& event, Wall) {
  const std::string note = text_in(event, ".note");
  return note.empty() ? text_in(event, ".message") : note;
}

json ports_of(const json& service, Wall) {
  std::string all;
  for (const json* port : json_path(service, ".spec.ports[*]"))
    all += (all.empty() ? "" : ",") + std::to_string(port->value("port", 0)) + "/" + port->value("protocol", "TCP");
  return all.empty() ? "<none>" : all;
}

std::vector<Column> columns_of(const KubeType& type) {
  const Column age_column{head("Age"), age_of};
  if (type.kind == "Secret") {
    return {{head("Type"), [](const json& o, Wall) { return json(text_in(o, ".type")); }},
            {head("Data"), [](const json& o, Wall) { return count_at(o, "data"); }},
            age_column};
  }
  if (type.kind == "ConfigMap")
    return {{head("Data"), [](const json& o, Wall) { return count_at(o, "data"); }}, age_column};
  if (type.kind == "Namespace")
    return {{head("Status"), [](const json& o, Wall) { return json(text_in(o, ".status.phase")); }}, age_column};
  if (type.kind == "Lease")
    return {{head("Holder"), [](const json& o, Wall) { return json(text_in(o, ".spec.holderIdentity")); }}, age_column};
  if (type.kind == "CustomResourceDefinition")
    return {{head("Created At", "date"),
             [](const json& o, Wall) { return json(text_in(o, ".metadata.creationTimestamp")); }}};
  if (type.kind == "Role" || type.kind == "ClusterRole")
    return {{head("Created At", "date"),
             [](const json& o, Wall) { return json(text_in(o, ".metadata.creationTimestamp")); }}};
  if (type.kind == "Service") {
    return {{head("Type"), [](const json& o, Wall) { return json(text_in(o, ".spec.type")); }},
            {head("Cluster-IP"), [](const json& o, Wall) { return json(text_in(o, ".spec.clusterIP")); }},
            {head("Port(s)"), ports_of},
            age_column};
  }
  if (type.kind == "EndpointSlice")
    return {{head("AddressType"), [](const json& o, Wall) { return json(text_in(o, ".addressType")); }}, age_column};
  return {age_column};
}

// Events have no name that anybody wants to read.
std::vector<Column> columns_of_events() {
  return {{head("Last Seen"), last_seen},
          {head("Type"), [](const json& o, Wall) { return text_or_null(text_in(o, ".type")); }},
          {head("Reason"), [](const json& o, Wall) { return text_or_null(text_in(o, ".reason")); }},
          {head("Object"), about},
          {head("Message"), event_message},
          {head("Name", "string", 1), [](const json& o, Wall) { return json(text_in(o, ".metadata.name")); }}};
}

std::vector<KubeColumn> custom_columns(const KubeType& type) {
  if (!type.columns.empty()) return type.columns;
  KubeColumn only = head("Age", "date");
  only.json_path = ".metadata.creationTimestamp";
  return {only};
}

KubeColumn name_column() {
  KubeColumn column = head("Name");
  column.format = "name";
  column.description = "The name of the object, unique in its namespace.";
  return column;
}

json definition(const KubeColumn& column) {
  return {{"name", column.name},
          {"type", column.type},
          {"format", column.format},
          {"description", column.description},
          {"priority", column.priority}};
}

json definitions(const KubeType& type) {
  json all = json::array();
  if (type.kind == "Event") {
    for (const Column& column : columns_of_events()) all.push_back(definition(column.head));
    return all;
  }
  all.push_back(definition(name_column()));
  if (type.custom()) {
    for (const KubeColumn& column : custom_columns(type)) all.push_back(definition(column));
  } else {
    for (const Column& column : columns_of(type)) all.push_back(definition(column.head));
  }
  return all;
}

json cells(const KubeType& type, const json& object, Wall now) {
  json all = json::array();
  if (type.kind == "Event") {
    for (const Column& column : columns_of_events()) all.push_back(column.value(object, now));
    return all;
  }
  all.push_back(text_in(object, ".metadata.name"));
  if (type.custom()) {
    for (const KubeColumn& column : custom_columns(type)) all.push_back(cell(column, object, now));
  } else {
    for (const Column& column : columns_of(type)) all.push_back(column.value(object, now));
  }
  return all;
}

json row(const KubeView& view, const KubeObject& object) {
  json shown = {{"cells", cells(*view.type, *object.value, view.now)}};
  if (view.include == "None") {
    shown["object"] = nullptr;
  } else if (view.include == "Object") {
    shown["object"] = whole_value(*view.type, object);
  } else {
    shown["object"] = json::parse(metadata_view(*object.value));
  }
  return shown;
}

json table(std::string version) {
  return {{"kind", "Table"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", {{"resourceVersion", std::move(version)}}}};
}

}  // namespace

std::vector<const json*> json_path(const json& object, std::string_view path) {
  Found here{&object};
  if (path.starts_with("{") && path.ends_with("}")) path = path.substr(1, path.size() - 2);
  while (!path.empty()) {
    Found next;
    std::size_t taken = 0;
    if (path[0] == '[') {
      const std::size_t end = end_of_bracket(path);
      if (end == std::string_view::npos) return {};
      for (const json* one : here) add_bracketed(*one, path.substr(1, end - 1), next);
      taken = end + 1;
    } else {
      const std::size_t begin = path[0] == '.' ? 1 : 0;
      const std::size_t end = std::min(path.find_first_of(".[", begin), path.size());
      const std::string name(path.substr(begin, end - begin));
      for (const json* one : here) name == "*" ? add_all(*one, next) : add_field(*one, name, next);
      if (name.empty()) next = here;  // ".": the object itself
      taken = end;
    }
    here = std::move(next);
    path.remove_prefix(std::max<std::size_t>(taken, 1));
  }
  return here;
}

// The steps of k8s.io/apimachinery/pkg/util/duration: two units while the larger one is small.
std::string human_duration(Seconds duration) {
  const std::int64_t seconds = duration.count();
  const auto pair = [](std::int64_t large, const char* unit, std::int64_t small, const char* small_unit) {
    return std::to_string(large) + unit + (small == 0 ? "" : std::to_string(small) + small_unit);
  };
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return std::to_string(seconds) + "s";
  const std::int64_t minutes = seconds / 60;
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return std::to_string(minutes) + "m";
  const std::int64_t hours = minutes / 60;
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return std::to_string(hours) + "h";
  const std::int64_t days = hours / 24;
  if (hours < 24 * 8) return pair(days, "d", hours % 24, "h");
  if (days < 365 * 2) return std::to_string(days) + "d";
  if (days < 365 * 8) return pair(days / 365, "y", days % 365, "d");
  return std::to_string(days / 365) + "y";
}

std::string table_of_object(const KubeView& view, const KubeObject& object, bool with_columns) {
  json shown = table(text_in(*object.value, ".metadata.resourceVersion"));
  shown["columnDefinitions"] = with_columns ? definitions(*view.type) : json();
  shown["rows"] = json::array({row(view, object)});
  return shown.dump();
}

std::string table_of_list(const KubeView& view, const KubePage& page) {
  json shown = table(std::to_string(page.version));
  if (!page.continue_token.empty()) shown["metadata"]["continue"] = page.continue_token;
  if (page.remaining >= 0) shown["metadata"]["remainingItemCount"] = page.remaining;
  shown["columnDefinitions"] = definitions(*view.type);
  shown["rows"] = json::array();
  for (const KubeObjectPtr& one : page.items) shown["rows"].push_back(row(view, *one));
  return shown.dump();
}

}  // namespace originpull::worlds
