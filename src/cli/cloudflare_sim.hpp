// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareSim` is the program cloudflare-sim without its main: the simulated Cloudflare behind the house's HTTP
// server, with a certificate of its own for HTTPS, and its edge, if asked for. It exists as a class so that tests can
// start it in their process. Owns the server, the edge and their threads; destroying it stops them. `start` fails with
// kInvalid (an option) or kUnavailable (a port is taken).
#include <memory>
#include <string>

#include "cli/cloudflare_sim_options.hpp"
#include "cli/edge.hpp"
#include "env/env.hpp"
#include "net/server.hpp"
#include "worlds/cloudflare_service.hpp"

namespace originpull::cli {

class CloudflareSim {
 public:
  // `listener` hears of each call that is not a control call.
  static Result<std::unique_ptr<CloudflareSim>> start(env::Env&, const CloudflareSimOptions&,
                                                      worlds::CallLog::Listener listener = {});

  std::uint16_t port() const { return server_->port(); }
  std::string base_url() const;                          // "http://127.0.0.1:41234/client/v4"
  const std::string& ca_pem() const { return ca_pem_; }  // empty without --tls
  worlds::CloudflareService& service() { return service_; }
  Edge* edge() { return edge_.get(); }  // null: not asked for

 private:
  CloudflareSim(env::Env&, const CloudflareSimOptions&, worlds::CallLog::Listener);
  net::Served handle(const net::ServedRequest&);

  const std::string address_;
  std::string ca_pem_;
  worlds::CloudflareService service_;
  std::unique_ptr<Edge> edge_;
  std::unique_ptr<net::Server> server_;  // last: stops before the service and the edge go
};

// "2026-11-24T05:00:00.123000Z POST /client/v4/zones/… 200 3f2a… 2 ms"
std::string call_line(const worlds::LoggedCall&);

}  // namespace originpull::cli
