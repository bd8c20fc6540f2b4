// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options of `run --embedded`: where its manifests are, where its Kubernetes API listens, where its kubeconfig
// goes. The one idea is that this API hands out Secrets, so it listens on loopback unless somebody has said otherwise
// in so many words. Read by cli/options.cpp once, at the start, on one thread; plain values. kInvalid: the sentence
// names the option.
#include <string>

#include "cli/listen_address.hpp"

namespace originpull::cli {

struct EmbeddedOptions {
  std::string manifests = {};       // a folder, or a file; empty: nothing is loaded
  ListenAddress listen = {};        // port 0: any free one
  std::string kubeconfig_out = {};  // empty: in a folder of its own in the temporary directory
};

// `anywhere`: an address that is not loopback is meant.
Result<EmbeddedOptions> checked_embedded(EmbeddedOptions options, const std::string& listen, bool anywhere);

}  // namespace originpull::cli
