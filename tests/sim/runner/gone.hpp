// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is deleted stays deleted (O9, O17): once that is seen, nobody asks for it again, nor for its zone. An operator
// that still keeps a copy of it may do no harm for as long as all is in order; that it asks betrays it before the day
// on which it puts a switch right for a resource that is not there. Asked by the stage of its quiet. Pure, any thread;
// nothing fails, what is broken is in words.
#include <span>
#include <string>
#include <vector>

#include "sim/runner/call_book.hpp"

namespace originpull::sim {

// `calls` of a time in which all was seen, and the names of the resources that were there throughout.
std::vector<std::string> looks_for_what_is_gone(std::span<const Call> calls, std::span<const std::string> there);

}  // namespace originpull::sim
