// SPDX-License-Identifier: Apache-2.0
#pragma once
// The end of a Result in an end-to-end test: the value, or an exception with the error's sentence, which gtest
// reports as the failure of that test. It is for steps that must work before there is anything to test, such as
// starting a part; what is under test is asserted. To be called on the test's own thread, which gtest watches. It is
// the only thing here that throws, and it does so on purpose.
#include <stdexcept>
#include <utility>

#include "base/result.hpp"

namespace originpull::e2e {

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace originpull::e2e
