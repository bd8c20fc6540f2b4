// SPDX-License-Identifier: Apache-2.0
#include "api/codec.hpp"

#include <utility>

#include "api/decode.hpp"
#include "api/encode.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"

namespace originpull::api {
namespace {

std::string api_version() { return std::string(kGroup) + "/" + std::string(kVersion); }

void expect_type(json::Decoder& d) {
  if (d.want<std::string>("apiVersion", api_version()) != api_version())
    d.reject("apiVersion", "expected " + api_version());
  if (d.want<std::string>("kind", std::string(kKind)) != kKind) d.reject("kind", "expected " + std::string(kKind));
}

Metadata decode_metadata(json::Decoder d) {
  return {.name = d.need<std::string>("name"),
          .name_space = d.need<std::string>("namespace"),
          .uid = d.want<std::string>("uid"),
          .resource_version = d.want<std::string>("resourceVersion"),
          .generation = d.want<std::int64_t>("generation"),
          .created = read_time(d, "creationTimestamp").value_or(Wall{}),
          .deleting = d.has("deletionTimestamp"),
          .annotations = d.want<std::map<std::string, std::string>>("annotations")};
}

}  // namespace

Result<OriginPullConfig> decode_config(std::string_view json) {
  const json::Document document = TRY(json::parse(json, {}, ErrorKind::kInvalid));
  json::Decoder d(document);
  expect_type(d);
  OriginPullConfig config;
  config.metadata = decode_metadata(d.at("metadata"));
  if (!d.has("spec")) d.reject("spec", "is missing");
  json::Decoder spec = d.at("spec");
  config.spec = decode_spec(spec);
  json::Decoder status = d.at("status");
  config.status = decode_status(status);
  const std::string attempted = "read OriginPullConfig " + config.metadata.name_space + "/" + config.metadata.name;
  return d.finish(std::move(config), ErrorKind::kInvalid, attempted);
}

std::string encode_status_update(const OriginPullConfig& with_new_status) {
  const Metadata& metadata = with_new_status.metadata;
  json::Writer w;
  w.begin_object().field("apiVersion", api_version()).field("kind", kKind);
  w.key("metadata").begin_object().field("name", metadata.name).field("namespace", metadata.name_space);
  if (!metadata.uid.empty()) w.field("uid", metadata.uid);
  if (!metadata.resource_version.empty()) w.field("resourceVersion", metadata.resource_version);
  w.end_object().key("status");
  encode_status(w, with_new_status.status);
  return w.end_object().take();
}

}  // namespace originpull::api
