// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_env.hpp"

#include <pthread.h>

#include <exception>
#include <mutex>
#include <thread>

#include "base/bug.hpp"

namespace originpull::sim {

using env::forbid_in_monitor;
using env::Gate;
using env::Thread;
using env::Wake;

namespace {

constexpr Wall kStart{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

// The mutex is never waited for, because no thread gives the baton away while it holds one. It is there for
// ThreadSanitizer, which must see the same locks as in production.
class SimGate final : public Gate {
 public:
  explicit SimGate(Scheduler& scheduler) : scheduler_(scheduler) {}

  void lock() override {
    scheduler_.point();
    mutex_.lock();
  }
  void unlock() override { mutex_.unlock(); }
  void signal() override { __atomic_fetch_add(&count_, 1, __ATOMIC_RELAXED); }
  std::uint64_t count() override { return __atomic_load_n(&count_, __ATOMIC_RELAXED); }

  Wake wait(std::uint64_t seen, Instant deadline, const std::stop_token& stop) override {
    forbid_in_monitor("wait");
    const Wake woke = scheduler_.wait(&count_, seen, deadline, &stop);
    // Asked here too, where ThreadSanitizer sees that what was done before the request is visible after it.
    if (woke == Wake::kStop) check(stop.stop_requested(), "the scheduler reports a stop that nobody requested");
    return woke;
  }

 private:
  Scheduler& scheduler_;
  std::mutex mutex_;
  std::uint64_t count_ = 0;  // read by the scheduler, unseen
};

class SimHandle final : public Thread::Handle {
 public:
  SimHandle(Scheduler& scheduler, const std::string& name, std::function<void(std::stop_token)> body)
      : scheduler_(scheduler), task_(scheduler.add(name.c_str())) {
    thread_ = std::thread([this, name, body = std::move(body), stop = stop_.get_token()]() mutable {
      env::thread_name() = name;
      pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
      scheduler_.enter(task_);
      try {
        body(std::move(stop));
        body = nullptr;  // what it owns goes while this thread still has the baton
      } catch (const std::exception& e) {
        bug("an exception left the body of thread '" + name + "': " + e.what());
      }
      scheduler_.leave();
    });
  }

  void request_stop() override {
    scheduler_.begin_stop();
    stop_.request_stop();
    scheduler_.end_stop();
  }

  void join() override {
    scheduler_.wait_for_end(task_);
    thread_.join();
    scheduler_.remove(task_);
  }

 private:
  Scheduler& scheduler_;
  Scheduler::Task* task_;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace

SimEnv::SimEnv(const SimOptions& options)
    : scheduler_(options), wall_offset_((kStart.time_since_epoch() - scheduler_.now().time_since_epoch()).count()) {}

SimEnv::~SimEnv() = default;

Wall SimEnv::wall() {
  forbid_in_monitor("ask for the wall time");
  return Wall(scheduler_.now().time_since_epoch() + Duration(wall_offset_));
}

Instant SimEnv::now() {
  forbid_in_monitor("ask for the time");
  return scheduler_.now();
}

std::uint64_t SimEnv::random() {
  forbid_in_monitor("draw a random number");
  return scheduler_.random();
}

Thread SimEnv::spawn(std::string name, std::function<void(std::stop_token)> body) {
  forbid_in_monitor("start a thread");
  auto handle = std::make_unique<SimHandle>(scheduler_, name, std::move(body));
  scheduler_.point();
  return Thread(std::move(handle));
}

std::unique_ptr<Gate> SimEnv::make_gate() {
  forbid_in_monitor("make a Monitor");
  return std::make_unique<SimGate>(scheduler_);
}

void SimEnv::point() {
  forbid_in_monitor("make a call");
  scheduler_.point();
}

void SimEnv::jump_wall(Duration by) { wall_offset_ += by.count(); }

void SimEnv::hold(const std::string& prefix, Instant until) { scheduler_.hold(prefix.c_str(), until); }

void SimEnv::note(std::string_view event) { scheduler_.note(event.data(), event.size()); }

}  // namespace originpull::sim
