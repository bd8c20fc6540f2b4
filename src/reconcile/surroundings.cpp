// SPDX-License-Identifier: Apache-2.0
#include "reconcile/surroundings.hpp"

namespace originpull::reconcile {

const kube::ResourceType& config_type() {
  static const kube::ResourceType type{.group = std::string(api::kGroup),
                                       .version = std::string(api::kVersion),
                                       .plural = std::string(api::kPlural),
                                       .kind = std::string(api::kKind)};
  return type;
}

std::set<control::Key> references(const control::Key& key, const api::OriginPullConfig& resource) {
  std::set<control::Key> secrets{{key.ns, resource.spec.token.name}};
  if (resource.spec.certificate.secret_name) secrets.insert({key.ns, *resource.spec.certificate.secret_name});
  return secrets;
}

bool concerns(const api::OriginPullConfig& before, const api::OriginPullConfig& after) {
  const api::Metadata &was = before.metadata, &is = after.metadata;
  return was.generation != is.generation || was.annotations != is.annotations || was.deleting != is.deleting;
}

}  // namespace originpull::reconcile
