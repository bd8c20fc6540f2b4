// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_normal_form.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "behaviour/kube_sequence.hpp"

namespace originpull::behaviour {

using nlohmann::json;

class NormalForm::Walk {
 public:
  explicit Walk(NormalForm& form) : form_(form) {}

  void object(json& value, bool of_list) {
    for (auto& [key, member] : value.items()) {
      if (key == "metadata" && member.is_object()) {
        metadata(member, of_list);
      } else if (key == "clusterIP" && member.is_string() && member != "None" && member != "") {
        member = "address";
      } else if (key == "clusterIPs" && member.is_array()) {
        for (json& one : member)
          if (one.is_string() && one != "None" && one != "") one = "address";
      } else if (key == "message" && member.is_string()) {
        member = form_.text(member.get<std::string>());
      } else {
        any(member);
      }
    }
    if (value.contains("causes") && value["causes"].is_array()) causes(value["causes"], value.value("group", ""));
    if (value.value("reason", "") == "Invalid" && value.contains("details")) in_order_of_causes(value);
    if (value.contains("details") && value["details"].is_object() && value["details"].contains("uid")) {
      value["details"]["uid"] = form_.ordinal(form_.uids_, 'u', value["details"]["uid"].get<std::string>());
    }
  }

  void any(json& value) {
    if (value.is_object()) {
      object(value, false);
    } else if (value.is_array()) {
      for (json& item : value) any(item);
    }
  }

 private:
  void metadata(json& meta, bool of_list) {
    for (const char* time : {"creationTimestamp", "deletionTimestamp"}) {
      if (meta.contains(time) && meta[time].is_string()) meta[time] = "time";
    }
    if (meta.contains("resourceVersion") && meta["resourceVersion"].is_string()) {
      json& version = meta["resourceVersion"];
      version = of_list ? "of the list" : form_.ordinal(form_.versions_, 'v', version.get<std::string>());
    }
    if (meta.contains("uid") && meta["uid"].is_string()) {
      meta["uid"] = form_.ordinal(form_.uids_, 'u', meta["uid"].get<std::string>());
    }
    if (meta.contains("continue") && meta["continue"] != "") meta["continue"] = "token";
    if (leaves_out("managedFields")) meta.erase("managedFields");
    if (meta.contains("managedFields") && meta["managedFields"].is_array()) managed(meta["managedFields"]);
  }

  static void managed(json& entries) {
    for (json& entry : entries)
      if (entry.contains("time")) entry["time"] = "time";
    const auto place = [](const json& entry) {
      return entry.value("operation", "") + " " + entry.value("manager", "") + " " + entry.value("subresource", "") +
             " " + entry.value("apiVersion", "");
    };
    std::stable_sort(entries.begin(), entries.end(), [&](const json& a, const json& b) { return place(a) < place(b); });
  }

  // Each once, and of a patch without the words of Go's decoder.
  static void causes(json& all, const std::string& group) {
    json once = json::array();
    for (json& cause : all) {
      if (cause.value("field", "") == "patch") cause["message"] = "what it makes cannot be read";
      if (std::find(once.begin(), once.end(), cause) == once.end()) once.push_back(cause);
    }
    const bool conflict = !once.empty() && once[0].value("reason", "") == "FieldManagerConflict";
    if (is_custom(group) || conflict) std::sort(once.begin(), once.end());
    all = std::move(once);
  }

  static bool is_custom(const std::string& group) { return group == "behaviour.test" || group == "originpull.dev"; }

  // The faults of a custom resource come in the order of a map of Go, in the text as well, which is made anew of them.
  static void in_order_of_causes(json& status) {
    const json& details = status["details"];
    const json causes = details.value("causes", json::array());
    if (!is_custom(details.value("group", "")) || causes.size() < 2) return;
    const std::string text = status.value("message", "");
    const auto from = text.find(" is invalid: [");
    if (from == std::string::npos) return;
    std::vector<std::string> lines;
    std::size_t size = 0;
    for (const json& cause : causes) {
      lines.push_back(cause.value("field", "") + ": " + cause.value("message", ""));
      if (text.find(lines.back()) == std::string::npos) return;
      size += lines.back().size() + 2;
    }
    std::string made = text.substr(0, from) + " is invalid: [";
    if (made.size() + size - 1 != text.size()) return;
    for (const std::string& line : lines) made += (made.ends_with('[') ? "" : ", ") + line;
    status["message"] = made + "]";
  }

  NormalForm& form_;
};

std::string NormalForm::ordinal(std::map<std::string, std::string>& seen, char letter, const std::string& value) {
  if (value.empty()) return value;
  const auto [at, fresh] = seen.try_emplace(value, letter + std::to_string(seen.size() + 1));
  return at->second;
}

// Texts for people quote what was chosen: uids, versions, and for a refused patch the whole object.
std::string NormalForm::text(std::string value) const {
  static const std::regex uid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  static const std::regex address(R"("10\.0\.0\.[0-9]+" is invalid)");
  static const std::regex version("ResourceVersion in object meta: [0-9]+");
  static const std::regex record("in (precondition|record|the precondition) \\(([0-9]+)\\)");
  static const std::regex patch(" \"\" is invalid: patch: .*");
  static const std::regex time(R"("[0-9TZ:-]{20}": field is immutable)");
  static const std::regex token("continue key is not valid: .*");
  value = std::regex_replace(value, token, "continue key is not valid");
  value = std::regex_replace(value, patch, "what the patch makes cannot be read");
  value = std::regex_replace(value, uid, "a-uid");
  value = std::regex_replace(value, address, "an address is invalid");
  value = std::regex_replace(value, version, "ResourceVersion in object meta: a version");
  value = std::regex_replace(value, time, "a-time: field is immutable");
  return std::regex_replace(value, record, "in $1 (a version)");
}

std::string NormalForm::of_object(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return text;
  Walk walk(*this);
  walk.object(value, value.contains("items"));
  std::string normal = value.dump();
  for (auto at = normal.find(ns_); at != std::string::npos; at = normal.find(ns_, at))
    normal.replace(at, ns_.size(), "{ns}");
  return normal;
}

std::string NormalForm::of(const Answer& answer) {
  static const std::regex pair(R"((, )?299 - "tls: [^"]*")");
  std::string all;  // one side gives a header to each, the other all in one
  for (const auto& [name, value] : answer.headers)
    if (name == "Warning") all += (all.empty() ? "" : ", ") + value;
  const std::string warning = std::regex_replace(all, pair, "");
  return std::to_string(answer.status) + " " + (warning.empty() ? "" : "[" + warning + "] ") + of_object(answer.body);
}

}  // namespace originpull::behaviour
