// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stands for the lease through kube's LeaseElector. It is the adapter between Leadership, which thinks in terms of office
// and is tested without an API server, and the elector, which knows Leases. One elector is one candidacy, because an
// elector that has lost stays lost. Thread-safe as the elector is. Fails once, at the start, with kInvalid options.
#include "control/leadership.hpp"
#include "kube/lease.hpp"

namespace originpull::control {

// `env` outlives what is returned. The identity must be new for each start of the process.
Result<Leadership::Stand> stand_for_lease(env::Env& env, kube::Client client, kube::LeaseOptions lease,
                                          const LeadershipOptions& options, Log log);

}  // namespace originpull::control
