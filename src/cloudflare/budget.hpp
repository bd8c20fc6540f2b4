// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Budget` decides whether a token may be used for one more call now. It never waits: the answer is a `Turn`, or an
// error that says when to come again, and the caller's key goes back to its queue. It keeps four promises: at most
// `requests` in any `window`, the last shares of it for the more urgent classes; silence while Cloudflare has asked
// for it (429, 971); one mutation in flight per zone; and no hot loop with a token that was refused, since Cloudflare
// locks out who insists.
//
// One Budget per token, shared by all that use it (`BudgetRegistry`), thread-safe. Errors of `take`: kRateLimited
// with `retry_after`; or, while a refusal is remembered, that kDenied error again with the rest of its back-off.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "cloudflare/call.hpp"
#include "env/monitor.hpp"

namespace originpull::cloudflare {

struct BudgetOptions {
  int requests = 600;  // half of what Cloudflare grants to a token's owner
  Duration window{300'000};
  int rotation_percent = 90;  // the share of `requests` that rotations may use up, together with drift checks
  int drift_percent = 70;
  Duration throttled{60'000};  // silence after a 429 that does not say how long
  Duration longest_throttle{3'600'000};
  Duration zone_busy{1'000};      // when to come again for a zone with a mutation in flight
  Duration first_refusal{5'000};  // back-off after a refused token or permission, doubling up to …
  Duration longest_refusal{300'000};
};

// What a refusal was about. Cloudflare often does not say; see `kUnclear`.
enum class Refusal {
  kNone,
  kCredential,  // the token itself: all its calls rest
  kPermission,  // this kind of call on this zone
  kUnclear,     // one or the other: the token itself, unless another call of it was accepted a moment ago
};

class Budget : public std::enable_shared_from_this<Budget> {
 public:
  // The right to make one call. Destroying it gives the zone back to the next mutation.
  class Turn {
   public:
    Turn(Turn&& other) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    friend class Budget;
    Turn(std::shared_ptr<Budget> budget, std::string zone) : budget_(std::move(budget)), zone_(std::move(zone)) {}
    std::shared_ptr<Budget> budget_;  // empty: nothing to give back
    std::string zone_;
  };

  static std::shared_ptr<Budget> make(env::Env&, BudgetOptions = {});

  Result<Turn> take(const Call&);

  // What came of a call that was admitted.
  void accepted(const Call&);  // Cloudflare took the token
  // 429, 971, or no request left: nobody calls for that long. Both return how long such a call is turned away from
  // now on.
  Duration throttled(std::optional<Duration> rest);
  Duration refused(const Call&, Refusal, const Error&);

  // Calls that the most urgent class may still make in the present window.
  int left();
  // Nothing is in flight, remembered or counted any more: forgetting this Budget loses nothing.
  bool idle();

 private:
  struct Denial {
    Instant until{};
    Duration wait{0};  // the last one; doubles
    Error error = {};
  };
  struct State {
    std::vector<Instant> used = {};  // of the calls in the window, oldest first
    int turned_away = 0;             // since a call was last admitted; spreads those who come again
    Instant silent_until{};
    std::optional<Instant> last_accepted = {};
    std::map<std::string, int> mutations = {};   // zone -> in flight (0 or 1)
    std::map<std::string, Denial> denials = {};  // place of the call, or "" for the whole token
  };

  Budget(env::Env& env, BudgetOptions options) : env_(env), options_(options), state_(env) {}
  static std::string place(const Call&);
  int share(Priority) const;
  void give_back(const std::string& zone);
  std::optional<Error> verdict(State&, const Call&, Instant now) const;

  env::Env& env_;
  const BudgetOptions options_;
  env::Monitor<State> state_;
};

// The budgets of all tokens in use, by a salted hash of the token, so that two resources with one token share one.
// Thread-safe.
class BudgetRegistry {
 public:
  BudgetRegistry(env::Env&, BudgetOptions = {});
  std::shared_ptr<Budget> of(const SecretString& token);
  std::size_t size();  // how many are remembered
  int fewest_left();   // Budget::left of the token that has the fewest; without a token all of it

 private:
  struct Known {
    std::map<std::uint64_t, std::shared_ptr<Budget>> budgets = {};
    std::size_t prune_at = 0;  // when it has grown to this size, the idle ones are forgotten
  };
  void forget_idle();

  env::Env& env_;
  const BudgetOptions options_;
  const std::uint64_t salt_;
  env::Monitor<Known> known_;
};

}  // namespace originpull::cloudflare
