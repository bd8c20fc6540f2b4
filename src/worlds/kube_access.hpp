// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who may do what in the simulated Kubernetes API: a bearer token is a user, and the Roles, ClusterRoles and their
// bindings that are in the store decide, as RBAC does; with the refusals in the real server's words. The one idea: it
// judges the request as it was read, before anything is looked for, so a stranger does not learn what exists. A world
// asks only if its laws say so (KubeLaws::access). Pure functions over the state, called under the world's lock;
// refusals are values. 401: nobody has this token; 403: the user has no permission. Without a token one is anonymous.
#include <string>
#include <vector>

#include "worlds/kube_request.hpp"
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

// `system:serviceaccount:NS:NAME`, with its groups.
KubeUser service_account(const std::string& ns, const std::string& name);

// What somebody wants to do; a path that is no resource has `path` alone.
struct KubeDeed {
  std::string verb;
  std::string group = {};
  std::string resource = {};  // "widgets/status"
  std::string ns = {};
  std::string name = {};
  std::string path = {};
};
KubeDeed deed_of(const KubeRequest&);

KubeOutcome<KubeUser> who_asks(const KubeState&, const net::ServedRequest&);
bool may(const KubeState&, const KubeUser&, const KubeDeed&);
KubeRefusal forbidden_deed(const KubeUser&, const KubeDeed&);
// Whether the request may be served: the refusal otherwise.
KubeOutcome<void> admit_deed(const KubeState&, const KubeRequest&);

// The reviews by which a client asks what it may do, which are no objects: SelfSubjectAccessReview and
// SelfSubjectRulesReview. `body` is what was posted.
bool is_review(const KubeRequest&);
KubeOutcome<std::string> review(const KubeState&, const KubeRequest&, const KubeLaws&);

}  // namespace originpull::worlds
