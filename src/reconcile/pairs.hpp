// SPDX-License-Identifier: Apache-2.0
#pragma once
// The words between pki and plan: what pki finds in a Secret becomes the planner's `Pair`, with the reason of the table
// and a sentence that names the Secret and says what to do (product.md section 8). Pure; cannot fail.
// It stands between the reader of Secrets and the observer, and is the only place that knows both vocabularies, so
// that neither room names the other. The key is looked at here and not kept. Called on the thread of a pass.
#include <string>

#include "plan/observed.hpp"
#include "reconcile/secret_reader.hpp"

namespace originpull::reconcile {

inline constexpr const char* kCertificateKey = "tls.crt";
inline constexpr const char* kPrivateKeyKey = "tls.key";
inline constexpr const char* kCaKey = "ca.crt";
inline constexpr const char* kTlsType = "kubernetes.io/tls";

// The judgement of a Secret that was read with those three keys.
plan::Pair judge_pair(const std::string& secret_name, const Secret& secret, Wall now);

}  // namespace originpull::reconcile
