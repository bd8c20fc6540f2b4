// SPDX-License-Identifier: Apache-2.0
#include "kube/watch_machine.hpp"

#include <algorithm>

#include "base/bug.hpp"

namespace originpull::kube {
namespace {

// first, 2 first, 4 first, … cap; `failures` counts from 1.
Duration doubled(Duration first, Duration cap, unsigned failures) {
  Duration delay = first;
  for (unsigned i = 1; i < failures && delay < cap; ++i) delay *= 2;
  return std::min(delay, cap);
}

}  // namespace

bool is_expired(const Error& error) {
  return error.http_status == 410 || error.reason == "Expired" || error.reason == "Gone" ||
         error.reason == "ResourceVersionTooLarge";
}

bool is_outage(const Error& error) {
  switch (error.http_status) {
    case 0: return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kUnknownOutcome;
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
  }
}

WatchMachine::Step WatchMachine::next(std::uint64_t random) {
  if (pause_ != Pause::kNone) {
    const Wait wait{delay(random)};
    pause_ = Pause::kNone;
    return wait;
  }
  switch (phase_) {
    case Phase::kList: return ListPage{.first = true, .continue_token = {}, .paged = paged_};
    case Phase::kPages: return ListPage{.first = false, .continue_token = continue_, .paged = true};
    case Phase::kListed: bug("a complete list was not taken");
    case Phase::kWatch: break;
  }
  const auto span = static_cast<std::uint64_t>((options_.timeout_to - options_.timeout_from).count()) + 1;
  const Seconds timeout = options_.timeout_from + Seconds(random % span);
  error_event_ = false;
  opened_ = false;
  return Watch{.resource_version = version_,
               .timeout = timeout,
               .idle = std::min(options_.silence, Duration(timeout) + Duration(15'000))};
}

// Half to all of the doubled delay, so that several watches do not come back together; never less than the server
// asked.
Duration WatchMachine::delay(std::uint64_t random) const {
  const Duration full = pause_ == Pause::kRefused ? doubled(options_.refused_first, options_.refused_cap, refused_)
                                                  : doubled(options_.fault_first, options_.fault_cap, faults_);
  const Duration half = full / 2;
  const Duration drawn = half + Duration(random % (static_cast<std::uint64_t>((full - half).count()) + 1));
  return std::max(drawn, stated_);
}

bool WatchMachine::page_came(std::string resource_version, std::string continue_token) {
  refused_ = 0;
  if (phase_ == Phase::kList) list_version_ = std::move(resource_version);
  continue_ = std::move(continue_token);
  phase_ = continue_.empty() ? Phase::kListed : Phase::kPages;
  return phase_ == Phase::kListed;
}

void WatchMachine::list_taken() {
  check(phase_ == Phase::kListed, "a list was taken that was not complete");
  version_ = list_version_;
  phase_ = Phase::kWatch;
  paged_ = true;
}

void WatchMachine::watch_opened() {
  opened_ = true;
  trouble_ = false;
  refused_ = 0;
}

void WatchMachine::list_failed(const Error& error) {
  // Pages live only as long as the server's history: for the next try one answer must do.
  const bool pages_expired = phase_ == Phase::kPages && is_expired(error);
  relist(!pages_expired);
  if (pages_expired) return expired();
  back_off(error);
}

void WatchMachine::took(std::string resource_version) {
  version_ = std::move(resource_version);
  expired_ = 0;
}

void WatchMachine::error_event(const Error& error) {
  error_event_ = true;
  if (is_expired(error)) {
    relist(true);
    return expired();
  }
  if (error.http_status != 429) relist(true);
  trouble_ = true;
  stated_ = std::min(error.retry_after.value_or(Duration(0)), options_.fault_cap);
  ++faults_;
  pause_ = Pause::kFault;
}

void WatchMachine::watch_ended(const Error* error, Duration lived, std::size_t events) {
  if (error_event_) return;  // said all there is to say
  const bool opened = opened_ || error == nullptr || events > 0;
  // Until it is open again nobody knows whether the server is still there.
  if (error != nullptr) trouble_ = true;
  // What came could not be read: the same would come again, so only a new list gets past it.
  if (error != nullptr && error->kind == ErrorKind::kInternal) {
    relist(true);
    return back_off(*error);
  }
  if (opened && (events > 0 || lived >= options_.healthy_after)) return healthy();
  if (opened && lived >= options_.short_watch) return;
  if (opened) {
    ++faults_;
    pause_ = Pause::kFault;
    stated_ = Duration(0);
    return;
  }
  if (is_expired(*error)) {
    relist(true);
    return expired();
  }
  // A missing permission says nothing about the copy; anything else might.
  if (!is_outage(*error) && error->kind != ErrorKind::kDenied) relist(true);
  back_off(*error);
}

void WatchMachine::relist(bool paged) {
  phase_ = Phase::kList;
  paged_ = paged;
}

// The first time a list is asked for at once. A server whose lists expire again and again must not be asked in a loop.
void WatchMachine::expired() {
  trouble_ = true;
  if (++expired_ == 1) return;
  ++faults_;
  pause_ = Pause::kFault;
  stated_ = Duration(0);
}

void WatchMachine::back_off(const Error& error) {
  trouble_ = true;
  stated_ = std::min(error.retry_after.value_or(Duration(0)), options_.fault_cap);
  if (is_outage(error)) {
    ++refused_;
    pause_ = Pause::kRefused;
  } else {
    refused_ = 0;
    ++faults_;
    pause_ = Pause::kFault;
  }
}

void WatchMachine::healthy() {
  refused_ = 0;
  faults_ = 0;
  expired_ = 0;
}

}  // namespace originpull::kube
