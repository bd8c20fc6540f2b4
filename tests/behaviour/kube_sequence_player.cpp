// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "behaviour/kube_normal_form.hpp"
#include "behaviour/kube_sequence.hpp"
#include "net/transport.hpp"

namespace originpull::behaviour {
namespace {

using nlohmann::json;

// What one side has heard, by which it fills in what a step leaves open.
class Memory {
 public:
  explicit Memory(std::string ns) : ns_(std::move(ns)) {}

  std::string filled(std::string text) const {
    for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
      const auto end = text.find('}', at);
      if (end == std::string::npos) break;
      const auto value = word(text.substr(at + 1, end - at - 1));
      if (value) text.replace(at, end - at + 1, *value);
    }
    return text;
  }

  std::string body_of(const Step& step) const {
    const std::string text = filled(step.body);
    if (!step.from_known) return text;
    const auto known = objects_.find(step.key);
    if (known == objects_.end()) return filled(step.fallback);
    json object = json::parse(known->second);
    object.merge_patch(json::parse(text));
    return object.dump();
  }

  void hear(const Step& step, const Answer& answer) {
    const std::string token = answer.at("/metadata/continue");
    if (!token.empty()) continue_ = net::percent_encode(token);
    const bool whole =
        answer.status < 300 && answer.at("/metadata/name") == filled(step.key.substr(step.key.find('/') + 1));
    if (!whole || step.key.empty() || answer.version().empty()) return;
    first_versions_.try_emplace(step.key, answer.version());
    versions_[step.key] = answer.version();
    uids_[step.key] = answer.uid();
    if (answer.at("/kind") != "PartialObjectMetadata") objects_[step.key] = answer.body;
  }

 private:
  std::optional<std::string> word(const std::string& name) const {
    const auto colon = name.find(':');
    const std::string key = colon == std::string::npos ? "" : name.substr(colon + 1);
    const auto of = [&](const std::map<std::string, std::string>& known, const char* otherwise) {
      const auto found = known.find(key);
      return found == known.end() ? otherwise : found->second;
    };
    if (name == "ns") return ns_;
    if (name == "continue") return continue_;
    if (name.starts_with("version:")) return of(versions_, "1");
    if (name.starts_with("moment:")) return of(versions_, "0");
    if (name.starts_with("stale:")) return of(first_versions_, "1");
    if (name.starts_with("uid:")) return of(uids_, "00000000-0000-4000-8000-000000000001");
    return std::nullopt;
  }

  const std::string ns_;
  std::string continue_ = "bm9uc2Vuc2U";  // until a list gives one: one that nobody gave
  std::map<std::string, std::string> objects_ = {};
  std::map<std::string, std::string> versions_ = {};
  std::map<std::string, std::string> first_versions_ = {};
  std::map<std::string, std::string> uids_ = {};
};

std::string collection_of(const SpokenKind& kind, const std::string& ns) {
  return kind.base + "/namespaces/" + ns + "/" + kind.plural;
}

// Everything that a watch tells of one kind since `from`, object by object, up to the marker.
void read_events(Side& side, const SpokenKind& kind, const std::string& ns, const std::string& from,
                 const std::string& selector, NormalForm& form, Heard& heard) {
  const Watched watched = side.watch(
      collection_of(kind, ns) + "?watch=1&resourceVersion=" + from + selector,
      [](const std::vector<Frame>& seen) { return !seen.empty() && seen.back().at("/metadata/name") == "marker"; });
  if (!watched.trouble.empty()) throw std::runtime_error("the watch of " + kind.plural + ": " + watched.trouble);
  for (const Frame& frame : watched.frames) {
    const std::string name = frame.at("/metadata/name");
    if (name == "marker") continue;
    heard.events[kind.plural + "/" + name + selector] += frame.type + " " + form.of_object(frame.object) + "\n";
  }
}

}  // namespace

Heard play(Side& side, const std::string& ns, const std::vector<Step>& steps) {
  ok(side.post("/api/v1/namespaces", R"({"metadata":{"name":")" + ns + R"("}})"));
  std::set<std::string> touched;  // the kinds of the conversation
  for (const Step& step : steps) {
    for (const SpokenKind& kind : spoken_kinds()) {
      if (step.target.find("/{ns}/" + kind.plural) != std::string::npos) touched.insert(kind.plural);
    }
  }
  std::map<std::string, std::string> from;
  for (const SpokenKind& kind : spoken_kinds()) {
    if (touched.contains(kind.plural)) from[kind.plural] = ok(side.get(collection_of(kind, ns))).version();
  }
  Heard heard;
  Memory memory(ns);
  NormalForm form(ns);
  for (const Step& step : steps) {
    const Answer answer = side.send(step.method, memory.filled(step.target), memory.body_of(step),
                                    {.accept = step.accept, .content_type = step.content_type});
    memory.hear(step, answer);
    heard.answers.push_back(form.of(answer));
  }
  for (const SpokenKind& kind : spoken_kinds()) {
    if (!touched.contains(kind.plural)) continue;
    heard.lists[kind.plural] = form.of(side.get(collection_of(kind, ns)));
    const std::string marker = "{" + kind.head + R"(,"metadata":{"name":"marker","labels":{"l":"x"}},)" +
                               memory.filled(kind.fields.front()) + "}";
    ok(side.post(collection_of(kind, ns), marker));
    for (const char* selector : {"", "&labelSelector=l%3Dx"})
      read_events(side, kind, ns, from[kind.plural], selector, form, heard);
  }
  heard.lists["namespaces"] = form.of(side.get("/api/v1/namespaces/" + ns));
  return heard;
}

}  // namespace originpull::behaviour
