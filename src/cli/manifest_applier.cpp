// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_applier.hpp"

#include <optional>

#include "base/bug.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"

namespace originpull::cli {
namespace {

std::string base_path(const std::string& api_version) {
  return (api_version.find('/') == std::string::npos ? "/api/" : "/apis/") + api_version;
}

// The sentence of a Status.
std::string words_of(const net::Served& answer) {
  const auto message = json::decode(answer.body, [](json::Decoder& d) { return d.want<std::string>("message"); });
  return message && !message->empty() ? *message : "the API answered " + std::to_string(answer.status);
}

Failure refused(const Manifest& manifest, const char* verb, const net::Served& answer) {
  Error error{.kind = answer.status >= 500 || answer.status == 429 ? ErrorKind::kUnavailable : ErrorKind::kInvalid,
              .attempted = std::string(verb) + " " + manifest.title() + " of " + manifest.place,
              .message = words_of(answer)};
  error.http_status = answer.status;
  return fail(std::move(error));
}

bool went_well(const net::Served& answer) { return answer.status / 100 == 2; }

}  // namespace

std::string_view to_string(ManifestApplier::Done done) {
  switch (done) {
    case ManifestApplier::Done::kCreated: return "created";
    case ManifestApplier::Done::kChanged: return "changed";
    case ManifestApplier::Done::kUnchanged: return "unchanged";
    case ManifestApplier::Done::kDeleted: return "deleted";
  }
  bug("a Done outside its enumeration");
}

net::Served ManifestApplier::ask(const std::string& method, const std::string& target, std::string body) {
  net::ServedRequest request{.method = method, .target = target};
  request.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) {
    const bool patch = method == "PATCH";
    request.headers.emplace_back("Content-Type", patch ? "application/merge-patch+json" : "application/json");
    request.body = std::move(body);
  }
  return api_(request);
}

Result<ManifestApplier::Kind> ManifestApplier::kind_of(const Manifest& manifest) {
  const std::string id = manifest.api_version + " " + manifest.kind;
  if (const auto known = kinds_.find(id); known != kinds_.end()) return known->second;
  const std::string base = base_path(manifest.api_version);
  const net::Served answer = ask("GET", base);
  std::optional<Kind> found;
  if (went_well(answer)) {
    auto read = json::decode(answer.body, [&](json::Decoder& list) {
      list.each("resources", [&](json::Decoder& resource) {
        const auto plural = resource.need<std::string>("name");
        if (resource.need<std::string>("kind") == manifest.kind && plural.find('/') == std::string::npos)
          found = Kind{.path = base, .plural = plural, .namespaced = resource.want<bool>("namespaced")};
      });
      return true;
    });
    if (!read) return fail(std::move(read.error()));
  }
  if (!found) {
    return fail(ErrorKind::kNotFound, "apply " + manifest.title() + " of " + manifest.place,
                "the embedded API serves no " + manifest.kind + " of " + manifest.api_version +
                    ": is it misspelt, or is its CustomResourceDefinition missing from the folder?");
  }
  kinds_.emplace(id, *found);
  return *found;
}

Result<std::string> ManifestApplier::path_of(const Manifest& manifest, bool of_the_object) {
  const Kind kind = TRY(kind_of(manifest));
  std::string path = kind.path;
  if (kind.namespaced) path += "/namespaces/" + net::percent_encode(manifest.ns.empty() ? "default" : manifest.ns);
  path += "/" + kind.plural;
  if (of_the_object) path += "/" + net::percent_encode(manifest.name);
  return path;
}

// As nobody wants to write a manifest for each.
Result<void> ManifestApplier::provide_namespace(const std::string& name) {
  const std::string path = "/api/v1/namespaces";
  if (went_well(ask("GET", path + "/" + net::percent_encode(name)))) return {};
  json::Writer body;
  body.begin_object().field("apiVersion", "v1").field("kind", "Namespace");
  body.key("metadata").begin_object().field("name", name).end_object().end_object();
  const net::Served answer = ask("POST", path, body.take());
  if (went_well(answer) || answer.status == 409) return {};
  return fail(ErrorKind::kInvalid, "create the namespace " + name, words_of(answer));
}

Result<ManifestApplier::Done> ManifestApplier::create(const Manifest& manifest, const Manifest* before) {
  if (TRY(kind_of(manifest)).namespaced) TRY(provide_namespace(manifest.ns.empty() ? "default" : manifest.ns));
  const net::Served answer = ask("POST", TRY(path_of(manifest, false)), manifest.json);
  if (went_well(answer)) return Done::kCreated;
  if (answer.status == 409 && !before) return patch(manifest, manifest);
  return refused(manifest, "create", answer);
}

Result<ManifestApplier::Done> ManifestApplier::patch(const Manifest& manifest, const Manifest& before) {
  const net::Served answer = ask("PATCH", TRY(path_of(manifest, true)), merge_patch_between(before, manifest));
  if (went_well(answer)) return Done::kChanged;
  if (answer.status == 404) return create(manifest, &before);  // somebody deleted it; the file says it should be
  return refused(manifest, "change", answer);
}

Result<ManifestApplier::Done> ManifestApplier::apply(const Manifest& manifest, const Manifest* before) {
  if (!before) return create(manifest, nullptr);
  if (before->json == manifest.json) return Done::kUnchanged;
  return patch(manifest, *before);
}

Result<ManifestApplier::Done> ManifestApplier::remove(const Manifest& manifest) {
  const net::Served answer = ask("DELETE", TRY(path_of(manifest, true)));
  if (manifest.kind == "CustomResourceDefinition") kinds_.clear();  // what it defined is served no more
  if (went_well(answer) || answer.status == 404) return Done::kDeleted;
  return refused(manifest, "delete", answer);
}

}  // namespace originpull::cli
