// SPDX-License-Identifier: Apache-2.0
#include "control/leadership.hpp"

#include <utility>

namespace originpull::control {
namespace {

constexpr Duration kReleaseWithin{800};  // giving the lease back is a courtesy; a dead API server must not hold us
constexpr Duration kLongAgo{20'000};     // past the end of a lease, the elector's thread must have hung

}  // namespace

class Leadership::Term final : public PermitSource {
 public:
  Term(env::Env& env, Duration longest_write, std::shared_ptr<const Candidacy> candidacy, std::stop_token over,
       std::shared_ptr<env::Monitor<State>> state)
      : env_(env),
        longest_write_(longest_write),
        candidacy_(std::move(candidacy)),
        over_(std::move(over)),
        state_(std::move(state)) {}

  Result<Permit> permit() override {
    if (!over_.stop_requested()) {
      if (!candidacy_) return issue(Instant::max());
      // The order matters: a lease read first could run out while the clock is asked.
      const Instant now = env_.now();
      const auto until = candidacy_->valid_until();
      if (until && now + longest_write_ < *until) return issue(*until);
    }
    state_->with([](State& state) { ++state.figures.refused; });
    return fail(Error{.kind = ErrorKind::kUnavailable,
                      .attempted = "write as the leader",
                      .message = "this process does not lead, or its lease is nearly over; the next leader goes on",
                      .reason = std::string(kNotLeading)});
  }

 private:
  env::Env& env_;
  Duration longest_write_;
  std::shared_ptr<const Candidacy> candidacy_;
  std::stop_token over_;
  std::shared_ptr<env::Monitor<State>> state_;
};

Leadership::Leadership(env::Env& env, Log log, LeadershipOptions options, Stand stand, Led& led)
    : env_(env),
      log_(std::move(log)),
      options_(options),
      stand_(std::move(stand)),
      led_(led),
      state_(std::make_shared<env::Monitor<State>>(env)) {}

void Leadership::start() {
  thread_ = env_.spawn("leadership", [this](const std::stop_token& stop) { run(stop); });
}

void Leadership::stop() {
  thread_.request_stop();
  thread_.join();
}

void Leadership::run(const std::stop_token& stop) {
  if (!stand_) {
    govern(nullptr, stop, [&] { env::pause_until(env_, Instant::max(), stop); });
    return;
  }
  while (!stop.stop_requested()) serve(stand_(), stop);
}

// From standing by to having left office, in good order.
void Leadership::serve(const std::shared_ptr<Candidacy>& candidacy, const std::stop_token& stop) {
  // Its own thread, so that the lease is still renewed while guarded work winds down.
  env::Thread elector = env_.spawn("lease", [candidacy](const std::stop_token& stopped) { candidacy->run(stopped); });
  if (!candidacy->await_leading(stop)) return;
  const bool quiet = govern(candidacy, stop, [&] { candidacy->await_lost(stop); });
  elector.request_stop();
  elector.join();
  if (!stop.stop_requested()) return;
  if (!quiet) {
    log_.warning("the lease is not released, because work is still under way; it will run out by itself");
    return;
  }
  std::stop_source too_late;
  const Instant limit = env_.now() + kReleaseWithin;
  const env::Thread watchdog = env_.spawn("lease-release", [&](const std::stop_token& released) {
    if (env::pause_until(env_, limit, released)) too_late.request_stop();
  });
  candidacy->release(too_late.get_token());
}

// One term. Returns whether all guarded work has ended, which is certain unless we are being stopped.
bool Leadership::govern(const std::shared_ptr<Candidacy>& candidacy, const std::stop_token& stop,
                        const std::function<void()>& await_end) {
  std::stop_source over;
  state_->with([&](State& state) {
    state.figures.leading = true;
    ++state.figures.terms;
    state.leading = candidacy;
  });
  log_.info("this process leads now");
  led_.begin_term(std::make_shared<Term>(env_, options_.longest_write, candidacy, over.get_token(), state_),
                  over.get_token());
  await_end();
  over.request_stop();
  state_->with([](State& state) {
    state.figures.leading = false;
    state.leading.reset();
  });
  log_.info("this process does not lead any more");
  while (!led_.end_term(env_.now() + options_.wind_down)) {
    if (stop.stop_requested()) return false;
    log_.warning("work of the last term is still under way; this process does not stand for the lease before it ends");
  }
  return true;
}

Leadership::Figures Leadership::figures() const {
  return state_->look([](const State& state) { return state.figures; });
}

std::optional<std::string> Leadership::fault() const {
  const auto leading = state_->look([](const State& state) { return state.leading; });
  if (!leading) return std::nullopt;
  const Instant now = env_.now();
  const auto until = leading->valid_until();
  if (!until || now < *until + kLongAgo) return std::nullopt;
  return "the lease ran out " + std::to_string(std::chrono::floor<Seconds>(now - *until).count()) +
         " s ago and nobody noticed";
}

}  // namespace originpull::control
