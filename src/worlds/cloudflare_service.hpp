// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareService` is the whole simulated Cloudflare as one handler: the call log before the faults before
// the world, with the control endpoint beside them, so that what a fault swallows is logged too and control is
// never disturbed. The program cloudflare-sim puts it behind a socket, tests behind a HandlerTransport.
// Thread-safe.
#include <string>

#include "worlds/call_log.hpp"
#include "worlds/cloudflare_control.hpp"
#include "worlds/cloudflare_world.hpp"
#include "worlds/http_faults.hpp"

namespace originpull::worlds {

class CloudflareService {
 public:
  explicit CloudflareService(env::Env&, CloudflareModes = {}, CallLog::Listener = {}, CloudflareWorld::Observer = {});
  CloudflareService(const CloudflareService&) = delete;
  CloudflareService& operator=(const CloudflareService&) = delete;

  net::Served handle(const net::ServedRequest&);
  net::Handler handler() {
    return [this](const net::ServedRequest& request) { return handle(request); };
  }

  CloudflareWorld& world() { return world_; }
  HttpFaults& faults() { return faults_; }
  CallLog& log() { return log_; }

 private:
  CloudflareWorld world_;
  HttpFaults faults_;
  CallLog log_;
  CloudflareControl control_;
};

// What is worth logging of a request's body: of an upload the leaf's fingerprint, of a switch its value; never a key.
std::string cloudflare_detail(const net::ServedRequest&);

}  // namespace originpull::worlds
