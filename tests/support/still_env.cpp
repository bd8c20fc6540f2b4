// SPDX-License-Identifier: Apache-2.0
#include "support/still_env.hpp"

#include <utility>

namespace originpull::support {

// A real gate with a count of its own: the real one also moves when the time does, which is no signal of the Monitor's.
class StillEnv::StillGate final : public env::Gate {
 public:
  explicit StillGate(StillEnv& env) : env_(env), real_(env.real_.make_gate()) {
    env_.state_.with([this](State& state) { state.gates.insert(this); });
  }
  ~StillGate() override {
    env_.state_.with([this](State& state) { state.gates.erase(this); });
  }

  void lock() override { real_->lock(); }
  void unlock() override { real_->unlock(); }
  std::uint64_t count() override { return count_; }
  void signal() override {
    real_->lock();
    ++count_;
    real_->unlock();
    real_->signal();
  }
  void time_has_moved() { real_->signal(); }

  env::Wake wait(std::uint64_t seen, Instant deadline, const std::stop_token& stop) override {
    const Waiting waiting(env_, deadline);
    for (;;) {
      real_->lock();
      const std::uint64_t real_seen = real_->count();
      const bool signalled = count_ != seen;
      real_->unlock();
      if (signalled) return env::Wake::kSignal;
      if (stop.stop_requested()) return env::Wake::kStop;
      if (env_.now() >= deadline) return env::Wake::kDeadline;
      if (real_->wait(real_seen, Instant::max(), stop) == env::Wake::kStop) return env::Wake::kStop;
    }
  }

 private:
  struct Waiting {
    StillEnv& env;
    Instant deadline;
    Waiting(StillEnv& e, Instant d) : env(e), deadline(d) {
      env.state_.with([&](State& state) { state.deadlines.insert(deadline); });
    }
    ~Waiting() {
      env.state_.with([&](State& state) { state.deadlines.erase(state.deadlines.find(deadline)); });
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
  };

  StillEnv& env_;
  std::unique_ptr<env::Gate> real_;
  std::uint64_t count_ = 0;
};

StillEnv::StillEnv() : state_(real_) {}
StillEnv::~StillEnv() = default;

Wall StillEnv::wall() {
  env::forbid_in_monitor("ask for the wall time");
  return kWallStart + Duration(passed_.load());
}

Instant StillEnv::now() {
  env::forbid_in_monitor("ask for the time");
  return kStart + Duration(passed_.load());
}

std::uint64_t StillEnv::random() {
  env::forbid_in_monitor("draw a random number");
  return state_.with([](State& state) {
    if (state.fixed_random) return *state.fixed_random;
    // splitmix64 of a counter: evenly mixed, and the same in every run.
    std::uint64_t z = ++state.drawn * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  });
}

void StillEnv::set_random(std::uint64_t value) {
  state_.with([&](State& state) { state.fixed_random = value; });
}

env::Thread StillEnv::spawn(std::string name, std::function<void(std::stop_token)> body) {
  return real_.spawn(std::move(name), std::move(body));
}

std::unique_ptr<env::Gate> StillEnv::make_gate() {
  env::forbid_in_monitor("make a Monitor");
  return std::make_unique<StillGate>(*this);
}

void StillEnv::advance(Duration by) {
  passed_ += by.count();
  // Under the lock, so that no gate goes away meanwhile; telling one only takes its own lock for a moment.
  state_.with([](State& state) {
    for (StillGate* gate : state.gates) gate->time_has_moved();
  });
}

template <class F>
bool StillEnv::await(F&& holds) {
  const Instant limit = real_.now() + Seconds(10);
  const auto held = state_.await(
      [&](State& state, Instant now) -> env::Poll<bool> {
        if (holds(state)) return {.value = true};
        if (now >= limit) return {.value = false};
        return {.again = limit};
      },
      std::stop_token());
  return held.value_or(false);
}

bool StillEnv::await_deadline(Instant deadline) {
  return await([&](const State& state) { return state.deadlines.contains(deadline); });
}

bool StillEnv::await_waiting(std::size_t threads) {
  return await([&](const State& state) { return state.deadlines.size() >= threads; });
}

}  // namespace originpull::support
