// SPDX-License-Identifier: Apache-2.0
#pragma once
// `find_anchors` answers rule R4 of product.md section 4: which CAs must an origin trust to accept this leaf? By
// signature and not by name, because a CA that was given a new key under its old name is a new anchor. It climbs from
// the leaf through whatever has signed it, among the CAs of ca.crt (which are anchors) and the intermediates of
// tls.crt (which are only steps). Pure. Input made to be slow is cut off after a fixed number of signature checks;
// what was not found by then is not an anchor.
#include <vector>

#include "pki/certificate.hpp"

namespace originpull::pki {

inline constexpr int kMaxSignatureChecks = 256;

struct Ancestry {
  std::vector<const Certificate*> anchors;        // of `authorities`, each once, by fingerprint
  std::vector<const Certificate*> intermediates;  // of `chain`, likewise
};

// `chain` is what stands beside the leaf in tls.crt, `authorities` what stands in ca.crt.
Ancestry find_anchors(const Certificate& leaf, const std::vector<Certificate>& chain,
                      const std::vector<Certificate>& authorities);

}  // namespace originpull::pki
