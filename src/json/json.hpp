// SPDX-License-Identifier: Apache-2.0
#pragma once
// `parse` turns text from outside into a `Document`, the only place in the house where JSON text is read. The idea:
// what is too large or nested too deeply is refused by a scan of the bytes *before* the parser may spend memory or
// stack on it. A Document owns the tree behind a pointer, so that this header stays cheap to include; it is read
// through `Decoder`. Plain values, owned by one function at a time. Not JSON, too large, too deep: an Error; the text
// itself is never quoted in it, because an answer may hold a secret. Of duplicate keys the last one counts, as in Go.
#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.hpp"

namespace originpull::json {

struct Limits {
  std::size_t bytes = 16U * 1024 * 1024;  // of text
  std::size_t depth = 64;                 // objects and arrays within each other
};

class Document {
 public:
  explicit Document(std::unique_ptr<nlohmann::json> value);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const nlohmann::json& value() const { return *value_; }

  // Overwrites every string value in the tree: call it when the document was a Secret, before letting go of it.
  void wipe();

 private:
  std::unique_ptr<nlohmann::json> value_;
};

// `kind` is the kind of the Error: an answer that is no JSON is kInternal, a user's file is kInvalid.
Result<Document> parse(std::string_view text, const Limits& limits = {}, ErrorKind kind = ErrorKind::kInternal);

}  // namespace originpull::json
