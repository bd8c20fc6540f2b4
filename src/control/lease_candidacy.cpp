// SPDX-License-Identifier: Apache-2.0
#include "control/lease_candidacy.hpp"

#include <algorithm>
#include <utility>

namespace originpull::control {
namespace {

class KubeLease final : public LeaseKeeper {
 public:
  explicit KubeLease(std::unique_ptr<kube::LeaseElector> elector) : elector_(std::move(elector)) {}
  kube::Held acquire_or_renew(const std::stop_token& stop) override { return elector_->acquire_or_renew(stop); }
  std::optional<Instant> valid_until() const override { return elector_->valid_until(); }
  std::int64_t transitions() const override { return elector_->standing().transitions; }
  bool release(const std::stop_token& stop) override { return elector_->release(stop); }

 private:
  std::unique_ptr<kube::LeaseElector> elector_;
};

// A server that did not answer is asked again so soon, because what changed meanwhile waits for its return.
constexpr Duration kUnreachable{500};

std::string ms(Duration time) { return std::to_string(time.count()) + " ms"; }

}  // namespace

LeaseCandidacy::LeaseCandidacy(env::Env& env, LeaseTimes times, std::shared_ptr<LeaseKeeper> keeper)
    : env_(env), times_(times), keeper_(std::move(keeper)), state_(env) {}

void LeaseCandidacy::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Instant began = env_.now();
    const kube::Held held = keeper_->acquire_or_renew(stop);
    judge(held, began);
    if (state_.look([](const State& state) { return state.phase == Phase::kLost; })) return;
    const Duration rest = held == kube::Held::kUnknown ? std::min(times_.retry, kUnreachable) : pause();
    env::pause_until(env_, env_.now() + rest, stop);
  }
}

void LeaseCandidacy::judge(kube::Held held, Instant began) {
  const std::int64_t transitions = keeper_->transitions();
  state_.with([&](State& state) {
    if (state.phase == Phase::kStandby) {
      if (held == kube::Held::kYes) state = {Phase::kLeading, began, transitions};
      return;
    }
    if (state.phase == Phase::kLost) return;
    const bool too_late = began >= state.tried + times_.renew_deadline;
    const bool other_term = held == kube::Held::kYes && transitions != state.transitions;
    if (held == kube::Held::kNo || too_late || other_term) {
      state.phase = Phase::kLost;
    } else if (held == kube::Held::kYes) {
      state.tried = began;
    }
  });
}

Duration LeaseCandidacy::pause() const {
  const bool leading = state_.look([](const State& state) { return state.phase == Phase::kLeading; });
  if (leading) return times_.retry;
  // Standbys that started together must not try together.
  return times_.retry + times_.retry * static_cast<Duration::rep>(env_.random() % 121) / 100;
}

bool LeaseCandidacy::await_leading(const std::stop_token& stop) {
  return state_
      .await(
          [](State& state, Instant) -> env::Poll<bool> {
            if (state.phase == Phase::kStandby) return {};
            return {.value = true};
          },
          stop)
      .has_value();
}

bool LeaseCandidacy::await_lost(const std::stop_token& stop) {
  return state_
      .await(
          [this](State& state, Instant now) -> env::Poll<bool> {
            if (state.phase == Phase::kStandby) return {};
            const Instant end = state.tried + times_.renew_deadline;
            if (now >= end) state.phase = Phase::kLost;
            if (state.phase == Phase::kLost) return {.value = true};
            return {.again = end};
          },
          stop)
      .has_value();
}

std::optional<Instant> LeaseCandidacy::valid_until() const {
  const bool leading = state_.look([](const State& state) { return state.phase == Phase::kLeading; });
  return leading ? keeper_->valid_until() : std::nullopt;
}

std::string fault_of(const kube::LeaseOptions& lease, const LeaseTimes& times, const LeadershipOptions& options) {
  if (times.retry <= Duration(0)) return "the retry period must be longer than 0";
  if (times.renew_deadline * 5 <= times.retry * 6) {
    return "the renew deadline (" + ms(times.renew_deadline) + ") must be longer than 1.2 retry periods (" +
           ms(times.retry * 6 / 5) + ")";
  }
  if (lease.duration <= times.renew_deadline + lease.margin) {
    return "the lease duration (" + ms(lease.duration) + ") must be longer than the renew deadline and the margin (" +
           ms(times.renew_deadline + lease.margin) + ")";
  }
  const Duration needed = options.longest_write + lease.margin + times.retry;
  if (lease.duration > needed) return {};
  return "the lease duration (" + ms(lease.duration) +
         ") must be longer than the longest write, the margin and the retry " + "period together (" + ms(needed) +
         "), or nothing could ever be written";
}

Result<Leadership::Stand> stand_for_lease(env::Env& env, const kube::Client& client, kube::LeaseOptions lease,
                                          LeaseTimes times, const LeadershipOptions& options, Log log) {
  if (std::string fault = fault_of(lease, times, options); !fault.empty()) {
    return fail(ErrorKind::kInvalid, "set up leader election", std::move(fault));
  }
  const auto keeper =
      std::make_shared<KubeLease>(TRY(kube::LeaseElector::make(env, client, std::move(lease), std::move(log))));
  return Leadership::Stand([&env, times, keeper]() -> std::shared_ptr<Candidacy> {
    return std::make_shared<LeaseCandidacy>(env, times, keeper);
  });
}

}  // namespace originpull::control
