// SPDX-License-Identifier: Apache-2.0
#include "api/ledger.hpp"

#include <algorithm>
#include <utility>

#include "api/words.hpp"

namespace originpull::api {

std::string_view to_string(Role value) { return word_of(value); }
std::string_view to_string(Intent value) { return word_of(value); }

const CertificateRecord* Ledger::find(const Fingerprint& fingerprint) const {
  const auto found = std::find_if(certificates.begin(), certificates.end(),
                                  [&](const CertificateRecord& record) { return record.fingerprint == fingerprint; });
  return found == certificates.end() ? nullptr : &*found;
}

CertificateRecord* Ledger::find(const Fingerprint& fingerprint) {
  return const_cast<CertificateRecord*>(std::as_const(*this).find(fingerprint));
}

}  // namespace originpull::api
