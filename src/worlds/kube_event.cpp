// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_event.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "json/writer.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_builtin.hpp"
#include "worlds/kube_managers.hpp"
#include "worlds/kube_meta.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

using Names = std::pair<const char*, const char*>;  // in events.k8s.io/v1, in v1
constexpr std::array kNames = {
    Names{"note", "message"},
    Names{"regarding", "involvedObject"},
    Names{"reportingController", "reportingComponent"},
    Names{"deprecatedSource", "source"},
    Names{"deprecatedFirstTimestamp", "firstTimestamp"},
    Names{"deprecatedLastTimestamp", "lastTimestamp"},
    Names{"deprecatedCount", "count"},
};

void rename(json& object, const char* from, const char* to) {
  const auto found = object.find(from);
  if (found == object.end()) return;
  object[to] = std::move(*found);
  object.erase(from);
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_set(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && !found->is_null();
}

bool is_new(const json& event) { return is_set(event, "eventTime"); }

// Where Go stops reading a time, and what it would have there.
std::string what_is_no_time(std::string_view text) {
  constexpr std::array<std::string_view, 11> kParts = {"2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"};
  for (const std::string_view part : kParts) {
    const bool digits = part[0] >= '0' && part[0] <= '9';
    const bool fits = text.size() >= part.size() &&
                      (digits ? std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(part.size()),
                                            [](char c) { return c >= '0' && c <= '9'; })
                              : text.starts_with(part));
    if (!fits) return originpull::json::quote(text) + " as " + originpull::json::quote(part);
    text.remove_prefix(part.size());
  }
  return originpull::json::quote(text) + R"( as ".000000")";
}

bool six_digits(const std::string& time) {
  // 2026-11-24T05:00:00.123000Z
  return time.size() >= 27 && time[19] == '.' &&
         std::all_of(time.begin() + 20, time.begin() + 26, [](char c) { return c >= '0' && c <= '9'; }) &&
         (time[26] == 'Z' || time[26] == '+' || time[26] == '-');
}

void check_size(std::vector<KubeCause>& causes, const json& event, const char* key, const char* field,
                std::size_t limit, bool required) {
  const std::string value = text_at(event, key);
  if (required && value.empty()) {
    causes.push_back(required_value(field));
  } else if (value.size() > limit) {
    causes.push_back(invalid_value(field, "\"\"", "can have at most " + std::to_string(limit) + " characters"));
  }
}

void check_series(std::vector<KubeCause>& causes, const json& event) {
  if (!is_set(event, "series")) return;
  const json& series = event["series"];
  if (series.value("count", 0) < 2) causes.push_back(invalid_value("series.count", "\"\"", "should be at least 2"));
  if (!is_set(series, "lastObservedTime")) causes.push_back(required_value("series.lastObservedTime"));
}

}  // namespace

json core_event(const json& event) {
  json core = event;
  for (const auto& [ours, theirs] : kNames) rename(core, ours, theirs);
  for (const char* text : {"reportingComponent", "reportingInstance"})
    if (!core.contains(text)) core[text] = "";
  if (!core.contains("involvedObject")) core["involvedObject"] = json::object();
  return core;
}

std::string core_event_text(const json& event) { return core_event(event).dump(); }

json event_of_core(const json& core) {
  json event = core;
  for (const auto& [ours, theirs] : kNames) rename(event, theirs, ours);
  for (const char* text : {"reportingController", "reportingInstance"})
    if (event.contains(text) && event[text] == "") event.erase(text);
  return event;
}

KubeOutcome<void> normalise_micro_time(json& object, const char* key, const KubeType& type) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_null()) {
    object.erase(found);
    return {};
  }
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  if (found->is_string() && six_digits(text)) return {};
  return cannot_be_handled(type, "parsing time " + originpull::json::quote(text) +
                                     R"( as "2006-01-02T15:04:05.000000Z07:00": cannot parse )" +
                                     what_is_no_time(text));
}

KubeOutcome<void> normalise_event(json& event, const KubeType& type) {
  TRY(normalise_micro_time(event, "eventTime", type));
  if (is_set(event, "series")) TRY(normalise_micro_time(event["series"], "lastObservedTime", type));
  for (const char* nullable : {"deprecatedFirstTimestamp", "deprecatedLastTimestamp"})
    if (!is_set(event, nullable)) event.erase(nullable);
  if (!is_set(event, "deprecatedSource")) event["deprecatedSource"] = json::object();
  if (event.value("deprecatedCount", 0) == 0) event.erase("deprecatedCount");
  return {};
}

void complete_event(json& event) {
  for (const char* nullable : {"eventTime", "deprecatedFirstTimestamp", "deprecatedLastTimestamp"})
    if (!event.contains(nullable)) event[nullable] = nullptr;
}

std::vector<KubeCause> faults_of_event(const json& event, const KubeType& type) {
  std::vector<KubeCause> causes;
  const std::string ns = text_at(event["metadata"], "namespace");
  const std::string subject = text_at(event.value("regarding", json::object()), "namespace");
  const bool about_cluster = ns == "default" || (ns == "kube-system" && is_new(event));
  // Only the old form is held to the namespace of what it is about.
  if (subject.empty() ? !about_cluster : subject != ns && !is_new(event))
    causes.push_back(invalid_value("involvedObject.namespace", shown(json(subject)), "does not match event.namespace"));
  if (is_new(event)) {
    check_size(causes, event, "reportingController", "reportingController", 253, true);
    check_size(causes, event, "reportingInstance", "reportingInstance", 128, true);
    check_size(causes, event, "action", "action", 128, true);
    check_size(causes, event, "reason", "reason", 128, true);
    check_size(causes, event, "note", "message", 1024, false);
  }
  if (type.group.empty()) return causes;
  if (!is_new(event)) causes.push_back(required_value("eventTime"));
  const std::string severity = text_at(event, "type");
  if (severity != "Normal" && severity != "Warning")
    causes.push_back(invalid_value("type", "\"\"", "has invalid value: " + severity));
  const auto unset = [&](const char* key, const char* field) {
    if (is_set(event, key)) causes.push_back(invalid_value(field, "\"\"", "needs to be unset"));
  };
  unset("deprecatedFirstTimestamp", "firstTimestamp");
  unset("deprecatedLastTimestamp", "lastTimestamp");
  unset("deprecatedCount", "count");
  if (!event.value("deprecatedSource", json::object()).empty())
    causes.push_back(invalid_value("source", "\"\"", "needs to be unset"));
  check_series(causes, event);
  return causes;
}

bool is_new_rule_of_event(const KubeCause& cause) {
  static const std::set<std::string> kFields = {"eventTime", "type",  "firstTimestamp", "lastTimestamp",
                                                "source",    "count", "series.count",   "series.lastObservedTime"};
  return kFields.contains(cause.field);
}

std::vector<KubeCause> faults_of_event_change(const json& before, const json& after) {
  std::vector<KubeCause> causes;
  if (!is_new(before)) return causes;
  const auto field_of = [](const std::string& key) -> std::string {
    if (key == "reportingController") return key;
    for (const auto& [ours, theirs] : kNames)
      if (key == ours) return theirs;
    return key;
  };
  for (const char* fixed :
       {"regarding", "reason", "note", "deprecatedSource", "deprecatedFirstTimestamp", "deprecatedLastTimestamp",
        "deprecatedCount", "type", "eventTime", "action", "related", "reportingController", "reportingInstance"}) {
    const json value = after.value(fixed, json());
    const json was = before.value(fixed, json());
    if (value == was) continue;
    const json zero = !value.is_null() ? value : was.is_string() ? json("") : was.is_number() ? json(0) : value;
    causes.push_back(invalid_value(field_of(fixed), shown(zero), "field is immutable"));
  }
  return causes;
}

void track_core_event(json& event, const json* live, const ManagedWrite& writer) {
  // What is shown though it is empty belongs to nobody.
  const auto without_zeros = [](json one) {
    for (const char* text : {"reportingComponent", "reportingInstance"})
      if (one.value(text, "") == "") one.erase(text);
    return one;
  };
  json core = without_zeros(core_event(event));
  const json before = live == nullptr ? json() : without_zeros(core_event(*live));
  track_update(core, live == nullptr ? nullptr : &before, *builtin_schema("v1", "Event"), writer);
  json& meta = event["metadata"];
  meta.erase("managedFields");
  if (core["metadata"].contains("managedFields")) meta["managedFields"] = std::move(core["metadata"]["managedFields"]);
}

}  // namespace originpull::worlds
