// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the real parts are: the folder with kube-apiserver, kube-controller-manager, kubectl, etcd and helm that
// `tools/setup --real-parts` builds and prints. It reaches a test as the environment variable ORIGINPULL_REAL_PARTS or,
// failing that, as the CMake variable of that name. A machine without them still runs every other test, so their
// absence is an Error that a test turns into a skip (cluster/with_cluster.hpp); with ORIGINPULL_REQUIRE_REAL_PARTS=1,
// as in CI, into a failure.
#include "base/result.hpp"

#include <filesystem>

namespace originpull::cluster {

// The folder, with every part in it; NotFound says what is missing and what to do.
Result<std::filesystem::path> real_parts();

// Whether a test that needs them may not be skipped.
bool real_parts_are_required();

}  // namespace originpull::cluster
