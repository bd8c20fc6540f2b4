// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Leadership` stands for the lease on threads of its own and issues Permits while it holds it. The one idea: leading
// comes in *terms*, and a pass keeps the permits of the term that it began in, so what it saw before somebody else led
// can never guide a write after. A term ends when the lease is lost or we stop; then its token is stopped and
// `Led::end_term` waits until all guarded work has ended; only after that is the lease released, or sought again. This
// clean step-down costs less than client-go's exit, which throws away warm watches; it is as safe, because permits are
// bound to their term. Work that does not end in time keeps the lease from being released: it is left to expire.
// Without an election one term lasts from start to stop and its permits always hold. Thread-safe; the lease's I/O fails
// inside kube, which logs and tries again.
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/log.hpp"
#include "control/permit.hpp"
#include "env/monitor.hpp"

namespace originpull::control {

struct LeadershipOptions {
  Duration longest_write{5'000};  // no external write may take longer; a permit covers one
  Duration wind_down{4'000};      // how long guarded work may take to stop at the end of the process
};

// One try to lead: from standing by for the lease to losing it (lease_candidacy.hpp).
class Candidacy {
 public:
  virtual ~Candidacy() = default;
  virtual void run(const std::stop_token& stop) = 0;            // thread body; ends when lost or stopped
  virtual bool await_leading(const std::stop_token& stop) = 0;  // false: stopped first
  virtual bool await_lost(const std::stop_token& stop) = 0;     // false: stopped first
  virtual std::optional<Instant> valid_until() const = 0;       // fenced; empty: not leading
  virtual void release(const std::stop_token& stop) = 0;        // called once `run` and all guarded work have ended
};

// What is led: the Loop. Both functions run on Leadership's thread.
class Led {
 public:
  virtual ~Led() = default;
  // From now on passes may run; they write with `permits` and give up when `term` is stopped.
  virtual void begin_term(std::shared_ptr<PermitSource> permits, std::stop_token term) = 0;
  // `term` has been stopped. Returns whether all guarded work had ended by `until`. May be called again.
  virtual bool end_term(Instant until) = 0;
};

class Leadership {
 public:
  using Stand = std::function<std::shared_ptr<Candidacy>()>;

  // An empty `stand` is --leader-elect=false. `led` must outlive this object.
  Leadership(env::Env& env, Log log, LeadershipOptions options, Stand stand, Led& led);
  ~Leadership() { stop(); }

  void start();
  // Ends the term, waits for guarded work (at most wind_down), releases the lease. Harmless when called again.
  void stop();

  struct Figures {
    bool leading = false;
    std::uint64_t terms = 0;    // begun so far
    std::uint64_t refused = 0;  // permits refused
  };
  Figures figures() const;
  // Why this process should be restarted: it believes that it leads, though its lease ran out long ago.
  std::optional<std::string> fault() const;

 private:
  struct State {
    Figures figures = {};
    std::shared_ptr<const Candidacy> leading = {};  // empty also when nothing is elected
  };
  class Term;

  void run(const std::stop_token& stop);
  void serve(const std::shared_ptr<Candidacy>& candidacy, const std::stop_token& stop);
  bool govern(const std::shared_ptr<Candidacy>& candidacy, const std::stop_token& stop,
              const std::function<void()>& await_end);

  env::Env& env_;
  Log log_;
  LeadershipOptions options_;
  Stand stand_;
  Led& led_;
  std::shared_ptr<env::Monitor<State>> state_;  // shared with permit sources, which may outlive a term
  env::Thread thread_;
};

}  // namespace originpull::control
