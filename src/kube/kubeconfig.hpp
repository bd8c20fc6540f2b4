// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads kubeconfig files as kubectl does: several files are merged (the first one that names a cluster, user, context
// or the current context wins), paths in a file are relative to that file, and `*-data` beats the file of the same
// name. Only what can work without another program is accepted: exec plugins, auth providers, passwords, proxies and
// impersonation are refused with a sentence that says what to use instead. The only place in the room that knows YAML.
// Called at start, on one thread. Fails with kInvalid.
#include <string>
#include <string_view>
#include <vector>

#include "kube/cluster_config.hpp"

namespace originpull::kube {

// `files` in order of precedence; missing ones are skipped unless all are. `context` empty: the current context.
Result<ClusterConfig> load_kubeconfig(const std::vector<std::string>& files, std::string_view context);

// The files of a KUBECONFIG value, "a:b".
std::vector<std::string> split_kubeconfig_list(std::string_view list);

}  // namespace originpull::kube
