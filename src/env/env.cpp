// SPDX-License-Identifier: Apache-2.0
#include "env/env.hpp"

#include "base/bug.hpp"

namespace originpull::env {

Thread& Thread::operator=(Thread&& other) noexcept {
  if (this != &other) {
    finish();
    handle_ = std::move(other.handle_);
  }
  return *this;
}

void Thread::request_stop() {
  if (!handle_) return;
  forbid_in_monitor("stop a thread");
  handle_->request_stop();
}

void Thread::join() {
  if (!handle_) return;
  forbid_in_monitor("join a thread");
  handle_->join();
  handle_.reset();
}

void Thread::finish() {
  request_stop();
  join();
}

bool pause_until(Env& env, Instant until, const std::stop_token& stop) {
  const auto gate =
      env.make_gate();  // nobody else knows it, so its count stays 0 and only time or a stop ends the wait
  return gate->wait(0, until, stop) == Wake::kDeadline;
}

int& held_monitors() {
  thread_local int held = 0;
  return held;
}

std::string& thread_name() {
  thread_local std::string name = "main";
  return name;
}

void forbid_in_monitor(std::string_view what) {
  if (held_monitors() == 0) return;
  bug("thread '" + thread_name() + "' is about to " + std::string(what) +
      " while it holds a Monitor; return what is needed from the function and do it after");
}

}  // namespace originpull::env
