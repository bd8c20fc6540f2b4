// SPDX-License-Identifier: Apache-2.0
#pragma once
// What calls mean to the metrics: one CallCounter for the Kubernetes API and one for Cloudflare's, each told by a
// CountedNetwork. The one idea: a label is a word of a fixed list, whatever the URL says, so neither a zone's id nor a
// name that a user chose reaches a metric. Called on the threads that call; thread-safe, as Metrics is.
// Cannot fail.
#include <memory>
#include <string_view>

#include "cli/counted_network.hpp"
#include "control/metrics.hpp"

namespace originpull::cli {

// `metrics` outlives what is returned. The length of a watch is not counted: it says how long the server let it live.
std::shared_ptr<CallCounter> count_kubernetes_calls(control::Metrics& metrics);
std::shared_ptr<CallCounter> count_cloudflare_calls(control::Metrics& metrics);

// "UploadCertificate" of POST /zones/023e…/origin_tls_client_auth; "Other" for what the client never sends.
std::string_view cloudflare_operation(net::Method method, std::string_view target);

}  // namespace originpull::cli
