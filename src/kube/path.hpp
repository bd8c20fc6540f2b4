// SPDX-License-Identifier: Apache-2.0
#pragma once
// The URLs of the Kubernetes API. A name that could change the meaning of a path (empty, `.`, `..`, with `/` or `%`) is
// refused here, before any request, because names come from users' resources; everything else is percent-encoded. Pure.
// Fails with kInvalid.
// The client alone makes URLs, and only by these functions.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/object.hpp"

namespace originpull::kube {

// "/apis/apps/v1/namespaces/x/deployments"; `ns` empty: of all namespaces, or of a cluster-scoped type.
Result<std::string> collection_path(const ResourceType&, const std::string& ns);
// "…/<name>" and, if given, "/<subresource>".
Result<std::string> object_path(const ResourceType&, const ObjectKey&, std::string_view subresource = {});

// "?a=b&c=d", encoded, without the pairs whose value is empty; nothing for none.
std::string query(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace originpull::kube
