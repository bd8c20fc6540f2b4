// SPDX-License-Identifier: Apache-2.0
#include "pki/anchors.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace originpull::pki {
namespace {

struct Candidate {
  const Certificate* certificate;
  bool is_authority;
  bool reached = false;
};

// Every possible issuer once, by fingerprint. One that stands in both lists is an authority. The leaf itself is among
// them only if ca.crt names it, which is how cert-manager hands out a self-signed one.
std::map<std::string, Candidate> candidates(const Certificate& leaf, const std::vector<Certificate>& chain,
                                            const std::vector<Certificate>& authorities) {
  std::map<std::string, Candidate> all;
  for (const Certificate& one : authorities) {
    const bool is_leaf = one.fingerprint() == leaf.fingerprint();
    if (one.may_issue() || is_leaf) all.emplace(one.fingerprint(), Candidate{&one, true});
  }
  for (const Certificate& one : chain) {
    if (one.may_issue()) all.emplace(one.fingerprint(), Candidate{&one, false});
  }
  return all;
}

}  // namespace

Ancestry find_anchors(const Certificate& leaf, const std::vector<Certificate>& chain,
                      const std::vector<Certificate>& authorities) {
  auto all = candidates(leaf, chain, authorities);
  std::vector<const Certificate*> frontier{&leaf};
  int checks_left = kMaxSignatureChecks;
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    for (auto& [fingerprint, candidate] : all) {
      if (candidate.reached || !frontier[i]->names_as_issuer(*candidate.certificate)) continue;
      if (checks_left-- <= 0) break;
      if (!frontier[i]->is_signed_by(*candidate.certificate)) continue;
      candidate.reached = true;
      frontier.push_back(candidate.certificate);
    }
  }
  Ancestry found;
  for (const auto& [fingerprint, candidate] : all) {
    if (candidate.reached)
      (candidate.is_authority ? found.anchors : found.intermediates).push_back(candidate.certificate);
  }
  return found;
}

}  // namespace originpull::pki
