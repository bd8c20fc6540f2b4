// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_world.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/rfc3339.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/target.hpp"

namespace originpull::worlds {

using nlohmann::json;

namespace {

std::int64_t number(const std::string& text, std::int64_t fallback) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

std::string text_at(const json& object, const char* outer, const char* inner) {
  const auto found = object.find(outer);
  return found != object.end() && found->is_object() ? found->value(inner, std::string()) : std::string();
}

std::string uid_of(std::uint64_t high, std::uint64_t low) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>(high & 0xffffU), static_cast<unsigned>(high >> 16U & 0xfffU),
                static_cast<unsigned>(low >> 48U & 0xfffU), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

std::string name_in(const std::string& field_selector) {
  constexpr std::string_view kName = "metadata.name=";
  return field_selector.starts_with(kName) ? field_selector.substr(kName.size()) : std::string();
}

}  // namespace

std::string KubeKind::base_path() const {
  return (group_version.find('/') == std::string::npos ? "/api/" : "/apis/") + group_version;
}
KubeKind secrets_kind() {
  return {.group_version = "v1", .plural = "secrets", .kind = "Secret", .update_needs_version = false};
}
KubeKind leases_kind() { return {.group_version = "coordination.k8s.io/v1", .plural = "leases", .kind = "Lease"}; }
KubeKind events_kind() {
  return {.group_version = "events.k8s.io/v1", .plural = "events", .kind = "Event", .update_needs_version = false};
}

// One request on its way through the world.
struct KubeWorld::Visit {
  const net::ServedRequest& http;
  const Target target;
  const std::string now;  // RFC 3339
  const std::string fresh_uid;
  const KubeKind* kind = nullptr;
  std::string ns = {};
  std::string name = {};
  std::string subresource = {};
  std::vector<KubeCommit> done = {};

  Id id() const { return {kind->plural, ns, name}; }
  bool metadata_only() const {
    return http.header("Accept").find("as=PartialObjectMetadata") != std::string_view::npos;
  }
  std::string asked(const char* parameter) const {
    const auto found = target.query.find(parameter);
    return found == target.query.end() ? std::string() : found->second;
  }
  net::Served show(int status, const std::string& object) const {
    return {.status = status, .body = metadata_only() ? metadata_view(object) : object};
  }
  net::Served not_found() const {
    return refusal(404, "NotFound", (kind ? kind->plural + " \"" + name + "\"" : "the path") + " not found");
  }
  // Gives the object its new version and writes it down.
  std::string commit(State& state, const char* type, json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++state.version);
    const std::string text = object.dump();
    if (std::string_view(type) == "DELETED") {
      state.objects.erase(id());
    } else {
      state.objects[id()] = text;
    }
    done.push_back({state.version, type, kind->plural, ns, name, text});
    state.history.push_back(done.back());
    return text;
  }
};

KubeWorld::KubeWorld(env::Env& env, std::vector<KubeKind> kinds, Observer observer)
    : env_(env), kinds_(std::move(kinds)), observer_(std::move(observer)), state_(env) {}

bool KubeWorld::resolve(Visit& visit) const {
  const auto& path = visit.target.segments;
  std::string base;
  std::size_t at = 0;
  const std::size_t base_size = !path.empty() && path[0] == "api" ? 2 : 3;
  for (; at < base_size && at < path.size(); ++at) base += "/" + path[at];
  if (at + 2 < path.size() && path[at] == "namespaces") {
    visit.ns = path[at + 1];
    at += 2;
  }
  if (at >= path.size()) return false;
  for (const KubeKind& kind : kinds_)
    if (kind.base_path() == base && kind.plural == path[at]) visit.kind = &kind;
  if (++at < path.size()) visit.name = path[at];
  if (++at < path.size()) visit.subresource = path[at];
  return visit.kind != nullptr && at + 1 >= path.size();
}

net::Served KubeWorld::handle(const net::ServedRequest& request) {
  const std::string now = format_rfc3339(env_.wall());
  const std::uint64_t high = env_.random();
  Visit visit{
      .http = request, .target = parse_target(request.target), .now = now, .fresh_uid = uid_of(high, env_.random())};
  net::Served answer = state_.with([&](State& state) {
    try {
      return route(state, visit);
    } catch (const json::exception& e) {
      return refusal(400, "BadRequest", e.what());
    }
  });
  if (observer_)
    for (const KubeCommit& commit : visit.done) observer_(commit);
  return answer;
}

net::Served KubeWorld::route(State& state, Visit& visit) const {
  if (!resolve(visit)) return visit.not_found();
  const std::string& method = visit.http.method;
  const bool has_subresource = visit.subresource == "status" && visit.kind->status_subresource;
  if (!visit.subresource.empty() && !has_subresource) return visit.not_found();
  if (!visit.asked("labelSelector").empty()) return refusal(400, "BadRequest", "label selectors are not simulated");
  if (visit.name.empty()) {
    if (method == "GET") return list(state, visit);
    if (method == "POST" && !visit.ns.empty()) return create(state, visit);
  } else if (method == "GET") {
    const auto found = state.objects.find(visit.id());
    return found == state.objects.end() ? visit.not_found() : visit.show(200, found->second);
  } else if (method == "PUT" || method == "PATCH") {
    return update(state, visit);
  } else if (method == "DELETE" && visit.subresource.empty()) {
    return remove(state, visit);
  }
  return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

// All pages are of the moment of the first.
net::Served KubeWorld::list(State& state, const Visit& visit) {
  const std::int64_t limit = number(visit.asked("limit"), 0);
  std::string token = visit.asked("continue");
  Snapshot rest{.version = state.version};
  if (token.empty()) {
    const std::string only = name_in(visit.asked("fieldSelector"));
    for (const auto& [id, text] : state.objects) {
      const auto& [plural, ns, name] = id;
      const bool here = plural == visit.kind->plural && (visit.ns.empty() || visit.ns == ns);
      if (here && (only.empty() || only == name)) rest.items.push_back(text);
    }
    token = std::to_string(state.version) + "-" + std::to_string(state.snapshots.size());
  } else {
    const auto found = state.snapshots.find(token);
    if (found == state.snapshots.end()) return expired();
    rest = found->second;
    token += "+";
  }
  const std::size_t count =
      limit > 0 ? std::min<std::size_t>(static_cast<std::size_t>(limit), rest.items.size()) : rest.items.size();
  const auto cut = rest.items.begin() + static_cast<std::ptrdiff_t>(count);
  const std::vector<std::string> page(rest.items.begin(), cut);
  rest.items.erase(rest.items.begin(), cut);
  const std::int64_t version = rest.version;
  if (rest.items.empty()) {
    token.clear();
  } else {
    state.snapshots[token] = std::move(rest);
  }
  return {.body = list_text(*visit.kind, version, token, page, visit.metadata_only())};
}

net::Served KubeWorld::create(State& state, Visit& visit) {
  json object = json::parse(visit.http.body);
  visit.name = text_at(object, "metadata", "name");
  if (visit.name.empty()) return refusal(422, "Invalid", "metadata.name: Required value");
  if (state.objects.contains(visit.id()))
    return refusal(409, "AlreadyExists", visit.kind->plural + " \"" + visit.name + "\" already exists");
  json& meta = object["metadata"];
  meta["namespace"] = visit.ns;
  meta["uid"] = visit.fresh_uid;
  meta["creationTimestamp"] = visit.now;
  if (visit.kind->generations) meta["generation"] = 1;
  if (visit.kind->status_subresource) {
    object.erase("status");
    if (!visit.kind->initial_status.empty()) object["status"] = json::parse(visit.kind->initial_status);
  }
  return visit.show(201, visit.commit(state, "ADDED", std::move(object)));
}

net::Served KubeWorld::update(State& state, Visit& visit) {
  const auto found = state.objects.find(visit.id());
  if (found == state.objects.end()) return visit.not_found();
  const json before = json::parse(found->second);
  json sent = json::parse(visit.http.body);
  const bool patch = visit.http.method == "PATCH";
  if (patch && visit.http.header("Content-Type") != "application/merge-patch+json")
    return refusal(415, "UnsupportedMediaType", "only merge patches are simulated");
  const std::string version = text_at(sent, "metadata", "resourceVersion");
  const std::string uid = text_at(sent, "metadata", "uid");
  if (version.empty() && !patch && visit.kind->update_needs_version)
    return refusal(422, "Invalid", "metadata.resourceVersion: must be specified for an update");
  if (!version.empty() && version != text_at(before, "metadata", "resourceVersion"))
    return refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
  if (!uid.empty() && uid != text_at(before, "metadata", "uid"))
    return refusal(409, "Conflict", "Precondition failed: UID in precondition: " + uid);
  if (patch) {
    json patched = before;
    patched.merge_patch(sent);
    sent = std::move(patched);
  }

  json after = visit.subresource == "status" ? before : sent;
  if (visit.subresource == "status") {
    after["status"] = sent.value("status", json::object());
  } else if (visit.kind->status_subresource) {
    after.erase("status");
    if (before.contains("status")) after["status"] = before["status"];
  }
  for (const char* fixed : {"name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion"})
    if (before["metadata"].contains(fixed)) after["metadata"][fixed] = before["metadata"][fixed];
  if (after == before) return visit.show(200, found->second);  // nothing new has no new version
  if (visit.kind->generations && after["spec"] != before["spec"])
    after["metadata"]["generation"] = before["metadata"].value("generation", 0) + 1;
  return visit.show(200, visit.commit(state, "MODIFIED", std::move(after)));
}

net::Served KubeWorld::remove(State& state, Visit& visit) {
  const auto found = state.objects.find(visit.id());
  if (found == state.objects.end()) return visit.not_found();
  const json object = json::parse(found->second);
  const json options = visit.http.body.empty() ? json::object() : json::parse(visit.http.body);
  for (const char* condition : {"uid", "resourceVersion"}) {
    const std::string wanted = text_at(options, "preconditions", condition);
    if (!wanted.empty() && wanted != text_at(object, "metadata", condition))
      return refusal(409, "Conflict", std::string("Precondition failed: ") + condition);
  }
  return visit.show(200, visit.commit(state, "DELETED", object));
}

std::string KubeWorld::object(const std::string& plural, const std::string& ns, const std::string& name) {
  return state_.look([&](const State& state) {
    const auto found = state.objects.find({plural, ns, name});
    return found == state.objects.end() ? std::string() : found->second;
  });
}

void KubeWorld::compact() {
  state_.with([](State& state) {
    state.history.clear();
    state.snapshots.clear();
    state.compacted = state.version;
  });
}

void KubeWorld::cut_watches() {
  state_.with([](State& state) { ++state.cuts; });
}

std::unique_ptr<KubeWatch> KubeWorld::watch(const net::ServedRequest& request) {
  Visit visit{.http = request, .target = parse_target(request.target), .now = {}, .fresh_uid = {}};
  const std::string flag = visit.asked("watch");
  if (request.method != "GET" || (flag != "1" && flag != "true")) return nullptr;
  if (!resolve(visit) || !visit.name.empty() || !visit.asked("labelSelector").empty()) return nullptr;
  KubeWatch::Options options{.kind = *visit.kind,
                             .ns = visit.ns,
                             .name = name_in(visit.asked("fieldSelector")),
                             .metadata_only = visit.metadata_only(),
                             .bookmarks = visit.asked("allowWatchBookmarks") == "true"};
  std::unique_ptr<KubeWatch> watch(new KubeWatch(*this, std::move(options)));
  const Instant now = env_.now();
  watch->end_ = now + Seconds(number(visit.asked("timeoutSeconds"), 1'800));
  if (watch->options_.bookmarks) watch->bookmark_at_ = now + kBookmarkAfter;
  const std::int64_t from = number(visit.asked("resourceVersion"), 0);
  state_.look([&](const State& state) {
    watch->cuts_ = state.cuts;
    watch->cursor_ = from;
    if (from != 0) return;
    watch->cursor_ = state.version;
    for (const auto& [id, text] : state.objects) {
      const auto& [plural, ns, name] = id;
      if (watch->wants({.type = "ADDED", .plural = plural, .ns = ns, .name = name, .text = {}}))
        watch->first_ += frame("ADDED", watch->options_.metadata_only ? metadata_view(text) : text);
    }
  });
  return watch;
}

bool KubeWatch::wants(const KubeCommit& commit) const {
  return commit.plural == options_.kind.plural && (options_.ns.empty() || options_.ns == commit.ns) &&
         (options_.name.empty() || options_.name == commit.name);
}

// Whether there is something to give.
bool KubeWatch::collect(const KubeWorld::State& state, std::string& frames) {
  frames = std::exchange(first_, {});
  if (cursor_ < state.compacted) {
    frames += frame("ERROR", expired().body);
    refused_ = true;
    return true;
  }
  for (const KubeCommit& commit : state.history) {
    if (commit.version <= cursor_ || !wants(commit)) continue;
    frames += frame(commit.type, options_.metadata_only ? metadata_view(commit.text) : commit.text);
    cursor_ = commit.version;
  }
  return !frames.empty();
}

KubeWatch::Next KubeWatch::next(std::string& frames, Instant deadline, const std::stop_token& stop) {
  if (refused_) return Next::kEnd;
  bool marked = false;
  const auto came = world_.state_.await(
      [&](const KubeWorld::State& state, Instant now) -> env::Poll<Next> {
        if (state.cuts != cuts_) return {Next::kEnd};
        if (collect(state, frames)) return {Next::kFrames};
        if (now >= end_) return {Next::kEnd};
        if (now >= bookmark_at_) {
          cursor_ = state.version;
          frames = bookmark(options_.kind, cursor_);
          marked = true;
          return {Next::kFrames};
        }
        if (now >= deadline) return {Next::kSilence};
        return {.again = std::min({deadline, end_, bookmark_at_})};
      },
      stop);
  if (marked) bookmark_at_ = world_.env_.now() + kBookmarkAfter;
  return came.value_or(Next::kSilence);
}

}  // namespace originpull::worlds
