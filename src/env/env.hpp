// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Env` is the one door for time, chance, threads and waiting. A process has one: RealEnv in production, SimEnv in
// simulation (tests/sim), where real threads run one at a time from a seed and time jumps to the next deadline. Nothing
// else in the program reads a clock, makes a thread or waits, so a whole process can be replayed.
//
// All functions are thread-safe. None may be called while the calling thread holds a Monitor: `env::forbid_in_monitor`
// ends the process then, in release too, because a wait under a lock is a deadlock that has not happened yet.
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.hpp"

namespace originpull::env {

enum class Wake { kSignal, kDeadline, kStop };

// The lock and the signal of one Monitor, made by an Env; only Monitor uses it. `count` moves with each signal, so a
// waiter that says which count it has seen misses none. It starts at 0.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual void lock() = 0;
  virtual void unlock() = 0;
  virtual void signal() = 0;          // call it unlocked; never blocks
  virtual std::uint64_t count() = 0;  // call it locked
  // Returns when the count is no longer `seen`, at `deadline` (Instant::max(): never), or when a stop is requested.
  virtual Wake wait(std::uint64_t seen, Instant deadline, const std::stop_token& stop) = 0;
};

// A thread of the Env. Stops and joins when it goes out of scope, like std::jthread.
class Thread {
 public:
  class Handle {
   public:
    virtual ~Handle() = default;
    virtual void request_stop() = 0;
    virtual void join() = 0;
  };

  Thread() = default;
  explicit Thread(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
  Thread(Thread&&) noexcept = default;
  Thread& operator=(Thread&& other) noexcept;
  ~Thread() { finish(); }

  void request_stop();
  void join();  // waits for the end of the body; after it the object is empty
  bool joinable() const { return handle_ != nullptr; }

 private:
  void finish();
  std::unique_ptr<Handle> handle_;
};

class Env {
 public:
  virtual ~Env() = default;
  virtual Wall wall() = 0;
  virtual Instant now() = 0;
  virtual std::uint64_t random() = 0;
  // Runs `body` on a thread of that name (at most 15 characters are shown by the system). An exception that leaves the
  // body ends the process with the thread's name.
  virtual Thread spawn(std::string name, std::function<void(std::stop_token)> body) = 0;
  virtual std::unique_ptr<Gate> make_gate() = 0;
};

// Waits until `until` or a stop; true: the time came, false: stopped. A stop wins over a time that has already come.
bool pause_until(Env&, Instant until, const std::stop_token&);

// How many Monitors the calling thread holds, and the name it was spawned with.
int& held_monitors();
std::string& thread_name();
// Ends the process if the calling thread holds a Monitor. `what` is what was about to be done.
void forbid_in_monitor(std::string_view what);

}  // namespace originpull::env
