// SPDX-License-Identifier: Apache-2.0
#include "sim/faulty_transport.hpp"

namespace originpull::sim {

namespace {

using Kind = Fault::Kind;

bool one_in(env::Env& env, unsigned n) { return n > 0 && env.random() % n == 0; }

// Lets so many parts through and then says stop.
class BreakingSink final : public net::BodySink {
 public:
  BreakingSink(net::BodySink& inner, unsigned parts) : inner_(inner), left_(parts) {}
  bool on_head(const net::Head& head) override { return inner_.on_head(head); }
  bool on_data(std::span<const char> part) override {
    if (left_ == 0) {
      broke_ = true;
      return false;
    }
    --left_;
    return inner_.on_data(part);
  }
  bool broke() const { return broke_; }

 private:
  net::BodySink& inner_;
  unsigned left_;
  bool broke_ = false;
};

class FaultyTransport final : public net::Transport {
 public:
  FaultyTransport(env::Env& env, std::shared_ptr<net::Transport> inner, ChooseFault choose)
      : env_(env), inner_(std::move(inner)), choose_(std::move(choose)) {}

  Result<net::Response> send(const net::Request& request, std::stop_token stop) override {
    env::forbid_in_monitor("send a request");
    const Fault fault = choose_(request);
    TRY(before(fault, request, stop));
    auto response = inner_->send(request, stop);
    if (!response || !loses_answer(fault)) return response;
    return lost(fault, request, stop, "the answer was lost");
  }

  Result<net::Head> stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) override {
    env::forbid_in_monitor("open a stream");
    const Fault fault = choose_(request);
    TRY(before(fault, request, stop));
    if (!loses_answer(fault)) return inner_->stream(request, sink, stop);
    if (fault.kind == Kind::kLoseAnswer) {
      struct Deaf final : net::BodySink {
        bool on_head(const net::Head&) override { return false; }
        bool on_data(std::span<const char>) override { return false; }
      } deaf;
      TRY(inner_->stream(request, deaf, stop));
      return lost(fault, request, stop, "the answer was lost");
    }
    BreakingSink breaking(sink, fault.parts);
    auto head = inner_->stream(request, breaking, stop);
    if (!head || !breaking.broke()) return head;
    return lost(fault, request, stop, "the connection broke in the middle of the answer");
  }

 private:
  static bool loses_answer(const Fault& fault) {
    return fault.kind == Kind::kLoseAnswer || fault.kind == Kind::kBreakStream;
  }

  // False: stopped, or the time of the request was over first.
  bool delayed(const Fault& fault, const net::Request& request, const std::stop_token& stop) {
    if (fault.delay == Duration(0)) return true;
    const bool too_long = request.total != Duration(0) && fault.delay >= request.total;
    return env::pause_until(env_, env_.now() + (too_long ? request.total : fault.delay), stop) && !too_long;
  }

  Result<bool> before(const Fault& fault, const net::Request& request, const std::stop_token& stop) {
    if (loses_answer(fault)) return true;
    const bool in_time = delayed(fault, request, stop);
    if (in_time && fault.kind == Kind::kNone) return true;
    return fail(ErrorKind::kUnavailable, attempted(request), "the request could not be sent");
  }

  Failure lost(const Fault& fault, const net::Request& request, const std::stop_token& stop, const char* what) {
    delayed(fault, request, stop);
    return fail(ErrorKind::kUnknownOutcome, attempted(request), what);
  }

  static std::string attempted(const net::Request& request) {
    return std::string(net::to_string(request.method)) + " " + request.target;
  }

  env::Env& env_;
  std::shared_ptr<net::Transport> inner_;
  ChooseFault choose_;
};

}  // namespace

ChooseFault random_faults(env::Env& env, FaultRates rates) {
  return [&env, rates](const net::Request& request) {
    Fault fault;
    if (one_in(env, rates.delay_one_in)) {
      fault.delay = Duration(env.random() % (static_cast<std::uint64_t>(rates.longest_delay.count()) + 1));
    }
    const bool is_watch = request.total == Duration(0);
    if (one_in(env, rates.drop_request_one_in)) {
      fault.kind = Kind::kDropRequest;
    } else if (one_in(env, rates.lose_answer_one_in)) {
      fault.kind = Kind::kLoseAnswer;
    } else if (is_watch && one_in(env, rates.break_stream_one_in)) {
      fault.kind = Kind::kBreakStream;
      fault.parts = static_cast<unsigned>(env.random() % (rates.most_parts + 1));
    }
    return fault;
  };
}

FaultyNetwork::FaultyNetwork(env::Env& env, net::Network& inner, ChooseFault choose)
    : env_(env), inner_(inner), choose_(std::move(choose)) {}

Result<std::shared_ptr<net::Transport>> FaultyNetwork::open(const net::Endpoint& endpoint) {
  return faulty(env_, TRY(inner_.open(endpoint)), choose_);
}

std::shared_ptr<net::Transport> faulty(env::Env& env, std::shared_ptr<net::Transport> inner, ChooseFault choose) {
  return std::make_shared<FaultyTransport>(env, std::move(inner), std::move(choose));
}

}  // namespace originpull::sim
