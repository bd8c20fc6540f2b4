// SPDX-License-Identifier: Apache-2.0
#include "worlds/handler_transport.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

net::ServedRequest as_served(const net::Request& request, const std::string& base_path, const std::stop_token& stop) {
  net::ServedRequest served{.method = std::string(net::to_string(request.method)),
                            .target = base_path + request.target,
                            .headers = request.headers,
                            .body = request.body,
                            .peer = "in-process",
                            .stop = stop};
  if (!request.content_type.empty()) served.headers.emplace_back("Content-Type", request.content_type);
  if (!request.bearer.empty()) {
    served.headers.emplace_back("Authorization", "Bearer " + std::string(request.bearer.reveal()));
  }
  return served;
}

std::string name_of(const net::Request& request) {
  return std::string(net::to_string(request.method)) + " " + request.target;
}

net::Head head_of(const net::Served& answer) {
  net::Head head{.status = answer.status, .headers = answer.headers};
  head.headers.emplace_back("Content-Type", answer.content_type);
  return head;
}

}  // namespace

HandlerTransport::HandlerTransport(env::Env& env, net::Handler handler, std::string base_path)
    : env_(env), handler_(std::move(handler)), base_path_(std::move(base_path)) {}

// The handler's answer, or why there is none.
Result<net::Served> HandlerTransport::ask(const net::Request& request, Instant deadline, const std::stop_token& stop) {
  using Fault = net::Served::Fault;
  const std::string attempted = name_of(request);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, attempted, "stopped before it was sent");
  if (env_.now() >= request.not_after) return fail(ErrorKind::kUnavailable, attempted, "too late to be sent");
  net::Served answer = handler_(as_served(request, base_path_, stop));
  if (answer.fault == Fault::kHang) {
    const bool waited = env::pause_until(env_, deadline, stop);
    return fail(ErrorKind::kUnknownOutcome, attempted, waited ? "no answer in time" : "stopped while it was under way");
  }
  if (answer.fault != Fault::kNone) {
    return fail(ErrorKind::kUnknownOutcome, attempted, "the connection ended before the answer did");
  }
  if (env_.now() > deadline) return fail(ErrorKind::kUnknownOutcome, attempted, "no answer in time");
  if (!answer.stream && answer.body.size() > request.max_body)
    return fail(ErrorKind::kInternal, attempted, "the answer is too large");
  return answer;
}

Result<net::Response> HandlerTransport::send(const net::Request& request, std::stop_token stop) {
  const Instant deadline = net::deadline_of(request, env_.now());
  net::Served answer = TRY(ask(request, deadline, stop));
  net::Response response{.head = head_of(answer), .body = {}};
  if (!answer.stream) {
    response.body = std::move(answer.body);
    return response;
  }
  for (std::string part;;) {
    const auto next = answer.stream->next(part, deadline, stop);
    if (next == net::ServedStream::Next::kEnd) return response;
    if (next == net::ServedStream::Next::kSilence)
      return fail(ErrorKind::kUnknownOutcome, name_of(request), "the answer did not end in time");
    response.body += part;
    if (response.body.size() > request.max_body)
      return fail(ErrorKind::kInternal, name_of(request), "the answer is too large");
  }
}

Result<net::Head> HandlerTransport::stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) {
  const Instant deadline = net::deadline_of(request, env_.now());
  const net::Served answer = TRY(ask(request, deadline, stop));
  net::Head head = head_of(answer);
  if (!sink.on_head(head)) return head;
  if (!answer.stream) {
    sink.on_data(answer.body);
    return head;
  }
  for (std::string part;;) {
    const Instant patience = request.idle > Duration(0) ? env_.now() + request.idle : Instant::max();
    const auto next = answer.stream->next(part, std::min(deadline, patience), stop);
    if (next == net::ServedStream::Next::kEnd) return head;
    if (next == net::ServedStream::Next::kSilence) {
      const char* why = stop.stop_requested() ? "stopped while it was under way" : "silence for too long";
      return fail(ErrorKind::kUnknownOutcome, name_of(request), why);
    }
    if (!sink.on_data(part)) return head;
  }
}

}  // namespace originpull::worlds
