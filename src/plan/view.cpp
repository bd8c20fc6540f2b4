// SPDX-License-Identifier: Apache-2.0
#include "plan/view.hpp"

#include <algorithm>

namespace originpull::plan {
namespace {

bool can_be_deployed(const Certificate& c) {
  return c.deployment == Deployment::kPending || c.deployment == Deployment::kActive ||
         c.deployment == Deployment::kUnknown;
}

void sort_by_upload(std::vector<const Certificate*>& list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const Certificate* a, const Certificate* b) { return is_newer(*b, *a); });
}

}  // namespace

bool is_newer(const Certificate& a, const Certificate& b) {
  return a.uploaded && b.uploaded && *a.uploaded > *b.uploaded;
}

api::Reason pair_problem(const Observed& o, const Pair& pair) {
  if (pair.problem != api::Reason::kValid) return pair.problem;
  if (o.now > pair.not_after) return api::Reason::kCertificateExpired;
  if (o.now < pair.not_before) return api::Reason::kCertificateNotYetValid;
  return api::Reason::kValid;
}

std::string pair_sentence(const Observed& o, const Pair& pair) {
  const std::string whose = "The certificate in Secret " + o.resource.spec.certificate.secret_name.value_or("");
  switch (pair_problem(o, pair)) {
    case api::Reason::kCertificateExpired: return whose + " has expired. Renew it; what is deployed stays as it is.";
    case api::Reason::kCertificateNotYetValid: return whose + " is not valid yet. It is used as soon as it is.";
    default: return pair.detail;
  }
}

const api::Fingerprint* desired_leaf(const Observed& o) {
  if (o.resource.spec.certificate.source != api::Source::kCustom) return nullptr;
  const Pair* pair = seen(o.pair);
  if (!pair || pair_problem(o, *pair) != api::Reason::kValid) return nullptr;
  return &pair->leaf;
}

View view_of(const Observed& o) {
  View view;
  const auto* all = seen(o.certificates);
  if (!all) return view;
  const api::Fingerprint* leaf = desired_leaf(o);
  for (const Certificate& c : *all) {
    if (c.deployment == Deployment::kDeleted) continue;
    const bool is_desired = leaf && c.leaf == *leaf;
    const bool is_ours = is_desired || (!c.leaf.empty() && o.resource.status.ledger.find(c.leaf) != nullptr);
    (is_ours ? view.ours : view.foreign).push_back(&c);
    if (is_desired && (!view.desired || is_newer(c, *view.desired))) view.desired = &c;
  }
  sort_by_upload(view.ours);
  sort_by_upload(view.foreign);
  for (const Certificate* c : view.ours)
    if (can_be_deployed(*c) && (!view.newest || is_newer(*c, *view.newest))) view.newest = c;
  return view;
}

}  // namespace originpull::plan
