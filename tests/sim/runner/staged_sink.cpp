// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/staged_sink.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "sim/runner/spoiled_answer.hpp"

namespace originpull::sim {
namespace {

constexpr std::string_view kHugeBookmark =
    R"({"type":"BOOKMARK","object":{"kind":"Secret","apiVersion":"v1","metadata":)"
    R"({"resourceVersion":"99999999999999999999999999"}}})"
    "\n";

std::string_view view(std::span<const char> part) { return {part.data(), part.size()}; }

}  // namespace

StagedSink::StagedSink(SimEnv& env, net::BodySink& inner, const Mishap& mishap, std::stop_token stop)
    : env_(env), inner_(inner), mishap_(mishap), stop_(std::move(stop)), left_(mishap.value) {}

bool StagedSink::on_head(const net::Head& head) {
  if (!inner_.on_head(head)) return false;
  if (mishap_.kind == "F14.short") return false;
  if (mishap_.kind == "F14.status") return pass(error_event(500).substr(25)), false;
  if (mishap_.kind == "F14.huge-version") return pass(std::span(kHugeBookmark.data(), kHugeBookmark.size()));
  return true;
}

bool StagedSink::on_data(std::span<const char> part) {
  const std::string& kind = mishap_.kind;
  if (kind == "F14.cut") return cut(part);
  if (kind == "F13" && left_ > 0) {
    env::pause_until(env_, env_.now() + Seconds(left_), stop_);
    left_ = 0;
  }
  if (kind == "F14.no-bookmarks" && view(part).find("\"BOOKMARK\"") != std::string_view::npos) return true;
  if (kind == "F14.twice") return pass(part) && pass(part);
  if (int status = 0; kind.starts_with("F14.") &&
                      std::from_chars(kind.data() + 4, kind.data() + kind.size(), status).ec == std::errc()) {
    if (left_-- > 0) return pass(part);
    const std::string event = error_event(status);
    return pass(event), false;
  }
  return pass(part);
}

bool StagedSink::pass(std::span<const char> part) { return inner_.on_data(part); }

bool StagedSink::cut(std::span<const char> part) {
  const auto fits = std::min<std::size_t>(part.size(), static_cast<std::size_t>(left_));
  left_ -= static_cast<std::int64_t>(fits);
  if (fits > 0 && !pass(part.subspan(0, fits))) return false;
  broke_ = fits < part.size();
  return !broke_;
}

}  // namespace originpull::sim
