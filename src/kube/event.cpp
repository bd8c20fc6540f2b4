// SPDX-License-Identifier: Apache-2.0
#include "kube/event.hpp"

#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"

namespace originpull::kube {
namespace {

constexpr std::size_t kLongestNote = 1'024;
constexpr std::size_t kLongestWord = 128;
constexpr std::size_t kLongestName = 253;

}  // namespace

ResourceType event_type() { return {.group = "events.k8s.io", .version = "v1", .plural = "events", .kind = "Event"}; }

std::string event_namespace(const EventSubject& subject) { return subject.key.ns.empty() ? "default" : subject.key.ns; }

std::string event_name(const EventSubject& subject, std::uint64_t number) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name = cut(subject.key.name, kLongestName - 17);
  // What remains of a cut name must not end where a DNS name may not.
  while (!name.empty() && (name.back() == '.' || name.back() == '-')) name.pop_back();
  name += '.';
  for (int shift = 60; shift >= 0; shift -= 4) name += kDigits[(number >> shift) & 15];
  return name;
}

std::string same_thing(const Event& event) {
  std::string text = event.subject.uid;
  for (const std::string* part : {&event.subject.kind, &event.subject.key.ns, &event.subject.key.name, &event.reason,
                                  &event.action, &event.note}) {
    text += '\0';
    text += *part;
  }
  return text + (event.warning ? "!" : "");
}

std::string encode_event(const Event& event, const EventReporter& reporter, const std::string& name, Wall at) {
  const EventSubject& subject = event.subject;
  json::Writer body;
  body.begin_object().field("apiVersion", event_type().api_version()).field("kind", "Event");
  body.key("metadata").begin_object().field("name", name).field("namespace", event_namespace(subject)).end_object();
  body.field("eventTime", format_rfc3339_micros(at))
      .field("reportingController", cut(reporter.controller, kLongestWord))
      .field("reportingInstance", cut(reporter.instance, kLongestWord))
      .field("action", cut(event.action, kLongestWord))
      .field("reason", cut(event.reason, kLongestWord))
      .field("type", event.warning ? "Warning" : "Normal")
      .field("note", cut(event.note, kLongestNote));
  body.key("regarding").begin_object().field("apiVersion", subject.api_version).field("kind", subject.kind);
  if (!subject.key.ns.empty()) body.field("namespace", subject.key.ns);
  body.field("name", subject.key.name).field("uid", subject.uid);
  if (!subject.resource_version.empty()) body.field("resourceVersion", subject.resource_version);
  return body.end_object().end_object().take();
}

std::string encode_series(std::int64_t count, Wall last) {
  json::Writer body;
  body.begin_object().key("series").begin_object();
  body.field("count", count).field("lastObservedTime", format_rfc3339_micros(last));
  return body.end_object().end_object().take();
}

}  // namespace originpull::kube
