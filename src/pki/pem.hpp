// SPDX-License-Identifier: Apache-2.0
#pragma once
// `scan_pem` finds the PEM blocks of a text the way people produce them: CRLF or LF, indented, with comments or whole
// `openssl x509 -text` listings between the blocks. The idea: a scanner of our own, whose tolerance is one page to
// read and the same for certificates and keys, instead of OpenSSL's. A block that begins and does not end, or is not
// base64, is reported as unreadable rather than skipped. Pure; the decoded bytes wipe themselves, because they may be
// a key.
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_string.hpp"

namespace originpull::pki {

inline constexpr std::size_t kMaxPemBytes = 1024U * 1024;

struct PemBlock {
  std::string label;       // "CERTIFICATE", "EC PRIVATE KEY"
  bool readable = false;   // ended by the same label, and base64
  bool encrypted = false;  // "Proc-Type: 4,ENCRYPTED" stands in its headers
  SecretString der = {};
};

std::vector<PemBlock> scan_pem(std::string_view text);

// One block: lines of 64 characters, LF, final newline. Leaves no copy behind, so that it can be of a key.
std::string write_pem(std::string_view label, std::string_view der);

}  // namespace originpull::pki
