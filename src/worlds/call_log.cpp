// SPDX-License-Identifier: Apache-2.0
#include "worlds/call_log.hpp"

#include "base/rfc3339.hpp"

namespace originpull::worlds {

void write_call(json::Writer& w, const LoggedCall& call) {
  w.begin_object().field("at", format_rfc3339_micros(call.at)).field("tookMs", std::int64_t{call.took.count()});
  w.field("method", call.method).field("path", call.path).field("status", call.status);
  w.field("detail", call.detail).end_object();
}

CallLog::CallLog(env::Env& env, net::Handler inner, Detail detail, Listener listener, std::size_t most_calls)
    : env_(env),
      inner_(std::move(inner)),
      detail_(std::move(detail)),
      listener_(std::move(listener)),
      most_calls_(most_calls),
      calls_(env) {}

net::Served CallLog::handle(const net::ServedRequest& request) {
  LoggedCall call{
      .at = env_.wall(), .arrived = env_.now(), .method = request.method, .path = request.target.substr(0, kMostText)};
  if (detail_) call.detail = detail_(request).substr(0, kMostText);
  net::Served answer = inner_(request);
  call.took = env_.now() - call.arrived;
  const bool answered = answer.fault == net::Served::Fault::kNone || answer.fault == net::Served::Fault::kTruncateBody;
  call.status = answered ? answer.status : 0;
  calls_.with([&](std::deque<LoggedCall>& calls) {
    calls.push_back(call);
    if (calls.size() > most_calls_) calls.pop_front();
  });
  if (listener_) listener_(call);
  return answer;
}

std::vector<LoggedCall> CallLog::calls() {
  return calls_.look(
      [](const std::deque<LoggedCall>& calls) { return std::vector<LoggedCall>(calls.begin(), calls.end()); });
}

void CallLog::clear() {
  calls_.with([](std::deque<LoggedCall>& calls) { calls.clear(); });
}

}  // namespace originpull::worlds
