// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include "base/bug.hpp"

namespace originpull {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid: return "Invalid";
    case ErrorKind::kNotFound: return "NotFound";
    case ErrorKind::kDenied: return "Denied";
    case ErrorKind::kConflict: return "Conflict";
    case ErrorKind::kRateLimited: return "RateLimited";
    case ErrorKind::kUnavailable: return "Unavailable";
    case ErrorKind::kUnknownOutcome: return "UnknownOutcome";
    case ErrorKind::kInternal: return "Internal";
  }
  bug("an ErrorKind outside its enumeration");
}

std::string describe(const Error& error) {
  if (error.message.empty()) return error.attempted;
  if (error.attempted.empty()) return error.message;
  return error.attempted + ": " + error.message;
}

}  // namespace originpull
