// SPDX-License-Identifier: Apache-2.0
#include "probe/outcome.hpp"

#include <algorithm>

namespace originpull::probe {

std::string_view to_string(Happened happened) {
  switch (happened) {
    case Happened::kConnected: return "Connected";
    case Happened::kAnswered: return "Answered";
    case Happened::kRefused: return "Refused";
    case Happened::kUnreachable: return "Unreachable";
    case Happened::kConnectTimedOut: return "ConnectTimedOut";
    case Happened::kHandshakeTimedOut: return "HandshakeTimedOut";
    case Happened::kHandshakeRefused: return "HandshakeRefused";
    case Happened::kHandshakeFailed: return "HandshakeFailed";
    case Happened::kUntrusted: return "Untrusted";
    case Happened::kClosed: return "Closed";
    case Happened::kNotHttp: return "NotHttp";
    case Happened::kAnswerTimedOut: return "AnswerTimedOut";
    case Happened::kStopped: return "Stopped";
  }
  return "Unknown";
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char a, char b) { return lower(a) == lower(b); };
  for (const auto& [key, value] : headers) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

std::string describe(const Outcome& outcome) {
  std::string text(to_string(outcome.happened));
  if (outcome.is(Happened::kAnswered)) text += " " + std::to_string(outcome.answer.status);
  if (!outcome.detail.empty()) text += ": " + outcome.detail;
  return text;
}

}  // namespace originpull::probe
