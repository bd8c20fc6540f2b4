// SPDX-License-Identifier: Apache-2.0
#pragma once
// Base64 as Kubernetes uses it in Secrets and kubeconfig files: the standard alphabet with padding. Decoding is
// strict (alphabet, padding, zero bits at the end) but skips line breaks, as Go does. Pure. Input that is not base64
// is kInvalid, without a word of the content, which is usually a secret; the decoded text is allocated once, so
// whoever wipes it leaves no copy behind.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace originpull {

std::string encode_base64(std::string_view bytes);
Result<std::string> decode_base64(std::string_view text);

}  // namespace originpull
