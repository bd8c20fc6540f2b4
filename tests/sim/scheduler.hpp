// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Scheduler` lets real OS threads run one at a time: a baton goes from hand to hand at each scheduling point, chosen
// by a seed, and time jumps to the next deadline when nobody can run. It stands below SimEnv and knows no lock and no
// value.
//
// scheduler.cpp is compiled without ThreadSanitizer and hands over by raw futex, so that the baton is invisible to
// it: a baton that it saw would order everything and hide every race. For the same reason no header of the standard
// library with code in it is used there, and everything that more than one thread touches is behind a function of
// that file.
//
// All functions but the constructor, enter and remove are called by the thread that has the baton. A deadlock, a
// livelock and a thread that keeps the baton end the process and say where each thread is.
#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "env/env.hpp"

namespace originpull::sim {

struct SimOptions {
  std::uint64_t seed = 1;
  // More points than this without time moving are a livelock.
  std::uint64_t most_points_at_one_instant = 200'000;
  // One point in so many delays its thread by up to `longest_stall`, as a starved processor would. 0: never.
  std::uint64_t stall_one_in = 0;
  Duration longest_stall{20'000};
  // Of so many points all but one leave the baton where it is, if its thread can go on: fewer switches, and still any
  // order. 1: at each point all that can run are equal.
  std::uint64_t keep_baton = 1;
  bool stacks = true;  // remember where each thread waits, for a report of a deadlock; costs more than the wait
  // Real time after which a thread that has not come back to a scheduling point is reported.
  Duration longest_turn{60'000};
};

// What happened so far. Equal in two processes that do the same from the same seed.
struct SimCounts {
  std::uint64_t points = 0;    // places where another thread could have been chosen
  std::uint64_t switches = 0;  // places where one was
  std::uint64_t hash = 0;      // over who ran when, and every note
};

class Scheduler {
 public:
  struct Task;

  explicit Scheduler(const SimOptions& options);  // the calling thread becomes "main" and has the baton
  ~Scheduler();                                   // all others must have been removed
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Task* add(const char* name);  // a thread that is about to be made
  void enter(Task* task);       // first call of that thread; returns when it has its first turn
  void leave();                 // its last call; passes the baton on
  void wait_for_end(Task* task);
  void remove(Task* task);  // its OS thread has been joined

  void point();                  // another thread may be chosen
  void spare(int change) const;  // while the sum is positive, the calling thread is not starved
  // Until *count is not `seen`, a stop is requested, or the deadline (max: never) has come; in this order.
  env::Wake wait(const std::uint64_t* count, std::uint64_t seen, Instant deadline, const std::stop_token* stop);

  // The tasks whose names begin so do not run before `until`, whatever they wait for: a process that stands still.
  void hold(const char* prefix, Instant until);

  Instant now() const;
  std::uint64_t random();
  void note(const char* text, std::size_t size);
  SimCounts counts() const;
  // Between these two the calling thread runs stop callbacks, which must neither schedule nor wait.
  void begin_stop() const;
  void end_stop();

 private:
  struct State;
  State* state_;
};

}  // namespace originpull::sim
