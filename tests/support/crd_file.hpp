// SPDX-License-Identifier: Apache-2.0
#pragma once
// crds/ as JSON, for the tests that hold something against the type itself: the file that is shipped is read, not a
// copy of it, so an edit of the type is seen by each of them. YAML's plain words become booleans and numbers as
// Kubernetes reads them, quoted ones stay texts. Read anew at each call; any thread. A file that cannot be read throws,
// which ends the test.
#include <string>

namespace originpull::support {

std::string crd_json();

}  // namespace originpull::support
