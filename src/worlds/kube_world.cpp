// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_world.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/rfc3339.hpp"
#include "worlds/kube_access.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_apply.hpp"
#include "worlds/kube_discovery.hpp"
#include "worlds/kube_endings.hpp"
#include "worlds/kube_reader.hpp"
#include "worlds/kube_watch.hpp"

namespace originpull::worlds {

using nlohmann::json;

namespace {

constexpr Duration kPatience{3'000};  // for a version that is not known yet
constexpr std::size_t kMaxBody = std::size_t{3} << 20;

std::string uid_of(std::uint64_t high, std::uint64_t low) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>(high & 0xffffU), static_cast<unsigned>(high >> 16U & 0xfffU),
                static_cast<unsigned>(low >> 48U & 0xfffU), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

// What a cluster begins with.
void add_namespaces(KubeStore& store, Wall now) {
  std::int64_t version = 0;
  for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system"}) {
    ++version;
    json meta = {{"name", name},
                 {"uid", uid_of(0, static_cast<std::uint64_t>(version))},
                 {"creationTimestamp", format_rfc3339(now)},
                 {"labels", {{"kubernetes.io/metadata.name", name}}}};
    json ns = {
        {"metadata", std::move(meta)}, {"spec", {{"finalizers", {"kubernetes"}}}}, {"status", {{"phase", "Active"}}}};
    store.objects[{"namespaces", "", name}] = make_object(std::move(ns), version);
  }
}

KubeState first_state(const KubeOptions& options, Wall now) {
  KubeState state;
  if (options.laws.namespaces_must_exist) add_namespaces(state.store, now);
  state.catalogue = options.catalogue;
  state.store.history_limit = options.history;
  state.store.version = options.first_version;
  state.front_ends.resize(std::max(1U, options.front_ends));
  return state;
}

net::Served page_not_found() {
  return {.status = 404,
          .headers = {{"X-Content-Type-Options", "nosniff"}},
          .body = "404 page not found\n",
          .content_type = "text/plain; charset=utf-8"};
}

// "OriginPullConfig" of "originpullconfigs.originpull.dev"
std::string plural_of(const std::string& storage) { return storage.substr(0, storage.find('.')); }

bool has_subresource(const KubeRequest& request, const KubeType& type) {
  if (request.subresource.empty()) return true;
  if (request.subresource == "finalize") return type.rules == KubeRules::kNamespace && request.verb == "update";
  return request.subresource == "status" && type.status_subresource;
}

bool verb_fits(const KubeRequest& request, const KubeType& type) {
  const std::string& verb = request.verb;
  const bool one = !request.name.empty();
  const bool somewhere = !type.namespaced || !request.ns.empty();
  if (!request.subresource.empty()) return verb == "get" || verb == "update" || verb == "patch";
  if (verb == "list" || verb == "watch" || verb == "get") return true;
  if (verb == "create") return !one && somewhere;
  if (verb == "deletecollection") return type.deletes_collections && somewhere;
  return one && (verb == "update" || verb == "patch" || verb == "delete");
}

std::string success_text(const KubeType& type, const KubeObject& object) {
  const json& meta = object.value->at("metadata");
  json details = {{"name", meta.value("name", "")}, {"kind", type.plural}, {"uid", meta.value("uid", "")}};
  if (!type.group.empty()) details["group"] = type.group;
  return json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"metadata", json::object()},
              {"status", "Success"},
              {"details", details}}
      .dump();
}

const char* options_kind(const std::string& verb) {
  if (verb == "create") return "CreateOptions";
  if (verb == "update") return "UpdateOptions";
  if (verb == "patch") return "PatchOptions";
  return "DeleteOptions";
}

}  // namespace

KubeWorld::KubeWorld(env::Env& env, KubeOptions options, Observer observer)
    : env_(env),
      laws_(options.laws),
      yaml_(options.yaml),
      observer_(std::move(observer)),
      state_(env, first_state(options, env.wall())) {}

KubeMoment KubeWorld::moment() {
  const std::uint64_t high = env_.random();
  const std::uint64_t low = env_.random();
  const Wall wall = env_.wall();
  return {.at = env_.now(),
          .wall = wall,
          .now = format_rfc3339(wall),
          .fresh_uid = uid_of(high, low),
          .chance = high ^ (low << 7U)};
}

net::Served KubeWorld::handle(const net::ServedRequest& http, unsigned front_end) {
  try {
    return serve(read_request(http), front_end);
  } catch (const json::exception& error) {  // a value of an unexpected type, deep in an object
    return refusal({.code = 400, .reason = "BadRequest", .message = error.what()});
  }
}

net::Served KubeWorld::serve(const KubeRequest& request, unsigned front_end) {
  if (request.http.body.size() > kMaxBody)
    return refusal(
        {.code = 413, .reason = "RequestEntityTooLarge", .message = "Request entity too large: limit is 3145728"});
  if (laws_.access) {
    const auto admitted = state_.look([&](const KubeState& state) { return admit_deed(state, request); });
    if (!admitted) return refusal(admitted.error());
  }
  const auto type = state_.look(
      [&](const KubeState& state) { return state.catalogue->find(request.group, request.version, request.plural); });
  const auto plain = with_json_body(request.http, !type || !type->custom(), yaml_);
  if (!plain) return refusal(plain.error());
  net::Served answer = serve_json(*plain ? read_request(**plain) : request, front_end);
  if (request.flag("pretty") && answer.content_type == "application/json" && !answer.stream)
    answer.body = nlohmann::ordered_json::parse(answer.body).dump(2);
  return answer;
}

net::Served KubeWorld::serve_json(const KubeRequest& request, unsigned front_end) {
  if (is_review(request)) {
    const auto told = state_.look([&](const KubeState& state) { return review(state, request, laws_); });
    return told ? net::Served{.status = 201, .body = *told} : refusal(told.error());
  }
  if (!request.is_resource) {
    const auto catalogue = state_.look([](const KubeState& state) { return state.catalogue; });
    return discover(*catalogue, request).value_or(page_not_found());
  }
  auto answer = route(request, front_end);
  if (answer) return std::move(*answer);
  if (answer.error().code == 404 && answer.error().reason.empty()) return page_not_found();
  return refusal(answer.error());
}

// A front-end whose cache is not filled yet serves no watch, and no list that would come from it.
KubeOutcome<void> KubeWorld::check_warm(const KubeRequest& request, unsigned front_end) const {
  const bool cached = request.verb == "watch" || (request.verb == "list" && !request.asked("resourceVersion").empty());
  if (!cached) return {};
  const bool warming = state_.look([&](const KubeState& state) {
    return front_end < state.front_ends.size() && state.front_ends[front_end].warming;
  });
  if (!warming) return {};
  return refuse({.code = 429, .reason = "TooManyRequests", .message = "storage is (re)initializing", .retry_after = 1});
}

KubeOutcome<KubeTypePtr> KubeWorld::find_type(const KubeRequest& request) {
  const auto catalogue = state_.look([](const KubeState& state) { return state.catalogue; });
  auto type = catalogue->find(request.group, request.version, request.plural);
  const bool scoped = type && (type->namespaced || request.ns.empty() || type->rules == KubeRules::kNamespace);
  if (scoped) return type;
  // A group that the API server itself serves answers with a Status; of others it knows nothing.
  if (catalogue->has_built_in(request.group, request.version)) return refuse(no_such_resource());
  return refuse(404, "", "");
}

KubeOutcome<net::Served> KubeWorld::route(const KubeRequest& request, unsigned front_end) {
  const auto type = TRY(find_type(request));
  if (!has_subresource(request, *type)) return refuse(no_such_resource());
  if (!verb_fits(request, *type)) return refuse(no_such_method());
  const KubeView view{.type = type,
                      .form = TRY(negotiate(request.http.header("Accept"))),
                      .include = request.asked("includeObject"),
                      .now = env_.wall()};
  TRY(check_warm(request, front_end));
  if (request.verb == "get") return get(request, view, front_end);
  if (request.verb == "list") return list(request, view, front_end);
  if (request.verb == "watch") return watch(request, view, front_end);
  if (request.verb == "deletecollection") return remove_collection(request, view);
  return write(request, view);
}

KubeOutcome<net::Served> KubeWorld::get(const KubeRequest& request, const KubeView& view, unsigned) {
  const KubeKey key{view.type->storage, view.type->namespaced ? request.ns : "", request.name};
  const auto found = state_.look([&](const KubeState& state) { return state.store.find(key); });
  if (!found) return refuse(not_found(*view.type, request.name));
  return net::Served{.body = show_object(view, *found)};
}

KubeOutcome<net::Served> KubeWorld::list(const KubeRequest& request, const KubeView& view, unsigned front_end) {
  const KubeListRequest wanted{.type = view.type,
                               .ns = view.type->namespaced ? request.ns : "",
                               .options = TRY(read_list_options(request, *view.type)),
                               .front_end = front_end};
  const Instant give_up = env_.now() + kPatience;
  const auto read = [&](const KubeState& state, Instant now) -> std::optional<KubeOutcome<KubePage>> {
    if (const auto as_of = moment_of(state, wanted, now)) return read_page(state, wanted, *as_of);
    if (now < give_up) return std::nullopt;
    return refuse(too_large_version(wanted.options.at_version, horizon(state, front_end, now).version));
  };
  const Instant start = env_.now();
  auto page = state_.look([&](const KubeState& state) { return read(state, start); });
  if (!page) {
    page = state_.await(
        [&](const KubeState& state, Instant now) -> env::Poll<KubeOutcome<KubePage>> {
          if (auto done = read(state, now)) return {std::move(done)};
          return {.again = std::min(give_up, horizon(state, front_end, now).more)};
        },
        request.http.stop);
  }
  if (!page) return refuse(503, "ServiceUnavailable", "the server is stopping");
  return net::Served{.body = show_list(view, TRY(std::move(*page)))};
}

KubeOutcome<net::Served> KubeWorld::watch(const KubeRequest& request, const KubeView& view, unsigned front_end) {
  KubeWatchRequest wanted{.view = view,
                          .ns = view.type->namespaced ? request.ns : "",
                          .options = TRY(read_list_options(request, *view.type)),
                          .front_end = front_end,
                          .chance = env_.random()};
  net::Served answer;
  answer.stream = std::make_shared<KubeWatch>(env_, state_, std::move(wanted));
  return answer;
}

KubeOutcome<KubeWritten> KubeWorld::commit(const KubeRequest& request, const KubeTypePtr& type,
                                           const KubeWriteOptions& options, const Write& act) {
  const KubeMoment now = moment();
  std::vector<KubeChange> changes;
  std::shared_ptr<const KubeCatalogue> catalogue;
  auto written = state_.with([&](KubeState& state) {
    const std::int64_t before = state.store.version;
    KubeWriter writer(state, laws_, now, request, type, options);
    auto done = act(writer);
    if (!done) done.error().warnings = writer.warnings();
    settle(state, laws_, now, before);
    catalogue = state.catalogue;
    if (observer_) changes.assign(state.store.after(before), state.store.history.cend());
    return done;
  });
  if (!changes.empty()) observe(changes, *catalogue);
  return written;
}

KubeOutcome<net::Served> KubeWorld::write(const KubeRequest& request, const KubeView& view) {
  const std::string& verb = request.verb;
  const std::string content_type = media_type(request.http.header("Content-Type"));
  const bool json_body = content_type.empty() || content_type == "application/json" || content_type == "*/*";
  if (verb != "patch" && verb != "delete" && !json_body)
    return refuse(415, "UnsupportedMediaType",
                  std::string("the body of the request was in an unknown format - accepted media types include: "
                              "application/json, application/yaml") +
                      (view.type->custom() ? "" : ", application/vnd.kubernetes.protobuf"));
  KubeWriteOptions options = TRY(read_write_options(request, options_kind(verb)));
  const bool applies = content_type == "application/apply-patch+yaml";
  if (verb == "patch")
    TRY(check_patch_options(request.asked("fieldManager"), applies, request.target.query.contains("force")));
  const std::string& body = request.http.body;
  json object;
  if (verb == "create" || verb == "update")
    object = TRY(read_object(body, *view.type, options.unknown_fields == KubeWriteOptions::Unknown::kIgnore));
  if (verb == "delete") object = TRY(read_delete_options(body));
  // What is said in a body counts, and then nothing of what the query says.
  if (verb == "delete" && !body.empty())
    options.dry_run = object.value("dryRun", json::array()) == json::array({"All"});
  const auto written = TRY(commit(request, view.type, options, [&](KubeWriter& writer) {
    if (verb == "create") return writer.create(std::move(object));
    if (verb == "update") return writer.update(std::move(object));
    if (verb == "patch") return writer.patch(content_type);
    return writer.remove(object);
  }));
  const bool gone = written.gone && !view.type->shows_deleted;
  return net::Served{.status = written.status,
                     .headers = warning_headers(written.warnings),
                     .body = gone ? success_text(*view.type, *written.object) : show_object(view, *written.object)};
}

// Answers with the list as it was.
KubeOutcome<net::Served> KubeWorld::remove_collection(const KubeRequest& request, const KubeView& view) {
  const KubeListRequest wanted{.type = view.type,
                               .ns = view.type->namespaced ? request.ns : "",
                               .options = TRY(read_list_options(request, *view.type))};
  const KubeWriteOptions options = TRY(read_write_options(request, "DeleteOptions"));
  const json how = TRY(read_delete_options(request.http.body));
  const KubePage page =
      TRY(state_.look([&](const KubeState& state) { return read_page(state, wanted, state.store.version); }));
  const Write remove_them = [&](KubeWriter& writer) -> KubeOutcome<KubeWritten> {
    std::vector<KubeStore::Row> rows;
    for (const KubeObjectPtr& one : page.items) {
      const json& meta = one->value->at("metadata");
      rows.emplace_back(KubeKey{view.type->storage, meta.value("namespace", ""), meta.value("name", "")}, one);
    }
    TRY(writer.remove_all(rows, how));
    return KubeWritten{};
  };
  TRY(commit(request, view.type, options, remove_them));
  return net::Served{.body = show_list(view, page)};
}

void KubeWorld::observe(const std::vector<KubeChange>& changes, const KubeCatalogue& catalogue) const {
  for (const KubeChange& change : changes) {
    const KubeObjectPtr& object = change.after ? change.after : change.last;
    const auto type = std::ranges::find_if(catalogue.types(), [&](const KubeTypePtr& one) {
      return one->storage == change.key.storage && (one->rules != KubeRules::kEvent || !one->group.empty());
    });
    observer_({.version = change.version,
               .type = !change.before ? "ADDED"
                       : change.after ? "MODIFIED"
                                      : "DELETED",
               .plural = plural_of(change.key.storage),
               .ns = change.key.ns,
               .name = change.key.name,
               .text = type == catalogue.types().end() ? object->bare : text_of(**type, *object)});
  }
}

std::string KubeWorld::object(const std::string& plural, const std::string& ns, const std::string& name) {
  return state_.look([&](const KubeState& state) {
    for (const KubeTypePtr& type : state.catalogue->types()) {
      if (type->plural != plural || (type->rules == KubeRules::kEvent && type->group.empty())) continue;
      if (const auto found = state.store.find({type->storage, ns, name})) return text_of(*type, *found);
    }
    return std::string();
  });
}

void KubeWorld::add_user(const std::string& token, KubeUser user) {
  state_.with([&](KubeState& state) { state.users[token] = std::move(user); });
}

void KubeWorld::compact() {
  state_.with([](KubeState& state) { state.store.compact(); });
}

void KubeWorld::cut_watches() {
  state_.with([](KubeState& state) { ++state.cuts; });
}

void KubeWorld::set_lag(unsigned front_end, const KubeLag& lag) {
  state_.with([&](KubeState& state) {
    if (front_end >= state.front_ends.size()) return;
    const std::int64_t known =
        state.front_ends[front_end].frozen ? state.front_ends[front_end].frozen_at : state.store.version;
    state.front_ends[front_end] = lag;
    state.front_ends[front_end].frozen_at = known;
  });
}

}  // namespace originpull::worlds
