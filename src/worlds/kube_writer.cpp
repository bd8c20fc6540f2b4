// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "worlds/kube_admission.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_apply.hpp"
#include "worlds/kube_body.hpp"
#include "worlds/kube_builtin.hpp"
#include "worlds/kube_endings.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_managers.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_patch.hpp"
#include "worlds/kube_strategic.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

const KubeSchema* schema_of(const KubeType& type) {
  if (type.custom()) return type.schema.get();
  // Events are kept in one form, whoever asks.
  const bool event = type.rules == KubeRules::kEvent;
  return builtin_schema(event ? "events.k8s.io/v1" : type.group_version(), type.kind);
}

// What the server alone writes into metadata.
constexpr std::array kOwned = {"uid",        "creationTimestamp",          "deletionTimestamp",
                               "generation", "deletionGracePeriodSeconds", "selfLink"};

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_finalizers(const json& object) {
  const json& meta = object.at("metadata");
  const auto found = meta.find("finalizers");
  return found != meta.end() && !found->empty();
}

// Five characters that look like no word, as real ones do.
std::string suffix(std::uint64_t chance) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::string text;
  for (int i = 0; i < 5; ++i, chance /= kLetters.size()) text += kLetters[chance % kLetters.size()];
  return text;
}

bool is_immortal(const std::string& ns) { return ns == "default" || ns == "kube-system" || ns == "kube-public"; }

// What a dry run of a creation shows as its version: what the client said.
std::int64_t sent_version(const json& object) {
  std::int64_t version = 0;
  const std::string text = text_at(object.at("metadata"), "resourceVersion");
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

// All but metadata and status.
json without(const json& object, bool status) {
  json rest = object;
  rest.erase("metadata");
  rest.erase("apiVersion");
  rest.erase("kind");
  if (status) rest.erase("status");
  return rest;
}

}  // namespace

KubeRefusal KubeWriter::refused(const json& object, std::vector<KubeCause> causes) const {
  // Both faces of an Event speak of the core's, and a custom resource is named by the kind that it gives itself.
  const std::string group = type_->rules == KubeRules::kEvent ? "" : type_->group;
  const std::string kind = type_->custom() ? object.value("kind", type_->kind) : type_->kind;
  return invalid(group, kind, text_at(object.at("metadata"), "name"), std::move(causes));
}

KubeOutcome<void> KubeWriter::check_namespace(const std::string& name) const {
  if (!type_->namespaced) return {};
  const auto ns = state_.store.find({"namespaces", "", request_.ns});
  if (!ns) {
    if (!laws_.namespaces_must_exist) return {};
    return refuse(not_found(*state_.catalogue->find("", "v1", "namespaces"), request_.ns));
  }
  if (!ns->value->at("metadata").contains("deletionTimestamp")) return {};
  return refuse({.code = 403,
                 .reason = "Forbidden",
                 .message = type_->resource() + " \"" + name +
                            "\" is forbidden: unable to create new content in namespace " + request_.ns +
                            " because it is being terminated",
                 .causes = {{.reason = "NamespaceTerminating",
                             .message = "namespace " + request_.ns + " is being terminated",
                             .field = "metadata.namespace"}},
                 .group = type_->group,
                 .kind = type_->plural,
                 .name = name});
}

KubeOutcome<void> KubeWriter::place(json& object) const {
  json& meta = object["metadata"];
  if (!type_->namespaced) {
    meta.erase("namespace");
    return {};
  }
  const std::string ns = text_at(meta, "namespace");
  if (!ns.empty() && ns != request_.ns)
    return refuse(400, "BadRequest",
                  "the namespace of the provided object does not match the namespace sent on the request");
  meta["namespace"] = request_.ns;
  return {};
}

void KubeWriter::note_empty_maps(const json& sent) {
  if (type_->rules != KubeRules::kSecret && type_->rules != KubeRules::kConfigMap) return;
  for (const char* map : {"data", "binaryData"})
    if (sent.contains(map) && sent[map] == json::object()) empty_maps_.emplace_back(map);
}

KubeOutcome<void> KubeWriter::admit(json& object, const json* before) {
  std::vector<KubeCause> causes = faults_of_meta(object, *type_);
  if (before != nullptr) std::ranges::move(faults_of_meta_change(*before, object), std::back_inserter(causes));
  // To who judges what is immutable, an empty map is not none.
  if (before != nullptr && before->value("immutable", false))
    for (const std::string& map : empty_maps_) object[map] = json::object();
  const bool of_status = before != nullptr && request_.subresource == "status";
  auto others = TRY(faults_of_content(object, before, *type_, laws_, of_status, causes));
  // Of a new Event the metadata is judged between its old rules and the new ones.
  const bool event = type_->rules == KubeRules::kEvent && before == nullptr;
  const auto place = event ? std::ranges::find_if(others, is_new_rule_of_event) : others.begin();
  others.insert(place, causes.begin(), causes.end());
  causes = std::move(others);
  for (const std::string& map : empty_maps_)
    if (object.contains(map) && object[map].empty()) object.erase(map);
  if (!causes.empty()) return refuse(refused(object, std::move(causes)));
  std::ranges::move(warnings_of_meta(before, object, *type_), std::back_inserter(warnings_));
  return {};
}

KubeWritten KubeWriter::commit(const KubeKey& at, json&& value, int status, bool lacks_defaults) {
  if (options_.dry_run) {
    const auto there = state_.store.find(at);
    return {.status = status,
            .object = make_object(std::move(value), there ? there->version : sent_version(value)),
            .warnings = std::move(warnings_)};
  }
  return {.status = status,
          .object = state_.store.write(at, std::move(value), moment_.at, lacks_defaults),
          .warnings = std::move(warnings_)};
}

ManagedWrite KubeWriter::managed() const {
  ManagedWrite who{.manager = options_.manager,
                   .api_version = type_->group_version(),
                   .kind = type_->kind,
                   .subresource = request_.subresource,
                   .now = moment_.now};
  if (request_.subresource == "status") {
    who.resets = {"spec"};
    if (type_->custom()) who.resets.emplace_back("metadata");
  } else if (type_->status_subresource) {
    who.resets = {"status"};
  }
  return who;
}

// Notes who manages what, before the server adds its own.
void KubeWriter::track(json& object, const json* live) const {
  const KubeSchema* schema = schema_of(*type_);
  if (!laws_.managed_fields || schema == nullptr) {
    object["metadata"].erase("managedFields");
    return;
  }
  if (type_->rules == KubeRules::kEvent && type_->group.empty()) return track_core_event(object, live, managed());
  if (live == nullptr) return track_update(object, nullptr, *schema, managed());
  json before = *live;
  before["apiVersion"] = type_->group_version();
  before["kind"] = type_->kind;
  track_update(object, &before, *schema, managed());
}

KubeOutcome<KubeWritten> KubeWriter::create(json&& body) {
  json object = std::move(body);
  TRY(decode_content(object, request_.http.body, *type_, laws_, options_, warnings_));
  return insert(std::move(object), true);
}

KubeOutcome<KubeWritten> KubeWriter::insert(json&& decoded, bool tracked) {
  json object = std::move(decoded);
  TRY(place(object));
  json& meta = object["metadata"];
  std::string name = text_at(meta, "name");
  if (const std::string prefix = text_at(meta, "generateName"); name.empty() && !prefix.empty())
    name = prefix.substr(0, 58) + suffix(moment_.chance);
  if (!name.empty()) meta["name"] = name;
  TRY(check_namespace(name));
  for (const char* one : kOwned) meta.erase(one);
  if (tracked) track(object, nullptr);
  meta["uid"] = moment_.fresh_uid;
  meta["creationTimestamp"] = moment_.now;
  if (type_->generations) meta["generation"] = 1;
  if (type_->status_subresource) object.erase("status");
  const bool allocates = !options_.dry_run || !name.empty();
  if (auto causes = complete_content(object, nullptr, *type_, laws_); !causes.empty() && allocates)
    return refuse(refused(object, std::move(causes)));
  TRY(admit(object, nullptr));
  const bool posted = request_.verb == "create" && !options_.dry_run;  // a PUT that makes it does not mind
  if (posted && !text_at(object["metadata"], "resourceVersion").empty())
    return refuse(500, "", "resourceVersion should not be set on objects to be created");
  const KubeKey at{type_->storage, type_->namespaced ? request_.ns : std::string(), name};
  if (const auto there = state_.store.find(at)) {
    const bool going = there->value->at("metadata").contains("deletionTimestamp");
    return refuse(
        {.code = 409,
         .reason = "AlreadyExists",
         .message = (going ? "object is being deleted: " : "") + type_->resource() + " \"" + name + "\" already exists",
         .group = type_->group,
         .kind = type_->plural,
         .name = name});
  }
  // The status that a client sends is dropped, so what is one now are defaults, which a real server adds as it reads.
  const bool lacks_defaults = type_->custom() && type_->status_subresource && object.contains("status");
  return commit(at, std::move(object), 201, lacks_defaults);
}

KubeOutcome<void> KubeWriter::check_version(const KubeObject& before, const json& sent) const {
  const json& meta = sent.at("metadata");
  const std::string version = text_at(meta, "resourceVersion");
  if (version.empty() && type_->update_needs_version) {
    KubeRefusal missing = invalid(type_->group, type_->plural, request_.name,
                                  {invalid_value("metadata.resourceVersion", "0", "must be specified for an update")});
    return refuse(std::move(missing));
  }
  if (!version.empty() && !std::ranges::all_of(version, [](char c) { return c >= '0' && c <= '9'; }))
    return refuse(500, "", "strconv.ParseUint: parsing \"" + version + "\": invalid syntax");
  if (!version.empty() && version != std::to_string(before.version))
    return refuse(conflict(type_->group, type_->plural, request_.name,
                           "the object has been modified; please apply your changes to the latest version and try "
                           "again"));
  return {};
}

// An update may say whom it is meant for; nobody, too, is somebody else.
KubeOutcome<void> KubeWriter::check_uid(const KubeObject* before, const json& sent) const {
  const std::string uid = text_at(sent.at("metadata"), "uid");
  const std::string real_uid = before == nullptr ? "" : text_at(before->value->at("metadata"), "uid");
  if (uid.empty() || uid == real_uid) return {};
  const std::string at = (type_->custom() ? type_->group + "/" : std::string()) + type_->plural + "/" +
                         (type_->rules == KubeRules::kService ? "specs/" : "") +
                         (type_->namespaced ? request_.ns + "/" : "") + request_.name;
  return refuse(
      conflict(type_->group, type_->plural, request_.name,
               std::string("StorageError: invalid object, Code: 4, Key: ") + (options_.dry_run ? "/" : "/registry/") +
                   at + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + uid +
                   ", UID in object meta: " + real_uid));
}

// A client cannot change what is the server's, and a status subresource parts the object in two.
void KubeWriter::keep_what_is_fixed(const json& before, json& after) const {
  const auto keep = [](const json& from, json& to, const char* key) {
    if (from.contains(key)) {
      to[key] = from[key];
    } else {
      to.erase(key);
    }
  };
  if (request_.subresource == "status" && !type_->custom()) {
    keep(before, after, "spec");
  } else if (request_.subresource == "status") {
    json status = after.value("status", json());
    json meta = after.at("metadata");
    after = before;
    if (status.is_null()) {
      after.erase("status");
    } else {
      after["status"] = std::move(status);
    }
    keep(meta, after["metadata"], "managedFields");
    return;
  }
  if (type_->status_subresource && request_.subresource != "status") keep(before, after, "status");
  json& meta = after["metadata"];
  const json& old_meta = before.at("metadata");
  const bool going = old_meta.contains("deletionTimestamp");
  if (type_->rules == KubeRules::kNamespace && request_.subresource.empty()) keep(before, after, "spec");
  for (const char* one : {"creationTimestamp", "generation", "selfLink"}) keep(old_meta, meta, one);
  if (!meta.contains("uid")) keep(old_meta, meta, "uid");
  if (going) keep(old_meta, meta, "deletionTimestamp");
  if (going && !meta.contains("deletionGracePeriodSeconds")) keep(old_meta, meta, "deletionGracePeriodSeconds");
  keep(old_meta, meta, "resourceVersion");
}

KubeOutcome<KubeWritten> KubeWriter::store_change(const KubeObjectPtr& before, json&& sent, bool tracked) {
  const json& old = *before->value;
  json after = std::move(sent);
  if (tracked) track(after, &old);
  keep_what_is_fixed(old, after);
  if (auto causes = complete_content(after, &old, *type_, laws_); !causes.empty())
    return refuse(refused(after, std::move(causes)));
  if (type_->generations && request_.subresource.empty() &&
      without(old, type_->status_subresource) != without(after, type_->status_subresource))
    after["metadata"]["generation"] = old.at("metadata").value("generation", 0) + 1;
  const bool slice = type_->rules == KubeRules::kEndpointSlice;
  if (slice && old["metadata"].value("labels", json()) != after["metadata"].value("labels", json()))
    after["metadata"]["generation"] = old["metadata"].value("generation", 0) + 1;
  TRY(admit(after, &old));
  after.erase("apiVersion");
  after.erase("kind");
  if (laws_.managed_fields) keep_times_of_no_change(after, old);
  if (after == old && !before->lacks_defaults) return KubeWritten{.object = before, .warnings = std::move(warnings_)};
  if (after["metadata"].contains("deletionTimestamp") && !has_finalizers(after) &&
      type_->rules != KubeRules::kNamespace) {
    json shown_value = after;
    KubeWritten last{.object = make_object(std::move(shown_value), before->version), .warnings = std::move(warnings_)};
    // Who watches is told of the object as it was stored last.
    if (!options_.dry_run) state_.store.forget(key(), json(old), moment_.at);
    return last;
  }
  return commit(key(), std::move(after), 200);
}

KubeOutcome<KubeWritten> KubeWriter::update(json&& body) {
  note_empty_maps(body);
  TRY(decode_content(body, request_.http.body, *type_, laws_, options_, warnings_));
  const std::string name = text_at(body["metadata"], "name");
  if (name != request_.name)
    return refuse(
        400, "BadRequest",
        name.empty()
            ? "the name of the object (" + request_.name + " based on URL) was undeterminable: name must be provided"
            : "the name of the object (" + name + ") does not match the name on the URL (" + request_.name + ")");
  TRY(place(body));
  const auto before = state_.store.find(key());
  if (!before) {
    const bool makes = type_->creates_on_update;
    if (!makes) return refuse(not_found(*type_, request_.name));
    TRY(check_uid(nullptr, body));
    return insert(std::move(body), true);
  }
  TRY(check_uid(before.get(), body));
  TRY(check_version(*before, body));
  return store_change(before, std::move(body), true);
}

KubeOutcome<json> KubeWriter::patched(const KubeObject* before, std::string_view content_type) const {
  json object = whole_value(*type_, *before);
  if (type_->rules == KubeRules::kEvent && type_->group.empty()) object = core_event(object);
  const std::string& body = request_.http.body;
  if (content_type == "application/json-patch+json") return json_patched(object, body);
  const bool checked = options_.unknown_fields != KubeWriteOptions::Unknown::kIgnore;
  if (content_type == "application/merge-patch+json") return merge_patched(object, body, checked);
  const KubeSchema* schema = builtin_schema(type_->group_version(), type_->kind);
  return strategic_patched(object, body, schema != nullptr ? *schema : object_meta_schema());
}

// Of what a patch makes, as of a body that a client sent; a strategic one is merged into a kind that stands fast.
KubeOutcome<void> KubeWriter::read_result(json& after, std::string_view content_type) {
  if (content_type == "application/strategic-merge-patch+json") {
    after["kind"] = type_->kind;
    after["apiVersion"] = type_->group_version();
  }
  TRY(check_kind(after, *type_, request_.http.body, false));
  return decode_content(after, {}, *type_, laws_, options_, warnings_);
}

// A body that cannot be read is 400; that a patch makes something unreadable is the fault of its values, 422.
KubeRefusal KubeWriter::unreadable_result(const json& after, const KubeRefusal& refusal) const {
  if (refusal.code != 400) return refusal;
  const std::string handled = "cannot be handled as a " + type_->kind + ": ";
  const auto at = refusal.message.find(handled);
  const std::string why = at == std::string::npos ? refusal.message : refusal.message.substr(at + handled.size());
  return invalid("", "", "", {invalid_value("patch", shown(json(after.dump())), why)});
}

KubeOutcome<KubeWritten> KubeWriter::patch(std::string_view content_type) {
  if (content_type == "application/apply-patch+yaml") return apply();
  const bool known = content_type == "application/json-patch+json" || content_type == "application/merge-patch+json" ||
                     (content_type == "application/strategic-merge-patch+json" && !type_->custom());
  if (!known) {
    const std::string strategic = type_->custom() ? "" : "application/strategic-merge-patch+json, ";
    return refuse(415, "UnsupportedMediaType",
                  "the body of the request was in an unknown format - accepted media types include: "
                  "application/json-patch+json, application/merge-patch+json, " +
                      strategic + "application/apply-patch+yaml");
  }
  const auto before = state_.store.find(key());
  if (!before) return refuse(not_found(*type_, request_.name));
  json after = TRY(patched(before.get(), content_type));
  if (!after.is_object())
    return refuse(unreadable_result(
        after, {.message = "json: cannot unmarshal " + json_type(after) + " into Go value of type v1." + type_->kind}));
  note_empty_maps(after);
  const auto readable = read_result(after, content_type);
  if (!readable) return refuse(unreadable_result(after, readable.error()));
  const std::string name = text_at(after["metadata"], "name");
  if (name != request_.name)
    return refuse(400, "BadRequest",
                  "the name of the object (" + name + ") does not match the name on the URL (" + request_.name + ")");
  TRY(place(after));
  TRY(check_version(*before, after));
  return store_change(before, std::move(after), true);
}

KubeOutcome<KubeWritten> KubeWriter::apply() {
  const json config = TRY(read_object(request_.http.body, *type_));
  const auto before = state_.store.find(key());
  if (!before && !request_.subresource.empty() && !type_->creates_on_update)
    return refuse(not_found(*type_, request_.name));
  json live = before ? whole_value(*type_, *before) : json();
  const bool core = type_->rules == KubeRules::kEvent && type_->group.empty();
  if (core && before) live = core_event(live);
  const KubeSchema* schema = core ? builtin_schema("v1", "Event") : schema_of(*type_);
  json after = TRY(applied(before ? &live : nullptr, config, schema != nullptr ? *schema : object_meta_schema(),
                           managed(), options_.force));
  if (!laws_.managed_fields) after["metadata"].erase("managedFields");
  TRY(decode_content(after, {}, *type_, laws_, options_, warnings_));
  json& meta = after["metadata"];
  if (const std::string name = text_at(meta, "name"); !name.empty() && name != request_.name)
    return refuse(400, "BadRequest",
                  "the name of the object (" + name + ") does not match the name on the URL (" + request_.name + ")");
  if (!before) {
    if (const std::string uid = text_at(meta, "uid"); !uid.empty())
      return refuse(conflict(type_->group, type_->plural, request_.name,
                             "uid mismatch: the provided object specified uid " + uid +
                                 ", and no existing object was "
                                 "found"));
    if (text_at(meta, "name").empty()) meta["name"] = request_.name;
    meta.erase("resourceVersion");
    return insert(std::move(after), false);
  }
  TRY(place(after));
  TRY(check_version(*before, after));
  return store_change(before, std::move(after), false);
}

KubeOutcome<KubeWritten> KubeWriter::remove(const KubeKey& at, const json& options) {
  const auto before = state_.store.find(at);
  if (!before) return refuse(not_found(*type_, at.name));
  const json& old = *before->value;
  const json& meta = old.at("metadata");
  const json conditions = options.value("preconditions", json::object());
  const std::string real_uid = text_at(meta, "uid");
  TRY(check_preconditions(*type_, at.name, {text_at(conditions, "uid"), text_at(conditions, "resourceVersion")},
                          {real_uid, std::to_string(before->version)}));
  if (type_->rules == KubeRules::kNamespace && is_immortal(at.name))
    return refuse({.code = 403,
                   .reason = "Forbidden",
                   .message = "namespaces \"" + at.name + "\" is forbidden: this namespace may not be deleted",
                   .kind = "namespaces",
                   .name = at.name});
  const bool definition = type_->rules == KubeRules::kDefinition;
  const bool container = definition || type_->rules == KubeRules::kNamespace;
  const std::string policy = text_at(options, "propagationPolicy");
  const char* const awaited = policy == "Orphan" ? kOrphans : policy == "Foreground" ? kForeground : nullptr;
  const bool waits = awaited != nullptr && !container;  // for the collector, as a finalizer says
  const bool stays = has_finalizers(old) || container || waits;
  if (stays && meta.contains("deletionTimestamp")) return KubeWritten{.object = before};
  json last = old;
  if (!stays) {
    return KubeWritten{.object = options_.dry_run ? before : state_.store.forget(at, std::move(last), moment_.at),
                       .gone = true};
  }
  json& marked = last["metadata"];
  marked["deletionTimestamp"] = moment_.now;
  if (type_->rules == KubeRules::kNamespace) {
    last["status"]["phase"] = "Terminating";
  } else {
    if (definition) marked["finalizers"].push_back("customresourcecleanup.apiextensions.k8s.io");
    if (waits) marked["finalizers"].push_back(awaited);
    marked["deletionGracePeriodSeconds"] = 0;
  }
  if (marked.contains("generation")) marked["generation"] = marked["generation"].get<std::int64_t>() + 1;
  return commit(at, std::move(last), 200);
}

KubeOutcome<void> KubeWriter::remove_all(const std::vector<KubeStore::Row>& rows, const json& options) {
  for (const auto& [at, object] : rows)
    if (state_.store.find(at)) TRY(remove(at, options));
  return {};
}

}  // namespace originpull::worlds
