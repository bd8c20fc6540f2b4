// SPDX-License-Identifier: Apache-2.0
#include "bench/measure.hpp"

#include "bench/objects.hpp"
#include "pki/certificate.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace originpull::bench {
namespace {

using std::chrono::seconds;

double seconds_between(const Totals& a, const Totals& b) { return std::chrono::duration<double>(b.at - a.at).count(); }

std::string fingerprint_of(const support::Identity& leaf) {
  const auto read = pki::read_certificates(leaf.certificate_pem);
  if (read.certificates.empty()) throw std::runtime_error("a leaf of the benchmark cannot be read");
  return read.certificates.front().fingerprint();
}

std::string resource_path(int number) { return std::string(kResourcesPath) + "/" + numbered("zone", number); }
std::string ms(Duration time) { return std::to_string(time.count()) + " ms"; }

}  // namespace

void Measurement::run() {
  size();
  starts();
  idle();
  converge(0, stand_.options().few);
  converge(stand_.options().few, stand_.options().many);
  unrelated_secrets();
  replaced_secrets();
  fixpoint();
}

void Measurement::size() {
  const auto bytes = std::filesystem::file_size(stand_.options().program);
  report_.add("size of the binary, as given", mebibytes(static_cast<std::int64_t>(bytes / 1024)));
}

void Measurement::starts() {
  stand_.create_resources(0, 1, [] {});
  stand_.start_operator();
  stand_.await(seconds(60), "the first resource is Ready", [&] { return stand_.count_ready() == 1; });
  std::vector<Duration> times;
  for (int i = 0; i < stand_.options().starts; ++i) {
    stand_.stop_operator();
    times.push_back(stand_.start_operator_and_see_it_work());
  }
  stand_.stop_operator();
  report_.add("start to the first reconcile's first call to Cloudflare, median of " + std::to_string(times.size()),
              ms(quantile(times, 0.5)), {.aim = "150 ms", .go = "330 ms"});
}

void Measurement::idle() {
  stand_.start_operator();
  stand_.await_rest();
  const Totals before = stand_.totals();
  stand_.let_pass(seconds(stand_.options().idle_seconds));
  report_.add("RSS idle (one resource)", stand_.memory(), {.aim = "16 MiB", .go = "32 MiB"});
  const Totals after = stand_.totals();
  const double time = seconds_between(before, after);
  idle_calls_per_second_ = (after.kubernetes_calls - before.kubernetes_calls) / time;
  idle_processor_per_second_ = static_cast<double>((after.processor - before.processor).count()) / time;
  report_.add("CPU idle, per second",
              milliseconds(Microseconds(static_cast<std::int64_t>(idle_processor_per_second_))));
}

void Measurement::converge(int first, int last) {
  first = std::max(first, 1);  // 0 is there since the starts
  if (first >= last) return;
  const double count = last - first;
  Totals before;
  stand_.create_resources(first, last, [&] {
    stand_.await_rest();
    stand_.simulator().forget_calls();
    before = stand_.totals();
  });
  stand_.await(seconds(300), "all are Ready", [&] { return stand_.count_ready() == last; }, Duration(2'000));
  const Duration took = stand_.env().now() - before.at;
  stand_.await_rest();
  const bool all = last == stand_.options().many;
  report_.add("RSS with " + std::to_string(last) + " resources", stand_.memory(),
              all ? Beside{.aim = "24 MiB", .go = "49 MiB"} : Beside{.go = "37 MiB"});
  if (!all) return;
  const Totals after = stand_.totals();
  const auto calls = stand_.simulator().calls();
  const double lease = idle_calls_per_second_ * seconds_between(before, after);
  report_.add("CPU per converged resource",
              milliseconds(Microseconds(static_cast<std::int64_t>(
                  static_cast<double>((after.processor - before.processor).count()) / count))),
              {.aim = "less than Go", .go = "2.3 ms"});
  report_.add("calls to Kubernetes per converged resource, the Lease apart",
              with_digits((after.kubernetes_calls - before.kubernetes_calls - lease) / count, 2));
  report_.add("calls to Cloudflare per converged resource", with_digits(static_cast<double>(calls.size()) / count, 2),
              {.aim = "9 and polls", .go = "5"});
  report_.add("time until these " + std::to_string(static_cast<int>(count)) + " were Ready, their creation included",
              with_digits(std::chrono::duration<double>(took).count(), 1) + " s");
  details_ += "\nCalls to Cloudflare per converged resource:\n\n" + calls_by_kind(calls, count);
}

void Measurement::unrelated_secrets() {
  const std::string beside = " resources and " + std::to_string(stand_.options().secrets) + " unrelated Secrets";
  const std::string what = std::to_string(stand_.options().many) + beside;
  stand_.api().create_many(kSecretsPath, 0, stand_.options().secrets, unrelated_secret);
  stand_.await_rest();
  report_.add("RSS with " + what, stand_.memory(), {.aim = "28 MiB", .go = "88 MiB (219 with a full Secret cache)"});
  stand_.stop_operator();
  const Duration start = stand_.start_operator_and_see_it_work();
  stand_.await(seconds(120), "the operator leads and rests", [&] { return stand_.totals().passes > 0; });
  stand_.await_rest();
  report_.add("the same after a restart, all resources looked at", stand_.memory(), {.aim = "28 MiB"});
  report_.add("start to the first call to Cloudflare with " + what, ms(start));
}

// One Secret after the other, each of another resource, the next when the upload of the last one has arrived.
void Measurement::replaced_secrets() {
  const auto authority = support::make_ca("edge client CA");
  std::map<std::string, Wall> acknowledged;
  stand_.simulator().forget_calls();
  const Totals before = stand_.totals();
  std::vector<Duration> times;
  for (int i = 0; i < stand_.options().updates; ++i) {
    const auto leaf = support::issue_client(authority, numbered("renewed", i));
    const std::string fingerprint = fingerprint_of(leaf);
    stand_.api().merge(std::string(kSecretsPath) + "/" + numbered("pair", i), pair_data(leaf));
    const Wall acknowledged_at = stand_.env().wall();
    std::optional<Wall> arrived;
    stand_.await(
        seconds(30), "the upload of a replaced Secret arrives",
        [&] {
          for (const auto& call : stand_.simulator().calls())
            if (call.is_upload() && call.detail == fingerprint) arrived = call.at;
          return arrived.has_value();
        },
        Duration(50));
    times.push_back(std::max(*arrived - acknowledged_at, Duration(0)));
    stand_.simulator().forget_calls();  // a short log is a cheap question
  }
  const std::string what = "Secret update acknowledged to upload on the wire, ";
  report_.add(what + "p50 of " + std::to_string(times.size()), ms(quantile(times, 0.5)));
  report_.add(what + "p99", ms(quantile(times, 0.99)), {.aim = "20 ms", .go = "6.6 ms"});
  report_.add(what + "longest", ms(quantile(times, 1)));
  stand_.await_rest();
  const Totals after = stand_.totals();
  report_.add("CPU per replaced Secret, until active",
              milliseconds((after.processor - before.processor) / stand_.options().updates));
}

// Only those whose Secret was not replaced: the others have a soak before them.
void Measurement::fixpoint() {
  for (int i = stand_.options().updates; i < stand_.options().many; ++i)
    stand_.api().merge(resource_path(i), resource_interval("1m"));
  stand_.let_pass(seconds(3));
  stand_.simulator().forget_calls();
  const Totals before = stand_.totals();
  stand_.let_pass(seconds(stand_.options().fixpoint_seconds));
  const Totals after = stand_.totals();
  const auto calls = stand_.simulator().calls();
  const double checks = after.passes - before.passes;
  if (checks < 1) throw std::runtime_error("no drift check within the time of the fixpoint");
  const double time = seconds_between(before, after);
  const auto processor = static_cast<double>((after.processor - before.processor).count());
  const auto mutations =
      std::count_if(calls.begin(), calls.end(), [](const e2e::SimCall& call) { return call.is_mutation(); });
  report_.add(
      "CPU per drift check, what an idle operator uses apart",
      milliseconds(Microseconds(static_cast<std::int64_t>((processor - idle_processor_per_second_ * time) / checks))),
      {.aim = "less than Go", .go = "1.8 ms"});
  report_.add("calls to Cloudflare per drift check", with_digits(static_cast<double>(calls.size()) / checks, 2),
              {.aim = "5", .go = "3"});
  report_.add(
      "calls to Kubernetes per drift check, the Lease apart",
      with_digits((after.kubernetes_calls - before.kubernetes_calls - idle_calls_per_second_ * time) / checks, 2));
  report_.add("writes to Cloudflare at the fixpoint (drift checks seen)",
              std::to_string(mutations) + " (" + with_digits(checks, 0) + ")", {.aim = "0"});
  report_.add("RSS at the end", stand_.memory());
  details_ += "\nCalls to Cloudflare per drift check:\n\n" + calls_by_kind(calls, checks);
}

}  // namespace originpull::bench
