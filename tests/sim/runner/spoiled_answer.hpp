// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answers of mishap F8 (and F15): refusals as each API words them, a status of Kubernetes or an envelope of
// Cloudflare, and answers that make no sense, such as a page of HTML or JSON that breaks off. The one idea: a kind is
// one row of a table, a function from the true answer to what arrives instead, and whether the server did its work
// first. Pure functions and constants, any thread; nothing fails.
#include <optional>
#include <string>
#include <string_view>

#include "net/transport.hpp"

namespace originpull::sim {

struct SpoiledAnswer {
  bool executed = false;  // the server does its work first, and its answer goes into `spoil`
  net::Response (*spoil)(bool cloudflare, net::Response) = nullptr;
};
// Empty: not a kind of F8.
std::optional<SpoiledAnswer> spoiled_answer(std::string_view kind);

// A refusal in the words of Kubernetes or Cloudflare.
net::Response refusal(bool cloudflare, int status, int retry_after = 0);
// A line of a watch that says so.
std::string error_event(int status);

}  // namespace originpull::sim
