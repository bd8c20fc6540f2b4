// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two halves of decoding an OriginPullConfig, and what they share: a word of an enumeration, a time. They stand
// between `decode_config`, which users call, and json::Decoder; internal to the room. The one idea: each takes the
// Decoder of its object, reads it to the end as if all were well, and reports what is not so to the Decoder, which
// keeps the first fault with its path. Nothing here fails by itself.
#include <optional>
#include <string>
#include <string_view>

#include "api/origin_pull_config.hpp"
#include "api/words.hpp"
#include "base/time.hpp"
#include "json/decoder.hpp"

namespace originpull::api {

Spec decode_spec(json::Decoder&);      // with the schema's defaults and its rules that need no earlier object
Status decode_status(json::Decoder&);  // of an absent status too

// A word of the enumeration; absent: the fallback.
template <class E>
E read_word(json::Decoder& d, std::string_view key, E fallback) {
  const auto text = d.want<std::optional<std::string>>(key);
  if (!text) return fallback;
  std::string expected;
  for (const auto& word : kWords<E>) {
    if (word.text == *text) return word.value;
    expected += (expected.empty() ? "expected one of " : ", ") + std::string(word.text);
  }
  d.reject(key, expected);
  return fallback;
}

std::optional<Wall> read_time(json::Decoder&, std::string_view key);

}  // namespace originpull::api
