// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest.hpp"

#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "cli/manifest_yaml.hpp"

namespace originpull::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 3U * 1024 * 1024;  // more than etcd would take

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct Reader {
  const std::string& file;
  std::vector<Manifest> manifests = {};

  static Failure refuse(const std::string& place, const std::string& what) {
    return fail(ErrorKind::kInvalid, "read " + place, what);
  }

  Result<void> take(json object, const std::string& place) {
    if (object.is_null()) return {};
    if (!object.is_object()) return refuse(place, "this is no object: a manifest is a map with apiVersion and kind");
    const std::string kind = text_of(object, "kind");
    if (text_of(object, "apiVersion").empty()) return refuse(place, "apiVersion is missing, for example \"v1\"");
    if (kind.empty()) return refuse(place, "kind is missing, for example \"Secret\"");
    if (kind.ends_with("List") && object.contains("items")) return take_list(object["items"], place);
    return take_object(std::move(object), place);
  }

  Result<void> take_list(json& items, const std::string& place) {
    if (!items.is_array()) return refuse(place, "items of a list must be a list");
    for (json& item : items)
      if (auto taken = take(std::move(item), place); !taken) return taken;
    return {};
  }

  Result<void> take_object(json object, const std::string& place) {
    if (!object.contains("metadata") || !object["metadata"].is_object())
      return refuse(place, "metadata is missing: an object needs at least metadata.name");
    Manifest made{.api_version = text_of(object, "apiVersion"),
                  .kind = text_of(object, "kind"),
                  .ns = text_of(object["metadata"], "namespace"),
                  .name = text_of(object["metadata"], "name"),
                  .place = place};
    const json& meta = object["metadata"];
    for (const char* field : {"name", "namespace"}) {
      if (meta.contains(field) && !meta[field].is_string() && !meta[field].is_null())
        return refuse(place, "metadata." + std::string(field) + " is no text; quote it (in YAML, n and 12 are none)");
    }
    if (made.name.empty()) return refuse(place, "metadata.name is missing; a generated name cannot be followed");
    for (const char* theirs : {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"})
      object["metadata"].erase(theirs);
    object.erase("status");
    if (made.kind == "Secret" && made.api_version == "v1")
      if (auto encoded = encode_string_data(object, place); !encoded) return encoded;
    made.json = object.dump();
    for (const Manifest& other : manifests)
      if (made.same_object(other))
        return refuse(place, made.title() + " is already in " + other.place + ": remove one");
    manifests.push_back(std::move(made));
    return {};
  }

  // As the API server does when a Secret is written; here, so that a key that a file loses can be told.
  static Result<void> encode_string_data(json& secret, const std::string& place) {
    const auto found = secret.find("stringData");
    if (found == secret.end()) return {};
    if (!found->is_object() && !found->is_null()) return refuse(place, "stringData must be a map");
    json texts = std::move(*found);
    secret.erase("stringData");
    if (secret.contains("data") && !secret["data"].is_object()) secret.erase("data");
    for (const auto& [key, value] : texts.items()) {
      if (!value.is_string()) return refuse(place, "stringData." + key + " is no text: quote it");
      secret["data"][key] = encode_base64(value.get_ref<const std::string&>());
    }
    return {};
  }
};

json patch_between(const json& before, const json& after) {
  if (!before.is_object() || !after.is_object()) return after;
  json patch = after;
  for (const auto& [key, old] : before.items()) {
    const auto now = after.find(key);
    if (now == after.end()) {
      patch[key] = nullptr;
    } else {
      patch[key] = patch_between(old, *now);
    }
  }
  return patch;
}

}  // namespace

std::string Manifest::title() const { return kind + " " + (ns.empty() ? "" : ns + "/") + name; }

bool Manifest::same_object(const Manifest& other) const {
  const auto group = [](const std::string& version) {
    const auto slash = version.find('/');
    return slash == std::string::npos ? std::string() : version.substr(0, slash);
  };
  const auto space = [](const std::string& written) { return written.empty() ? std::string("default") : written; };
  return kind == other.kind && name == other.name && space(ns) == space(other.ns) &&
         group(api_version) == group(other.api_version);
}

int rank_of(const Manifest& manifest) {
  if (manifest.kind == "Namespace") return 0;
  return manifest.kind == "CustomResourceDefinition" ? 1 : 2;
}

Result<std::vector<Manifest>> read_manifests(std::string_view text, const std::string& file) {
  if (text.size() > kMaxFile) return fail(ErrorKind::kInvalid, "read " + file, "it is larger than 3 MiB: split it");
  Reader reader{.file = file};
  for (const ManifestDocument& document : TRY(documents_of(text, file))) {
    const std::string place = file + ":" + std::to_string(document.line);
    json object = json::parse(document.json, nullptr, false);
    if (object.is_discarded()) return Reader::refuse(place, "this is no JSON");
    if (auto taken = reader.take(std::move(object), place); !taken) return fail(std::move(taken.error()));
  }
  return std::move(reader.manifests);
}

std::string merge_patch_between(const Manifest& before, const Manifest& after) {
  return patch_between(json::parse(before.json), json::parse(after.json)).dump();
}

}  // namespace originpull::cli
