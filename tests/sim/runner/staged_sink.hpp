// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a mishap makes of the body of a stream on its way to the client (F13, F14): parts that come late, twice or not
// at all, an ERROR event among them, a connection that breaks after so many bytes. It stands between StagedNetwork,
// which makes one for a stream that a mishap befalls, and the client's own sink. Used by the thread that reads the
// stream; nothing fails here, the network asks `broke`.
#include <span>
#include <stop_token>
#include <string>

#include "sim/runner/mishap.hpp"
#include "sim/sim_env.hpp"

namespace originpull::sim {

class StagedSink final : public net::BodySink {
 public:
  StagedSink(SimEnv& env, net::BodySink& inner, const Mishap& mishap, std::stop_token stop);
  bool on_head(const net::Head& head) override;
  bool on_data(std::span<const char> part) override;
  bool broke() const { return broke_; }

 private:
  bool pass(std::span<const char> part);
  bool cut(std::span<const char> part);

  SimEnv& env_;
  net::BodySink& inner_;
  const Mishap& mishap_;
  const std::stop_token stop_;
  std::int64_t left_;  // bytes or parts, until it happens
  bool broke_ = false;
};

// Hears nothing.
class DeafSink final : public net::BodySink {
 public:
  bool on_head(const net::Head&) override { return false; }
  bool on_data(std::span<const char>) override { return false; }
};

// Keeps all.
class WholeSink final : public net::BodySink {
 public:
  bool on_head(const net::Head&) override { return true; }
  bool on_data(std::span<const char> part) override {
    text_.append(part.data(), part.size());
    return true;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = {};
};

}  // namespace originpull::sim
