// SPDX-License-Identifier: Apache-2.0
#pragma once
// The CustomResourceDefinition of OriginPullConfig as it stands in crds/, compiled in, so that the embedded API knows
// the type without a file beside the program. The one idea is that crds/ stays the only source: CMake makes the .cpp of
// it, anew whenever it changes, and a test compares the two. A constant that nobody owns, for any thread; nothing
// fails.
#include <string_view>

namespace originpull::cli {

std::string_view crd_text();  // YAML

}  // namespace originpull::cli
