// SPDX-License-Identifier: Apache-2.0
#pragma once
// The configuration of a process in a Pod: address from KUBERNETES_SERVICE_HOST and _PORT, token, CA and namespace from
// the files that the kubelet keeps fresh. Stricter than client-go: a missing CA is an error, never "trust everybody".
// For an IPv6 service address the name kubernetes.default.svc is used, which the serving certificate also carries,
// because the HTTP library cannot take IPv6 literals. Called at start, on one thread. Fails with kInvalid.
#include "kube/cluster_config.hpp"

namespace originpull::kube {

// True where the Pod's variables are set, so that load_in_cluster is worth calling.
bool in_cluster(const Surroundings&);
Result<ClusterConfig> load_in_cluster(const Surroundings&);

}  // namespace originpull::kube
