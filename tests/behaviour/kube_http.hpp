// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the behaviour suite says to a Kubernetes API and what it hears, as plain HTTP: no client of ours takes part, so
// a fault of the client cannot hide one of the server. The one idea: an answer stays the text that came, and a check
// asks it for the value at a JSON pointer ("/metadata/uid"). A value that is absent, or that stands in a text that is
// no JSON, is the empty string, which no comparison takes for a real one. Plain values; nothing fails.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/transport.hpp"

namespace originpull::behaviour {

inline constexpr const char* kJson = "application/json";
inline constexpr const char* kMerge = "application/merge-patch+json";
inline constexpr const char* kJsonPatch = "application/json-patch+json";
inline constexpr const char* kStrategic = "application/strategic-merge-patch+json";
inline constexpr const char* kApply = "application/apply-patch+yaml";
inline constexpr const char* kMetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
inline constexpr const char* kMetadataListOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
inline constexpr const char* kTable = "application/json;as=Table;g=meta.k8s.io;v=v1";

// The value at `pointer` in a JSON text: a string as it is, anything else as compact JSON, "" if there is none.
std::string text_at(std::string_view json, const std::string& pointer);
bool has_at(std::string_view json, const std::string& pointer);
// How many members the array or object there has; 0 if there is none.
std::size_t count_at(std::string_view json, const std::string& pointer);
// The same object with one value replaced or added; `value` is JSON. A null value stays a null.
std::string with(std::string_view json, const std::string& pointer, std::string_view value);
std::string without(std::string_view json, const std::string& pointer);
std::string as_json(std::string_view text);

// What a request may have beside its method, target and body.
struct Extra {
  std::string accept = kJson;
  std::string token = {};  // empty: the admin's
  std::string content_type = {};
  net::Headers headers = {};
};

struct Answer {
  int status = 0;  // 0: there was none, and `body` says why
  net::Headers headers = {};
  std::string body = {};

  std::string at(const std::string& pointer) const { return text_at(body, pointer); }
  bool has(const std::string& pointer) const { return has_at(body, pointer); }
  std::size_t count(const std::string& pointer) const { return count_at(body, pointer); }
  std::string version() const { return at("/metadata/resourceVersion"); }
  std::string uid() const { return at("/metadata/uid"); }
  // What a Status says: "404 NotFound"; of any other answer the number alone.
  std::string verdict() const;
  std::string message() const { return at("/message"); }
  // The field of each cause: "spec.zone spec.certificate", in the order in which they came. A cause that is repeated
  // word by word counts once: of changes to metadata a real server tells some two or three times.
  std::string causes() const;
  std::string header(std::string_view name) const { return std::string(net::find_header(headers, name)); }
};

struct Frame {
  std::string type;    // ADDED
  std::string object;  // as it came
  std::string at(const std::string& pointer) const { return text_at(object, pointer); }
};

// What a watch said until the check had enough or the server ended it.
struct Watched {
  Answer head = {};  // with the body, if that was no stream of events
  std::vector<Frame> frames = {};
  bool ended = false;        // by the server, in order
  std::string trouble = {};  // it broke, or nothing came in time
  // "ADDED a, MODIFIED a, BOOKMARK": the types, with the names of the objects.
  std::string story() const;
};

// Takes lines apart that come in any pieces. false: a line is no event.
class FrameReader {
 public:
  bool read(std::string_view part, std::vector<Frame>& frames);

 private:
  std::string rest_ = {};
};

}  // namespace originpull::behaviour
