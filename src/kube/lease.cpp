// SPDX-License-Identifier: Apache-2.0
#include "kube/lease.hpp"

namespace originpull::kube {
namespace {

std::string fault_of(const LeaseOptions& options) {
  if (options.identity.empty()) return "the identity is empty";
  if (options.duration < Seconds(1) || options.duration % Seconds(1) != Duration(0)) {
    return "the lease duration must be whole seconds, at least one";
  }
  if (options.margin >= options.duration) return "the margin must be smaller than the lease duration";
  return {};
}

}  // namespace

Result<std::unique_ptr<LeaseElector>> LeaseElector::make(env::Env& env, const Client& client, LeaseOptions options,
                                                         const Log& log) {
  if (const std::string fault = fault_of(options); !fault.empty()) {
    return fail(ErrorKind::kInvalid, "set up leader election", fault);
  }
  return std::unique_ptr<LeaseElector>(new LeaseElector(env, client, std::move(options), log));
}

LeaseElector::LeaseElector(env::Env& env, const Client& client, LeaseOptions options, const Log& log)
    : env_(env),
      options_(std::move(options)),
      client_(client.on_lane(Lane::kLease, options_.call_limit)),
      log_(log.with("lease", to_string(options_.lease))),
      machine_(options_),
      standing_(env) {}

Held LeaseElector::acquire_or_renew(const std::stop_token& stop) {
  machine_.begin_try();
  for (;;) {
    const LeaseMachine::Step step = machine_.next(env_.now(), env_.wall());
    if (const auto* held = std::get_if<Held>(&step)) {
      publish(*held);
      return *held;
    }
    if (const auto* claim = std::get_if<LeaseMachine::Write>(&step)) {
      write(claim->record, stop);
    } else {
      read(stop);
    }
  }
}

void LeaseElector::read(const std::stop_token& stop) {
  const auto answer = client_.get(lease_type(), options_.lease, stop);
  if (!answer && answer.error().kind == ErrorKind::kNotFound) return machine_.saw_nothing();
  if (!answer) return machine_.failed(answer.error());
  auto record = decode_lease(*answer);
  if (!record) return machine_.failed(record.error());
  machine_.saw(std::move(*record), env_.now());
}

void LeaseElector::write(const LeaseRecord& record, const std::stop_token& stop) {
  const Instant began = env_.now();
  auto written = put(record, stop);
  if (!written) return machine_.failed(written.error());
  machine_.wrote(std::move(*written), began);
}

Result<LeaseRecord> LeaseElector::put(const LeaseRecord& record, const std::stop_token& stop) const {
  std::string body = TRY(encode_lease(options_.lease, record));
  const std::string answer = record.body.empty()
                                 ? TRY(client_.create(lease_type(), options_.lease.ns, std::move(body), stop))
                                 : TRY(client_.update(lease_type(), options_.lease, std::move(body), stop));
  return decode_lease(answer);
}

void LeaseElector::publish(std::optional<Held> tried) {
  const auto& seen = machine_.seen();
  const std::string holder = seen ? seen->holder : std::string();
  if (holder != known_holder_) log_.info("the lease has a new holder", {{"holder", holder}});
  known_holder_ = holder;
  if (tried == Held::kUnknown) log_.warning("a try for the lease failed", {{"why", describe(machine_.last_error())}});
  standing_.with([&](Standing& standing) {
    standing.valid_until = machine_.holding() ? std::optional<Instant>(machine_.valid_until()) : std::nullopt;
    standing.holder = holder;
    standing.transitions = seen ? seen->transitions : 0;
    if (tried == Held::kYes) ++standing.renewals;
    if (tried == Held::kUnknown) ++standing.failures;
  });
}

LeaseElector::Standing LeaseElector::standing() const {
  return standing_.look([](const Standing& standing) { return standing; });
}

bool LeaseElector::release(const std::stop_token& stop) {
  if (!machine_.holding()) return true;
  // From here on nothing may be done in its name, whatever becomes of the call.
  const LeaseRecord record = machine_.released(env_.wall());
  machine_.gave_back();
  publish({});
  auto written = put(record, stop);
  if (!written && written.error().kind == ErrorKind::kConflict) {
    // A renewal whose answer was lost may have been the one that wrote: then the Lease still bears our name.
    machine_.begin_try();
    read(stop);
    const auto& seen = machine_.seen();
    if (!seen || seen->holder != options_.identity) return true;
    written = put(machine_.released(env_.wall()), stop);
  }
  if (!written) log_.warning("the lease was not given back; it will run out", {{"why", describe(written.error())}});
  return written.has_value();
}

std::string lease_identity(const std::string& host, env::Env& env) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string identity = host + "_";
  for (int half = 0; half < 2; ++half) {
    std::uint64_t number = env.random();
    for (int digit = 0; digit < 16; ++digit, number >>= 4) identity += kDigits[number & 15];
  }
  return identity;
}

}  // namespace originpull::kube
