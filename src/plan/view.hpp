// SPDX-License-Identifier: Apache-2.0
#pragma once
// `View` is what the checks about certificates read: the live set of rule R1, sorted into ours and
// foreign, with the desired one and the newest one named. Built from an Observed whose certificates
// (and, with a custom source, pair) are seen; it points into that Observed and must not outlive it.
// Pure.
#include <vector>

#include "plan/observed.hpp"

namespace originpull::plan {

struct View {
  std::vector<const Certificate*> ours;     // live, recorded in the ledger or of the desired leaf; oldest first
  std::vector<const Certificate*> foreign;  // live, anything else; oldest first
  const Certificate* desired = nullptr;     // live, of the desired leaf
  const Certificate* newest = nullptr;      // the last uploaded of ours that can be deployed
};

// The leaf of a usable pair, or nullptr (source Cloudflare, or a bad pair).
const api::Fingerprint* desired_leaf(const Observed&);
View view_of(const Observed&);

// Uploaded after: without both times nobody can say, and the answer is no.
bool is_newer(const Certificate& a, const Certificate& b);
// The problem of the pair now, time included; kValid if it can be used. The pair must be seen.
api::Reason pair_problem(const Observed&, const Pair&);
// What is wrong with it and what to do, for people; the same text as long as the problem is the same.
std::string pair_sentence(const Observed&, const Pair&);

}  // namespace originpull::plan
