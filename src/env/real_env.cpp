// SPDX-License-Identifier: Apache-2.0
#include "env/real_env.hpp"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>

#include "base/bug.hpp"

namespace originpull::env {
namespace {

constexpr Duration kSlice{1000};

Instant boot_time() {
  timespec t{};
  check(clock_gettime(CLOCK_BOOTTIME, &t) == 0, "the system has no CLOCK_BOOTTIME; Linux 2.6.39 or later is needed");
  return Instant(Seconds(t.tv_sec) + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(t.tv_nsec)));
}

class RealGate final : public Gate {
 public:
  void lock() override { mutex_.lock(); }
  void unlock() override { mutex_.unlock(); }
  std::uint64_t count() override { return count_; }

  void signal() override {
    {
      const std::lock_guard hold(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }

  Wake wait(std::uint64_t seen, Instant deadline, const std::stop_token& stop) override {
    forbid_in_monitor("wait");
    // Takes the lock so that the notice cannot fall between a waiter's look at the token and its sleep.
    const std::stop_callback on_stop(stop, [this] {
      forbid_in_monitor("request a stop");
      {
        const std::lock_guard hold(mutex_);
      }
      changed_.notify_all();
    });
    std::unique_lock hold(mutex_);
    for (;;) {
      if (count_ != seen) return Wake::kSignal;
      if (stop.stop_requested()) return Wake::kStop;
      const Instant now = boot_time();
      if (now >= deadline) return Wake::kDeadline;
      changed_.wait_for(hold, std::min(deadline - now, kSlice));
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

void run(const std::string& name, const std::function<void(std::stop_token)>& body, std::stop_token stop) {
  thread_name() = name;
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());  // only a help for whoever looks with ps or gdb
  try {
    body(std::move(stop));
  } catch (const std::exception& e) {
    bug("an exception left the body of thread '" + name + "': " + e.what());
  } catch (...) {
    bug("an exception of an unknown type left the body of thread '" + name + "'");
  }
}

class RealHandle final : public Thread::Handle {
 public:
  RealHandle(const std::string& name, std::function<void(std::stop_token)> body) {
    try {
      thread_ = std::thread([name, body = std::move(body), stop = stop_.get_token()] { run(name, body, stop); });
    } catch (const std::system_error& e) {
      bug("the system refuses to make thread '" + name + "': " + e.what() +
          "; raise the limit of processes (ulimit -u)");
    }
  }
  void request_stop() override { stop_.request_stop(); }
  void join() override { thread_.join(); }

 private:
  std::stop_source stop_;
  std::thread thread_;
};

std::mt19937_64 seeded() {
  std::random_device device;
  std::array<std::random_device::result_type, 8> words{};
  std::generate(words.begin(), words.end(), [&] { return device(); });
  std::seed_seq seed(words.begin(), words.end());
  return std::mt19937_64(seed);
}

}  // namespace

struct RealEnv::Chance {
  std::mutex mutex;
  std::mt19937_64 generator = seeded();
};

RealEnv::RealEnv() : chance_(std::make_unique<Chance>()) {}
RealEnv::~RealEnv() = default;

Wall RealEnv::wall() {
  forbid_in_monitor("ask for the wall time");
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

Instant RealEnv::now() {
  forbid_in_monitor("ask for the time");
  return boot_time();
}

std::uint64_t RealEnv::random() {
  forbid_in_monitor("draw a random number");
  const std::lock_guard hold(chance_->mutex);
  return chance_->generator();
}

Thread RealEnv::spawn(std::string name, std::function<void(std::stop_token)> body) {
  forbid_in_monitor("start a thread");
  return Thread(std::make_unique<RealHandle>(std::move(name), std::move(body)));
}

std::unique_ptr<Gate> RealEnv::make_gate() {
  forbid_in_monitor("make a Monitor");
  return std::make_unique<RealGate>();
}

}  // namespace originpull::env
