// SPDX-License-Identifier: Apache-2.0
#pragma once
// An Event in our words and as the API wants it (events.k8s.io/v1), with the limits that the server checks: it would
// refuse a note of more than 1,024 bytes or a name that is no DNS name, so such are cut here, at a whole character.
// The one idea: an Event that is sent is one that the server takes. Values and pure functions; no threads; cannot fail.
// event_recorder.hpp decides which are sent, counted or dropped.
#include <cstdint>
#include <string>
#include <string_view>

#include "kube/object.hpp"

namespace originpull::kube {

ResourceType event_type();

// The object that an Event is about.
struct EventSubject {
  std::string api_version;
  std::string kind;
  ObjectKey key;
  std::string uid;
  std::string resource_version = {};
};

struct Event {
  EventSubject subject;
  bool warning = false;
  std::string reason;  // CamelCase: what kind of thing
  std::string action;  // CamelCase: what was being done
  std::string note;    // the sentence
};

struct EventReporter {
  std::string controller = "originpull.dev/operator";
  std::string instance = "origin-pull-operator";  // the Pod
};

// The body that creates it. `name` is the Event's own; it lives in event_namespace().
std::string encode_event(const Event&, const EventReporter&, const std::string& name, Wall at);
// The merge patch that says how often it has happened.
std::string encode_series(std::int64_t count, Wall last);

std::string event_namespace(const EventSubject&);
// "<subject>.<16 hex digits>"
std::string event_name(const EventSubject&, std::uint64_t number);
// Two Events with the same one are one thing that happened twice. The note counts: two certificates are two things.
std::string same_thing(const Event&);

}  // namespace originpull::kube
