// SPDX-License-Identifier: Apache-2.0
#pragma once
// The planted bugs as their patches tell of them. The one idea: a patch is the only place where a bug is described, so
// the comment lines at its head become one entry here, in a source that tests/planted/plant writes when planted_test is
// built; the page in docs and the names of the tests are made of it. Constant data, in the order of the numbers, which
// any thread may read; nothing fails.
#include <span>
#include <string_view>

namespace originpull::planted {

struct Bug {
  int number;
  std::string_view name;    // "foreign-taken-for-ours"
  std::string_view what;    // what the code does wrong
  std::string_view breaks;  // the promise
  std::string_view shows;   // in which situation
};

std::span<const Bug> catalogue();

}  // namespace originpull::planted
