// SPDX-License-Identifier: Apache-2.0
// Compiled without ThreadSanitizer (tests/sim/CMakeLists.txt); see the header for what that forbids here.
#include "sim/scheduler.hpp"

#include <execinfo.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <ctime>

#include "base/bug.hpp"
#include "sim/stack_report.hpp"

namespace originpull::sim {

using env::Wake;

namespace {

constexpr int kMostTasks = 512;
constexpr int kMostFrames = 24;
constexpr std::int64_t kNever = INT64_MAX;
constexpr std::int64_t kBoot = 1'000'000;  // Instants do not start at 0, so that nobody takes 0 for a time
constexpr std::uint64_t kPrime = 1099511628211ULL;

enum class TaskState { kFree, kReady, kWaiting, kDone };

std::uint64_t draw(std::uint64_t& state) {  // splitmix64
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// All of it inlined, or the linker might take this file's uninstrumented copy of the standard library's code for all.
[[gnu::flatten]] bool stop_requested(const std::stop_token& stop) { return stop.stop_requested(); }

}  // namespace

struct Scheduler::Task {
  Scheduler* owner = nullptr;
  char name[32] = {};
  std::uint64_t name_hash = 0;
  int turn = 0;  // the futex: 1 when the baton is given
  TaskState state = TaskState::kFree;
  const std::uint64_t* count = nullptr;
  std::uint64_t seen = 0;
  std::int64_t deadline = kNever;
  std::int64_t held_until = 0;
  const std::stop_token* stop = nullptr;
  Wake woke = Wake::kSignal;
  std::uint64_t ended = 0;
  int stopping = 0;
  int spared = 0;
  void* frames[kMostFrames] = {};
  int depth = 0;
};

namespace {

thread_local Scheduler::Task* self = nullptr;

void give(Scheduler::Task& task) {
  __atomic_store_n(&task.turn, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &task.turn, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// False: not yet, and the time is over.
bool take(Scheduler::Task& task, Duration longest) {
  const timespec limit{.tv_sec = longest.count() / 1000, .tv_nsec = (longest.count() % 1000) * 1'000'000};
  while (__atomic_exchange_n(&task.turn, 0, __ATOMIC_ACQUIRE) == 0) {
    if (syscall(SYS_futex, &task.turn, FUTEX_WAIT_PRIVATE, 0, &limit, nullptr, 0) != 0 && errno == ETIMEDOUT)
      return false;
  }
  return true;
}

}  // namespace

struct Scheduler::State {
  explicit State(const SimOptions& given) : options(given), order(given.seed), chance(~given.seed) {}

  SimOptions options;
  std::uint64_t order;   // decides who runs
  std::uint64_t chance;  // what Env::random draws from
  std::int64_t now = kBoot;
  std::uint64_t points = 0;  // read by waiting threads too: does the one with the baton still come back?
  std::uint64_t switches = 0;
  std::uint64_t hash = 14695981039346656037ULL;
  std::uint64_t points_at_this_instant = 0;
  Task* running = nullptr;
  Task tasks[kMostTasks];
  int used = 0;  // tasks[used...] have never been in use

  void mix(std::uint64_t word) { hash = (hash ^ word) * kPrime; }

  bool can_run(Task& task) const {
    if (task.state == TaskState::kReady) return true;
    if (task.state != TaskState::kWaiting) return false;
    if (task.count != nullptr && __atomic_load_n(task.count, __ATOMIC_RELAXED) != task.seen) {
      task.woke = Wake::kSignal;
    } else if (task.stop != nullptr && stop_requested(*task.stop)) {
      task.woke = Wake::kStop;
    } else if (task.deadline <= now) {
      task.woke = Wake::kDeadline;
    } else {
      return false;
    }
    return true;
  }

  Task& pick() {
    Task* ready[kMostTasks];
    for (;;) {
      std::uint64_t n = 0;
      std::int64_t next = kNever;
      for (int i = 0; i < used; ++i) {
        Task& task = tasks[i];
        const bool alive = task.state == TaskState::kReady || task.state == TaskState::kWaiting;
        if (alive && task.held_until > now) {
          if (task.held_until < next) next = task.held_until;
        } else if (can_run(task)) {
          ready[n++] = &task;
        } else if (task.state == TaskState::kWaiting && task.deadline < next) {
          next = task.deadline;
        }
      }
      if (n > 0) return *ready[draw(order) % n];
      if (next == kNever) give_up("deadlock: no thread can run and none waits for a time");
      now = next;
      points_at_this_instant = 0;
    }
  }

  void dispatch(Task* me) {
    __atomic_store_n(&points, points + 1, __ATOMIC_RELAXED);
    if (++points_at_this_instant > options.most_points_at_one_instant) {
      if (me != nullptr) me->depth = backtrace(me->frames, kMostFrames);
      give_up("livelock: the threads run on and time does not move");
    }
    Task& next = pick();
    next.state = TaskState::kReady;
    mix(next.name_hash);
    mix(static_cast<std::uint64_t>(now));
    if (&next == me) return;
    ++switches;
    running = &next;
    give(next);
    if (me != nullptr) wait_for_turn(*me);
  }

  // A point at which nobody else may run.
  void go_on() {
    __atomic_store_n(&points, points + 1, __ATOMIC_RELAXED);
    if (++points_at_this_instant > options.most_points_at_one_instant)
      give_up("livelock: the threads run on and time does not move");
  }

  void wait_for_turn(Task& me) {
    for (;;) {
      const std::uint64_t before = __atomic_load_n(&points, __ATOMIC_RELAXED);
      if (take(me, options.longest_turn)) return;
      if (__atomic_load_n(&points, __ATOMIC_RELAXED) != before) continue;
      // One of the waiting threads reports; the others find it already taken.
      static int reported = 0;
      if (__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED) == 0) {
        give_up(
            "a thread keeps the baton: it computes too long, or it waits for a lock that is no Monitor and that a "
            "waiting thread holds");
      }
    }
  }

  [[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "SimEnv, seed %llu, %lld ms after the start: %s\n",
                 static_cast<unsigned long long>(options.seed), static_cast<long long>(now - kBoot), why);
    for (int i = 0; i < used; ++i) {
      const Task& task = tasks[i];
      if (task.state == TaskState::kFree || task.state == TaskState::kDone) continue;
      const bool waits = task.state == TaskState::kWaiting;
      const char* how = &task == running && !waits ? "runs" : !waits ? "could run" : "waits";
      std::fprintf(stderr, "  thread '%s' %s", task.name, how);
      if (waits && task.deadline != kNever)
        std::fprintf(stderr, " until %lld ms", static_cast<long long>(task.deadline - kBoot));
      if (waits && task.deadline == kNever) std::fprintf(stderr, " for ever");
      std::fprintf(stderr, "%s\n", waits ? "" : "; its last known place:");
      print_stack(task.frames, task.depth);
    }
    bug(why);
  }
};

Scheduler::Scheduler(const SimOptions& options) : state_(new State(options)) {
  check(self == nullptr, "a thread of a SimEnv makes another SimEnv");
  self = add("main");
  state_->running = self;
}

Scheduler::~Scheduler() {
  for (int i = 1; i < state_->used; ++i) {
    if (state_->tasks[i].state == TaskState::kFree) continue;
    std::fprintf(stderr, "thread '%s' outlives its SimEnv\n", state_->tasks[i].name);
    bug("a SimEnv ends before its threads; join them first");
  }
  self = nullptr;
  delete state_;
}

Scheduler::Task* Scheduler::add(const char* name) {
  int i = 0;
  while (i < kMostTasks && state_->tasks[i].state != TaskState::kFree) ++i;
  check(i < kMostTasks, "too many threads for a simulation");
  if (i >= state_->used) state_->used = i + 1;
  Task& task = state_->tasks[i];
  // Field by field: a call of memset or memcpy would be seen by ThreadSanitizer.
  task.owner = this;
  task.name_hash = 0;
  task.turn = 0;
  task.ended = 0;
  task.stopping = 0;
  task.depth = 0;
  task.held_until = 0;
  task.state = TaskState::kReady;
  for (std::size_t c = 0; name[c] != '\0'; ++c) {
    if (c + 1 < sizeof task.name) {
      task.name[c] = name[c];
      task.name[c + 1] = '\0';
    }
    task.name_hash = (task.name_hash ^ static_cast<unsigned char>(name[c])) * kPrime;
  }
  return &task;
}

void Scheduler::enter(Task* task) {
  self = task;
  state_->wait_for_turn(*task);
}

void Scheduler::leave() {
  Task& me = *self;
  me.ended = 1;
  me.state = TaskState::kDone;
  self = nullptr;
  state_->dispatch(nullptr);
}

void Scheduler::wait_for_end(Task* task) { wait(&task->ended, 0, Instant::max(), nullptr); }

void Scheduler::remove(Task* task) { task->state = TaskState::kFree; }

namespace {

Scheduler::Task& current(const Scheduler* scheduler, const char* what) {
  check(self != nullptr && self->owner == scheduler, "a thread that this SimEnv did not make uses it");
  if (self->stopping > 0) {
    std::fprintf(stderr, "thread '%s' is about to %s in a stop callback\n", self->name, what);
    bug("a stop callback schedules or waits; it may only set a flag or cancel something");
  }
  return *self;
}

}  // namespace

void Scheduler::spare(int change) const { current(this, "be spared").spared += change; }

void Scheduler::hold(const char* prefix, Instant until) {
  for (int i = 0; i < state_->used; ++i) {
    Task& task = state_->tasks[i];
    std::size_t c = 0;
    while (prefix[c] != '\0' && task.name[c] == prefix[c]) ++c;
    if (prefix[c] == '\0') task.held_until = until.time_since_epoch().count();
  }
}

void Scheduler::point() {
  Task& me = current(this, "reach a scheduling point");
  State& s = *state_;
  if (s.options.keep_baton > 1 && me.held_until <= s.now && draw(s.order) % s.options.keep_baton != 0) return s.go_on();
  if (s.options.stall_one_in > 0 && me.spared == 0 && draw(s.order) % s.options.stall_one_in == 0) {
    const auto longest = static_cast<std::uint64_t>(s.options.longest_stall.count());
    wait(nullptr, 0, Instant(Duration(s.now + static_cast<std::int64_t>(draw(s.order) % (longest + 1)))), nullptr);
    return;
  }
  s.dispatch(&me);
}

Wake Scheduler::wait(const std::uint64_t* count, std::uint64_t seen, Instant deadline, const std::stop_token* stop) {
  Task& me = current(this, "wait");
  me.count = count;
  me.seen = seen;
  me.deadline = deadline.time_since_epoch().count();
  me.stop = stop;
  me.depth = state_->options.stacks ? backtrace(me.frames, kMostFrames) : 0;
  me.state = TaskState::kWaiting;
  state_->dispatch(&me);
  return me.woke;
}

Instant Scheduler::now() const { return Instant(Duration(state_->now)); }

std::uint64_t Scheduler::random() { return draw(state_->chance); }

void Scheduler::note(const char* text, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) state_->mix(static_cast<unsigned char>(text[i]));
  state_->mix(size);
}

SimCounts Scheduler::counts() const { return {state_->points, state_->switches, state_->hash}; }

void Scheduler::begin_stop() const { ++current(this, "request a stop").stopping; }

void Scheduler::end_stop() { --self->stopping; }

}  // namespace originpull::sim
