// SPDX-License-Identifier: Apache-2.0
// A crash at each call in turn, in a first enablement and in a rotation: the operator is killed (kill -9) when the
// server has executed the call and before the operator knows; another one goes on, and all ends as if nothing had
// happened, with no second certificate of one leaf and no orphan. Method: a relay before each server counts the
// operator's calls, lists, watches and the Lease among them, and holds the answer of the n-th; n goes up until a run
// has no n-th call. Which calls a run makes is not quite the same each time, so the test also demands that each kind
// of call that a run without a crash makes was the last one of some operator. Renewals of the Lease are not counted:
// they have their own, single crash. The Lease of the dead is deleted instead of waited for; that it runs out is the
// leadership test's.
#include "e2e/relayed.hpp"

#include "api/words.hpp"
#include "support/poll_until.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <set>
#include <sstream>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostCalls = 80;  // more in one run would be a fault of its own
constexpr auto kTrailing = 700ms;       // after a run is done: Events and what else is still on its way

bool is_renewal(const RelayedCall& call) {
  return call.method == "PUT" && call.target.find("/leases/") != std::string::npos;
}

// A call without what differs from run to run: ids, and names that end in the run's number.
std::string kind_of(const RelayedCall& call) {
  std::istringstream parts(call.what());
  std::string kind;
  for (std::string part; std::getline(parts, part, '/');) {
    const bool id = part.size() >= 32;
    const bool numbered = part.starts_with("run-");
    kind += "/" + (id ? "{id}" : numbered ? "{resource}" + part.substr(std::min(part.find(' '), part.size())) : part);
  }
  return kind.substr(1);
}

class Crash : public Relayed {
 protected:
  using Trigger = std::pair<std::size_t, Relay::Which>;  // the n-th call that is one of these

  void begin(const std::vector<std::string>& zones) {
    install({.zones = zones, .flags = {"--requests", "0"}});
    apply_token();
  }

  // Arms both relays: the n-th such call over both (from 1) is held when it has been answered. 0: none.
  void arm(const Trigger& trigger) {
    count_ = 0;
    for (Relay* relay : {&relays().kube, &relays().cloudflare}) {
      relay->forget_calls();
      relay->hold(Relay::At::kAnswer, [this, n = trigger.first, which = trigger.second](const RelayedCall& call) {
        return which(call) && ++count_ == n;
      });
    }
  }
  std::optional<RelayedCall> held() {
    const auto found = relays().kube.held();
    return found ? found : relays().cloudflare.held();
  }
  void let_go() {
    relays().kube.let_go();
    relays().cloudflare.let_go();
  }
  std::set<std::string> kinds_of_calls() {
    std::set<std::string> kinds;
    for (const Relay* relay : {&relays().kube, &relays().cloudflare}) {
      for (const RelayedCall& call : relay->calls())
        if (!is_renewal(call)) kinds.insert(kind_of(call));
    }
    return kinds;
  }

  // Until the armed call is held, and then kills `victim`; empty: the run was done before it came to that call.
  std::optional<RelayedCall> kill_at_the_call(support::Process& victim, const std::function<bool()>& done) {
    std::optional<RelayedCall> at;
    const auto looked =
        eventually(60s, "the armed call, or the end of the run", [&] { return (at = held()) || done(); });
    if (!looked) throw std::runtime_error(looked.message());
    if (!at) support::poll_until(kTrailing, [&] { return (at = held()).has_value(); });
    if (at) {
      EXPECT_EQ(victim.kill().signal, SIGKILL);
      kubectl({"delete", "lease", kAccount, "--ignore-not-found"});
    }
    let_go();
    return at;
  }

  // A run without a crash, then one killed at each call, then one for each kind of call that none has died at, because
  // calls that are made side by side have no fixed number. `run` answers with the end state and says where its operator
  // died.
  void crash_at_each_call(const std::function<std::string(Trigger, std::optional<RelayedCall>& died_at)>& run) {
    std::optional<RelayedCall> died_at;
    const Relay::Which each = [](const RelayedCall& call) { return !is_renewal(call); };
    const std::string undisturbed = run({0, each}, died_at);
    std::set<std::string> kinds = kinds_of_calls();
    const auto crash = [&](std::size_t n, const Relay::Which& which) {
      const std::string end = run({n, which}, died_at);
      if (!died_at) return false;
      SCOPED_TRACE("killed at " + died_at->what());
      EXPECT_EQ(end, undisturbed);
      kinds.erase(kind_of(*died_at));
      return true;
    };
    std::size_t n = 1;
    while (n <= kMostCalls && !HasFailure() && crash(n, each)) ++n;
    EXPECT_LE(n, kMostCalls);
    for (const std::string& kind : std::set<std::string>(kinds))
      EXPECT_TRUE(crash(1, [&](const RelayedCall& call) { return kind_of(call) == kind; })) << kind;
    EXPECT_THAT(kinds, ::testing::IsEmpty());
    RecordProperty("crashes", std::to_string(n - 1));
  }

  // What both sides look like, without times, versions and the run's own names.
  std::string end_state(const std::string& name, const std::string& zone_name) {
    const api::OriginPullConfig object = resource(name);
    const SimZone zone = simulator().zone(zone_name);
    std::ostringstream out;
    for (const auto& one : object.status.conditions)
      out << one.type << " " << to_string(one.status) << " " << one.reason << "\n";
    for (const auto& one : object.status.ledger.certificates) {
      out << "record " << one.fingerprint << " " << to_string(one.role) << " " << to_string(one.intent) << " "
          << one.state << (one.adopted ? " adopted" : "") << "\n";
      const bool same_id =
          std::any_of(zone.certificates.begin(), zone.certificates.end(),
                      [&](const SimCertificate& c) { return c.id == one.id && c.fingerprint == one.fingerprint; });
      out << (same_id ? "" : "a record with a wrong id\n");
    }
    const auto& original = object.status.ledger.original;
    out << "original " << (original ? original->zone_level.value_or(true) : true) << "\n";
    for (const auto& one : zone.live()) out << "certificate " << one.fingerprint << " " << one.status << "\n";
    out << "presented " << zone.presented << "\nzone-level " << zone.zone_level << " global " << zone.global_setting;
    return out.str();
  }

  void expect_one_certificate_of(const Leaf& leaf, const std::string& zone_name) {
    const SimZone zone = simulator().zone(zone_name);
    EXPECT_EQ(std::count_if(zone.certificates.begin(), zone.certificates.end(),
                            [&](const SimCertificate& one) { return one.fingerprint == leaf.fingerprint; }),
              1);
  }

 private:
  std::atomic<std::size_t> count_ = 0;
};

class CrashWhileEnabling : public Crash {
 protected:
  void begin_enabling() {
    std::vector<std::string> zones;
    for (std::size_t n = 1; n <= kMostCalls + 20; ++n) zones.push_back("zone" + std::to_string(n) + ".example");
    begin(zones);
    apply_secret(leaf_);
  }
  // One first enablement, of a zone of its own; its end state.
  std::string run(const Trigger& trigger, std::optional<RelayedCall>& died_at) {
    const std::string number = std::to_string(++runs_);
    const std::string name = "run-" + number;
    const std::string zone = "zone" + number + ".example";
    kubectl({"delete", "lease", kAccount, "--ignore-not-found"});
    apply_resource(name, {.zone = zone, .more = "interval: 24h"});
    arm(trigger);
    support::Process& victim = spawn_operator(relays().through());
    const auto done = [&] { return is_ready(name); };
    died_at = kill_at_the_call(victim, done);
    if (died_at) start_operator(relays().through());
    EXPECT_TRUE(eventually(60s, name + " is Ready", done));
    stop_operators();
    const std::string end = end_state(name, zone);
    expect_one_certificate_of(leaf_, zone);
    kubectl({"delete", "originpullconfig", name});
    return end;
  }

 private:
  const Leaf leaf_ = make_leaf("edge");
  int runs_ = 0;
};

TEST_F(CrashWhileEnabling, each_call_may_be_the_last_one_and_the_end_is_the_same) {
  begin_enabling();
  crash_at_each_call([this](const Trigger& trigger, auto& died_at) { return run(trigger, died_at); });
}

TEST_F(CrashWhileEnabling, a_renewal_of_the_lease_may_be_the_last_call) {
  begin_enabling();
  simulator().modes(R"({"deployDelayMs": 3000})");  // else there is no renewal before the end
  std::optional<RelayedCall> died_at;
  const std::string undisturbed = run({0, is_renewal}, died_at);
  EXPECT_EQ(run({1, is_renewal}, died_at), undisturbed);
  ASSERT_TRUE(died_at);
  EXPECT_TRUE(is_renewal(*died_at));
}

class CrashWhileRotating : public Crash {
 protected:
  void begin_rotating() {
    begin({kZone});
    apply_secret(leaf_);
    apply_resource("zone", {.more = "interval: 24h\nrotation: {soak: 0s}"});
  }
  // One rotation, from the leaf that is there to a new one; its end state.
  std::string run(const Trigger& trigger, std::optional<RelayedCall>& died_at) {
    const Leaf next = make_leaf("edge");
    support::Process& victim = start_operator(relays().through());
    EXPECT_TRUE(eventually(30s, "the old one is in place", [&] { return rests_on(leaf_); }));
    support::poll_until(kTrailing, [] { return false; });
    arm(trigger);
    apply_secret(next);
    const auto done = [&] { return rests_on(next); };
    died_at = kill_at_the_call(victim, done);
    if (died_at) start_operator(relays().through());
    EXPECT_TRUE(eventually(60s, "the rotation is done", done));
    stop_operators();
    expect_one_certificate_of(leaf_, kZone);
    expect_one_certificate_of(next, kZone);
    leaf_ = next;
    std::string end = end_state("zone", kZone);
    for (std::size_t at; (at = end.find(next.fingerprint)) != std::string::npos;)
      end.replace(at, next.fingerprint.size(), "{leaf}");
    return end;
  }

 private:
  bool rests_on(const Leaf& leaf) {
    const SimZone zone = simulator().zone();
    return zone.live().size() == 1 && zone.presented == leaf.fingerprint && condition("Ready") == "True Ready" &&
           resource().status.ledger.certificates.size() == 1;
  }

  Leaf leaf_ = make_leaf("edge");
};

TEST_F(CrashWhileRotating, each_call_may_be_the_last_one_and_the_end_is_the_same) {
  begin_rotating();
  crash_at_each_call([this](const Trigger& trigger, auto& died_at) { return run(trigger, died_at); });
}

}  // namespace
}  // namespace originpull::e2e
