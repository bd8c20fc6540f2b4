// SPDX-License-Identifier: Apache-2.0
#pragma once
// The real watch of Secrets that a WatchSet runs: kube's Watch over metadata only. The one idea: the payload of a
// Secret never enters this process by a watch, because the server is asked for PartialObjectMetadata. Not by type: a
// token is an Opaque Secret, and a Secret of the wrong type must be seen too, so that it can be reported. Runs on the
// caller's thread until it is stopped; failures go to the sink and the log.
#include "control/metrics.hpp"
#include "control/watch_set.hpp"
#include "kube/client.hpp"

namespace originpull::control {

// `env` and `metrics` outlive what is returned. `label_selector` (--secret-selector) restricts it; empty: all Secrets
// of the scope.
RunWatch run_secret_watch(env::Env& env, Metrics& metrics, kube::Client client, std::string label_selector,
                          kube::WatchOptions options, Log log);

}  // namespace originpull::control
