// SPDX-License-Identifier: Apache-2.0
#pragma once
// `documents_of` reads a file of YAML documents, or of one JSON text, into JSON, with the rules that kubectl has:
// plain `yes`, `on` and `y` are booleans (YAML 1.1), `010` and `0x1F` are numbers, what is quoted is a string, dates
// are strings, `<<` merges, and a key becomes a string. Unlike there a key that is given twice is refused, because one
// of the two is a mistake. Pure; any thread. kInvalid says the line and what is wrong, and never quotes a value, which
// may be a secret. Aliases cannot blow up: what they make of a text is bounded, and so is its depth.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace originpull::cli {

struct ManifestDocument {
  std::string json;   // "null" for an empty one
  unsigned line = 1;  // where it begins
};

// `file` is what errors call it.
Result<std::vector<ManifestDocument>> documents_of(std::string_view text, const std::string& file);
// The one document of a request's body, as JSON.
Result<std::string> body_of(std::string_view yaml);

}  // namespace originpull::cli
