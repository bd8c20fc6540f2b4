// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of one load run: the origin with its file of CAs, cloudflare-sim with its edge, and the operator's client
// of Cloudflare's API. It stands under `run`, which says what happens when; here is how. Owned by the thread that
// runs; visitors use only the edge's address. What does not work throws std::runtime_error with the reason, which
// `run` turns into its failure.
#include <memory>
#include <stdexcept>
#include <string>

#include "bench/edge/load.hpp"
#include "cli/cloudflare_sim.hpp"
#include "cli/origin.hpp"
#include "cloudflare/client.hpp"
#include "env/real_env.hpp"
#include "kube/temp_folder.hpp"
#include "net/transport.hpp"
#include "support/test_pki.hpp"

namespace originpull::bench {

inline constexpr Duration kLimit{60'000};
inline constexpr Duration kSpread{600'000};  // longer than any run: the world's time is moved

template <class T>
T or_throw(Result<T> made) {
  if (!made) throw std::runtime_error(describe(made.error()));
  return std::move(*made);
}

class Stage {
 public:
  Stage(const Scenario& scenario, const Load& load);

  // Uploads a leaf of `ca` and waits until the API says active.
  void deploy(const support::Identity& ca);
  void delete_former();
  void trust(const std::string& cas_pem);  // and waits until the origin does
  void let_all_nodes_know() { sim_->service().world().advance(kSpread); }
  void enable();

  std::string edge_address() const { return sim_->edge()->address(); }
  const std::map<std::string, bool>& leaves() const { return is_former_; }
  worlds::EdgeCounts::Zone counted() const { return sim_->edge()->counts().zones["example.com"]; }
  cli::OriginCounts origin_counts() const { return origin_->counts(); }
  std::uint64_t api_calls() const { return sim_->service().log().calls().size(); }
  env::RealEnv& env() { return env_; }
  const support::Identity& first_ca() const { return first_ca_; }
  const support::Identity& second_ca() const { return second_ca_; }

 private:
  cloudflare::Ask ask() const { return cloudflare::Ask{std::stop_token()}; }

  env::RealEnv env_;
  kube::TempFolder folder_;
  const support::Identity first_ca_ = support::make_ca("first CA");
  const support::Identity second_ca_ = support::make_ca("second CA");
  std::unique_ptr<cli::TlsOrigin> origin_;
  std::unique_ptr<cli::CloudflareSim> sim_;
  std::unique_ptr<net::Network> network_;
  std::unique_ptr<cloudflare::Client> client_;
  std::string zone_id_;
  std::string former_;  // ids of certificates
  std::string newest_;
  std::map<std::string, bool> is_former_;  // by fingerprint: of the first CA
};

}  // namespace originpull::bench
