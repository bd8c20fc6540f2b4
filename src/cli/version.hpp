// SPDX-License-Identifier: Apache-2.0
#pragma once
// The version of this build, in the one place that CMake fills in from project(VERSION). It is what `--version` prints,
// what the User-Agent header says, and what a bug report should quote. A constant: no threads, no clock, and nothing
// can fail.
// Tests and tools that are built without CMake see 0.0.0-dev.
#include <string_view>

namespace originpull::cli {

#ifndef ORIGINPULL_VERSION
#define ORIGINPULL_VERSION "0.0.0-dev"
#endif
inline constexpr std::string_view kVersion = ORIGINPULL_VERSION;

}  // namespace originpull::cli
