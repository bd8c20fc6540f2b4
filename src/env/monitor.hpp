// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Monitor<T>` is the only lock in the house: a value, its mutex and its signal in one, so that no value is touched
// without its lock and no change is forgotten to be told. `with` looks or changes and then wakes the waiters; `await`
// waits until the value has what is asked for. The functions given to it run under the lock: they must be short and
// must not call the Env, a Transport or another Monitor's owner (env::forbid_in_monitor sees to it). Thread-safe;
// cannot fail. Join the threads that use a Monitor before it goes: the one that ended the last wait may still be
// telling the others.
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "env/env.hpp"

namespace originpull::env {

// What a function given to `await` answers: the value that ends the wait, or when to look again though nothing changed.
template <class R>
struct Poll {
  std::optional<R> value = {};
  Instant again = Instant::max();
};

template <class T>
class Monitor {
 public:
  explicit Monitor(Env& env, T value = {}) : env_(env), gate_(env.make_gate()), value_(std::move(value)) {}
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // f(T&) under the lock, then all waiters look again. Returns what f returns.
  template <class F>
  auto with(F&& f) {
    struct Signal {
      Gate& gate;
      ~Signal() { gate.signal(); }
    } signal{*gate_};
    const Held held(*gate_);
    return std::forward<F>(f)(value_);
  }

  // f(const T&) under the lock; wakes nobody.
  template <class F>
  auto look(F&& f) const {
    const Held held(*gate_);
    return std::forward<F>(f)(std::as_const(value_));
  }

  // f(T&, now) -> Poll<R> until it has a value. Empty: a stop was requested first. A value that is there wins over a
  // stop.
  template <class F>
  auto await(F&& f, const std::stop_token& stop) {
    using R = typename decltype(f(std::declval<T&>(), Instant{}).value)::value_type;
    for (;;) {
      const Instant now = env_.now();
      std::uint64_t seen = 0;
      Poll<R> poll = [&] {
        const Held held(*gate_);
        seen = gate_->count();
        return f(value_, now);
      }();
      if (poll.value) return std::optional<R>(std::move(poll.value));
      if (gate_->wait(seen, poll.again, stop) == Wake::kStop) return std::optional<R>();
    }
  }

 private:
  struct Held {
    Gate& gate;
    explicit Held(Gate& g) : gate(g) {
      forbid_in_monitor("enter a second Monitor");
      gate.lock();
      ++held_monitors();
    }
    ~Held() {
      --held_monitors();
      gate.unlock();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
  };

  Env& env_;
  std::unique_ptr<Gate> gate_;
  T value_;
};

}  // namespace originpull::env
