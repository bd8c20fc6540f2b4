// SPDX-License-Identifier: Apache-2.0
#pragma once
// A coordination.k8s.io/v1 Lease as leader election reads and writes it. The whole object is kept beside the few
// fields, so that what others put there (labels, the fields of coordinated election) survives our writes. Its times are
// for people: they are written, and never compared with a clock of ours. Pure; a body that is no Lease is kInternal.
// lease_machine.hpp decides what to write and when.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/object.hpp"

namespace originpull::kube {

ResourceType lease_type();

struct LeaseRecord {
  std::string holder = {};  // empty: nobody, it was released or never held
  Duration duration{};      // how long the holder asked for
  std::int64_t transitions = 0;
  std::string acquire_time = {};  // as written; only copied
  std::string renew_time = {};
  std::string resource_version = {};
  std::string body = {};  // the whole object

  // Whether the holder has written meanwhile: everything but the object's other fields.
  bool same_claim(const LeaseRecord&) const;
};

Result<LeaseRecord> decode_lease(std::string_view json);

// The body that writes `record` over what it was read from, or, with an empty `record.body`, that creates the Lease.
Result<std::string> encode_lease(const ObjectKey& key, const LeaseRecord& record);

}  // namespace originpull::kube
