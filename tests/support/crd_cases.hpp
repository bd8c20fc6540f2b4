// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rules of the OriginPullConfig schema as data: each case is a change to a small valid resource, and what the API
// server must say to it. A new rule in crds/ gets a line in both tables: one that it lets pass, one that it refuses.
// A change is a JSON merge patch of the spec (null removes a field), so a case shows only what it is about.
// The expected refusal is a fragment that says which rule spoke; the tables are plain constants, nothing can fail.
#include <span>
#include <string>

namespace originpull::support {

struct CrdCase {
  std::string name;          // what is tried, and the resource's name in the failure message
  std::string patch;         // JSON merge patch of the valid spec
  std::string refusal = {};  // part of the server's answer; empty: accepted
};

// The smallest spec that is valid: a zone by name, a token and a certificate.
extern const char* const kValidSpec;

std::span<const CrdCase> accepted_cases();
std::span<const CrdCase> refused_cases();
// Patches of the status of an existing resource.
std::span<const CrdCase> refused_status_cases();

}  // namespace originpull::support
