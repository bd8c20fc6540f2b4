// SPDX-License-Identifier: Apache-2.0
#include "kube/lease_record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json/decoder.hpp"

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

Result<std::string> encode_lease(const ObjectKey& key, const LeaseRecord& record) {
  nlohmann::json lease;
  if (record.body.empty()) {
    lease = {{"apiVersion", lease_type().api_version()},
             {"kind", "Lease"},
             {"metadata", {{"namespace", key.ns}, {"name", key.name}}}};
  } else {
    const json::Document seen = TRY(json::parse(record.body));
    lease = seen.value();
    if (!lease.is_object()) return fail(ErrorKind::kInternal, "write the Lease", "what was read is no object");
  }
  nlohmann::json& spec = lease["spec"];
  if (!spec.is_object()) spec = nlohmann::json::object();
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = std::chrono::duration_cast<Seconds>(record.duration).count();
  spec["leaseTransitions"] = record.transitions;
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  return lease.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace originpull::kube
