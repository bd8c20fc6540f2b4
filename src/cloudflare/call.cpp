// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/call.hpp"

#include "base/bug.hpp"

namespace originpull::cloudflare {

std::string_view to_string(Priority priority) {
  switch (priority) {
    case Priority::kUserChange: return "user-change";
    case Priority::kRotation: return "rotation";
    case Priority::kDrift: return "drift";
  }
  bug("a Priority outside its enumeration");
}

std::string_view permission(const Call& call) {
  switch (call.family) {
    case Family::kZones: return "Zone Read";
    case Family::kCertificates:
    case Family::kZoneLevel: return call.mutation() ? "SSL and Certificates Write" : "SSL and Certificates Read";
    case Family::kSettings: return call.mutation() ? "Zone Settings Write" : "Zone Settings Read";
  }
  bug("a Family outside its enumeration");
}

}  // namespace originpull::cloudflare
