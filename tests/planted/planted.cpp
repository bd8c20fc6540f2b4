// SPDX-License-Identifier: Apache-2.0
#include "planted/planted.hpp"

#include <atomic>

namespace originpull::planted {
namespace {

std::atomic<int> chosen{0};

}  // namespace

void choose(int number) { chosen.store(number, std::memory_order_relaxed); }
bool bug(int number) { return chosen.load(std::memory_order_relaxed) == number; }

}  // namespace originpull::planted
