// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the simulated Cloudflare judges an upload: is it a pair, a leaf, one that it has not got already, and what
// becomes of it when. Apart from the endpoints (cloudflare_certificates.hpp), since both levels share it.
//
// Pure functions on values under the world's lock; a refusal is a value.
#include <memory>
#include <string_view>
#include <vector>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

// The leaf, or why the service refuses the pair.
struct JudgedUpload {
  std::shared_ptr<const SimLeaf> leaf = {};
  net::Served refusal = {};
};
// `body`: {"certificate": PEM, "private_key": PEM}.
JudgedUpload judge_upload(const CloudflareModes&, std::string_view body, Wall now);

// What is there of the same leaf already: one that forbids the upload, or the last that was deleted.
struct Twin {
  bool refused = false;
  SimCertificate* deleted = nullptr;
};
Twin find_twin(const CloudflareModes&, std::vector<SimCertificate>&, const SimLeaf&);

// Its status now, and what it becomes when.
void schedule_deployment(const CloudflareModes&, SimZone&, SimCertificate&, Level, const Moment& now, bool resurrected);

}  // namespace originpull::worlds
