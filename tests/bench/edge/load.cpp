// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/load.hpp"

#include "bench/edge/stage.hpp"
#include "env/monitor.hpp"
#include "probe/tls_client.hpp"
#include "support/poll_until.hpp"

namespace originpull::bench {
namespace {

using Issuer = Scenario::Issuer;

// How far the visitors are and may go.
struct Progress {
  unsigned allowed = 0;
  unsigned handed_out = 0;
  unsigned done = 0;
  std::uint64_t failed = 0;  // answers of 500 and above
  std::string trouble = {};  // a request without an answer
};

// One visitor, with a connection of its own to the edge, as long as there are requests.
void visit(env::Env& env, const std::string& edge, unsigned requests, env::Monitor<Progress>& progress,
           const std::stop_token& stop) {
  const probe::Client client = probe::Client::plain(env);
  std::unique_ptr<probe::Connection> connection;
  for (;;) {
    const auto mine = progress.await(
        [&](Progress& p, Instant) {
          env::Poll<bool> poll;
          if (p.handed_out >= requests) poll.value = false;
          if (p.handed_out < p.allowed) {
            ++p.handed_out;
            poll.value = true;
          }
          return poll;
        },
        stop);
    if (!mine.value_or(false)) return;
    const Instant deadline = env.now() + kLimit;
    if (!connection || !connection->reusable()) connection = client.open({.address = edge}, deadline, stop).connection;
    const probe::Outcome outcome = connection ? connection->exchange({.host = "example.com"}, deadline, stop)
                                              : probe::Outcome{.happened = probe::Happened::kUnreachable};
    progress.with([&](Progress& p) {
      ++p.done;
      if (outcome.answer.status >= 500) ++p.failed;
      if (!outcome.is(probe::Happened::kAnswered)) p.trouble = probe::describe(outcome);
    });
  }
}

// The rotations, in step with the visitors.
class Rotations {
 public:
  Rotations(Stage& stage, const Scenario& scenario, const Load& load, env::Monitor<Progress>& progress)
      : stage_(stage),
        scenario_(scenario),
        load_(load),
        progress_(progress),
        slice_(load.requests / (load.rotations + 1)) {}

  void run() {
    wait_for(allow(slice_));
    for (unsigned i = 1; i <= load_.rotations; ++i) {
      const unsigned end = i == load_.rotations ? load_.requests : slice_ * (i + 1);
      rotate(i, slice_ * i, end);
    }
  }

 private:
  unsigned allow(unsigned upto) {
    progress_.with([&](Progress& p) { p.allowed = upto; });
    return upto;
  }
  void wait_for(unsigned done) {
    const bool came = support::poll_until(
        kLimit, [&] { return progress_.look([&](const Progress& p) { return p.done >= done; }); }, Duration(2));
    if (!came) throw std::runtime_error("the visitors do not come to an end");
  }

  // Half of the requests may fall into the deployment itself; a quarter comes when only the API's word is out; and the
  // rest when every node knows and every mistake is mended.
  void rotate(unsigned number, unsigned start, unsigned end) {
    const std::string& first = stage_.first_ca().certificate_pem;
    const std::string& second = stage_.second_ca().certificate_pem;
    const bool changed = scenario_.issuer != Issuer::kSame && number > load_.rotations / 2;
    const bool changes = scenario_.issuer != Issuer::kSame && number == load_.rotations / 2 + 1;
    if (changes && scenario_.issuer != Issuer::kTrustedLate) stage_.trust(first + second);
    allow(start + slice_ / 2);
    stage_.deploy(changed ? stage_.second_ca() : stage_.first_ca());
    stage_.delete_former();
    if (changes && scenario_.issuer == Issuer::kDroppedEarly) stage_.trust(second);
    wait_for(allow(start + slice_ * 3 / 4));
    if (changes && scenario_.issuer == Issuer::kTrustedLate) stage_.trust(first + second);
    if (scenario_.spread) stage_.let_all_nodes_know();
    wait_for(allow(end));
  }

  Stage& stage_;
  const Scenario& scenario_;
  const Load& load_;
  env::Monitor<Progress>& progress_;
  const unsigned slice_;
};

Figures read(const Stage& stage, const Progress& progress) {
  const auto zone = stage.counted();
  const auto ended = [&](const std::string& how) {
    const auto found = zone.endings.find(how);
    return found == zone.endings.end() ? std::uint64_t{0} : found->second;
  };
  Figures figures{.answered = ended("answered"),
                  .refused = ended("handshakeRefused"),
                  .refused_behind = zone.refused_behind,
                  .visitors_5xx = progress.failed,
                  .fresh = zone.fresh,
                  .pooled = zone.pooled,
                  .behind = zone.behind,
                  .stale = zone.stale,
                  .origin_answered = stage.origin_counts().answered,
                  .origin_refused = stage.origin_counts().refused,
                  .api_calls = stage.api_calls()};
  figures.other = zone.requests - figures.answered - figures.refused;
  for (const auto& [what, counts] : zone.presented) {
    const auto leaf = stage.leaves().find(what);
    if (leaf != stage.leaves().end() && leaf->second) figures.refused_former += counts.refused;
  }
  return figures;
}

Figures run_on(Stage& stage, const Scenario& scenario, const Load& load) {
  stage.enable();
  env::Env& env = stage.env();
  env::Monitor<Progress> progress(env);
  const Instant begin = env.now();
  std::vector<env::Thread> visitors;
  for (unsigned i = 0; i < load.visitors; ++i) {
    visitors.push_back(env.spawn("visitor", [&](const std::stop_token& stop) {
      visit(env, stage.edge_address(), load.requests, progress, stop);
    }));
  }
  Rotations(stage, scenario, load, progress).run();
  visitors.clear();  // joins
  const Duration took = env.now() - begin;
  const Progress at_the_end = progress.look([](const Progress& p) { return p; });
  if (!at_the_end.trouble.empty()) throw std::runtime_error("a visitor got no answer: " + at_the_end.trouble);
  const auto told = [&] { return stage.origin_counts().refused >= read(stage, at_the_end).refused; };
  support::poll_until(Duration(5'000), told);  // the origin counts a refusal after the client has heard of it
  Figures figures = read(stage, at_the_end);
  figures.seconds = static_cast<double>(took.count()) / 1000;
  return figures;
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  using Pool = cli::EdgePooling;
  static const std::vector<Scenario> all = {
      {.name = "one CA, kept connections"},
      {.name = "one CA, fresh connections", .pooling = Pool::kOff},
      {.name = "one CA, fresh, 8 nodes, spread", .pooling = Pool::kOff, .nodes = 8, .spread = true},
      {.name = "new CA, trusted before",
       .pooling = Pool::kOff,
       .nodes = 8,
       .spread = true,
       .issuer = Issuer::kTrustedBefore},
      {.name = "new CA, trusted too late", .pooling = Pool::kOff, .issuer = Issuer::kTrustedLate},
      {.name = "old CA dropped too early, fresh",
       .pooling = Pool::kOff,
       .nodes = 8,
       .spread = true,
       .issuer = Issuer::kDroppedEarly},
      {.name = "old CA dropped too early, kept", .nodes = 8, .spread = true, .issuer = Issuer::kDroppedEarly},
      {.name = "old CA dropped too early, kept by origin",
       .pooling = Pool::kByOrigin,
       .nodes = 8,
       .spread = true,
       .issuer = Issuer::kDroppedEarly},
  };
  return all;
}

Result<Figures> run(const Scenario& scenario, const Load& load) {
  try {
    Stage stage(scenario, load);
    return run_on(stage, scenario, load);
  } catch (const std::exception& error) {
    return fail(ErrorKind::kInternal, "run \"" + scenario.name + "\"", error.what());
  }
}

std::vector<std::string> contradictions(const Scenario& scenario, const Load& load, const Figures& figures) {
  std::vector<std::string> found;
  const auto must = [&](bool holds, const std::string& what) {
    if (!holds) found.push_back(scenario.name + ": " + what);
  };
  must(figures.answered + figures.refused == load.requests && figures.other == 0,
       "each request is answered or its handshake refused");
  must(figures.visitors_5xx == figures.refused, "visitors see an error for each refusal and for nothing else");
  must(figures.origin_answered == figures.answered, "the origin has answered what the edge has passed on");
  must(figures.origin_refused == figures.refused, "the origin has refused what the edge has seen refused");
  switch (scenario.issuer) {
    case Issuer::kSame:
    case Issuer::kTrustedBefore: must(figures.refused == 0, "nothing is refused"); break;
    case Issuer::kTrustedLate:
      must(figures.refused > 0 && figures.refused_former == 0, "what is refused presented the new CA's leaf");
      must(figures.refused_behind == 0, "no node was behind");
      break;
    case Issuer::kDroppedEarly:
      must(figures.refused_former == figures.refused, "what is refused presented a leaf of the former CA");
      // A visitor's request may have been under way when the deployment was said to be active.
      must(figures.refused <= figures.refused_behind + load.visitors, "only nodes that were behind are refused");
      if (scenario.pooling == cli::EdgePooling::kOff) must(figures.refused > 0, "nodes that are behind are refused");
      if (scenario.pooling == cli::EdgePooling::kByOrigin)
        must(figures.stale > 0, "kept connections present the former");
      break;
  }
  if (scenario.pooling == cli::EdgePooling::kOff) {
    must(figures.pooled == 0 && figures.fresh == load.requests, "each request has a connection of its own");
  } else {
    must(figures.fresh < load.requests / 2, "most requests use a kept connection");
  }
  if (scenario.spread) must(figures.behind > 0, "some requests fall to nodes that are behind");
  return found;
}

}  // namespace originpull::bench
