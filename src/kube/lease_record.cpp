// SPDX-License-Identifier: Apache-2.0
#include "kube/lease_record.hpp"

#include <algorithm>

#include "json/decoder.hpp"
#include "json/writer.hpp"

namespace originpull::kube {

ResourceType lease_type() {
  return {.group = "coordination.k8s.io", .version = "v1", .plural = "leases", .kind = "Lease"};
}

bool LeaseRecord::same_claim(const LeaseRecord& other) const {
  return holder == other.holder && duration == other.duration && transitions == other.transitions &&
         acquire_time == other.acquire_time && renew_time == other.renew_time;
}

Result<LeaseRecord> decode_lease(std::string_view json) {
  const auto read = [&](json::Decoder& decoder) {
    LeaseRecord record;
    record.resource_version = decoder.at("metadata").need<std::string>("resourceVersion");
    json::Decoder spec = decoder.at("spec");
    record.holder = spec.want<std::string>("holderIdentity");
    record.duration = Seconds(std::clamp<std::int64_t>(spec.want<std::int64_t>("leaseDurationSeconds"), 0, 86'400));
    record.transitions = spec.want<std::int64_t>("leaseTransitions");
    record.acquire_time = spec.want<std::string>("acquireTime");
    record.renew_time = spec.want<std::string>("renewTime");
    record.body = json;
    return record;
  };
  return json::decode(json, read, {}, ErrorKind::kInternal);
}

namespace {

// What was read and is not written anew goes back as it came.
void copy_fields(json::Writer& writer, const json::Decoder& from, std::initializer_list<std::string_view> but) {
  for (const std::string& key : from.keys())
    if (std::ranges::find(but, key) == but.end()) writer.key(key).raw(from.text(key));
}

void write_spec(json::Writer& writer, const LeaseRecord& record) {
  writer.field("holderIdentity", record.holder);
  writer.field("leaseDurationSeconds", std::int64_t{std::chrono::duration_cast<Seconds>(record.duration).count()});
  writer.field("leaseTransitions", record.transitions);
  writer.field("acquireTime", record.acquire_time).field("renewTime", record.renew_time);
}

}  // namespace

Result<std::string> encode_lease(const ObjectKey& key, const LeaseRecord& record) {
  json::Writer writer;
  writer.begin_object();
  if (record.body.empty()) {
    writer.field("apiVersion", lease_type().api_version()).field("kind", "Lease");
    writer.key("metadata").begin_object().field("namespace", key.ns).field("name", key.name).end_object();
    writer.key("spec").begin_object();
  } else {
    const json::Document document = TRY(json::parse(record.body));
    json::Decoder seen(document);
    if (seen.failed()) return fail(ErrorKind::kInternal, "write the Lease", "what was read is no object");
    copy_fields(writer, seen, {"spec"});
    writer.key("spec").begin_object();
    if (seen.is_object("spec"))
      copy_fields(writer, seen.at("spec"),
                  {"holderIdentity", "leaseDurationSeconds", "leaseTransitions", "acquireTime", "renewTime"});
  }
  write_spec(writer, record);
  return writer.end_object().end_object().take();
}

}  // namespace originpull::kube
