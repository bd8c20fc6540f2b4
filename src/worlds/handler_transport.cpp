// SPDX-License-Identifier: Apache-2.0
#include "worlds/handler_transport.hpp"

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

}  // namespace

HandlerTransport::HandlerTransport(env::Env& env, net::Handler handler, std::string base_path)
    : env_(env), handler_(std::move(handler)), base_path_(std::move(base_path)) {}

Result<net::Response> HandlerTransport::send(const net::Request& request, std::stop_token stop) {
  using Fault = net::Served::Fault;
  const std::string attempted = std::string(net::to_string(request.method)) + " " + request.target;
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, attempted, "stopped before it was sent");
  if (env_.now() >= request.not_after) return fail(ErrorKind::kUnavailable, attempted, "too late to be sent");
  const Instant deadline = net::deadline_of(request, env_.now());
  net::Served answer = handler_(as_served(request, base_path_, stop));
  if (answer.fault == Fault::kHang) {
    const bool waited = env::pause_until(env_, deadline, stop);
    return fail(ErrorKind::kUnknownOutcome, attempted, waited ? "no answer in time" : "stopped while it was under way");
  }
  if (answer.fault != Fault::kNone) {
    return fail(ErrorKind::kUnknownOutcome, attempted, "the connection ended before the answer did");
  }
  if (env_.now() > deadline) return fail(ErrorKind::kUnknownOutcome, attempted, "no answer in time");
  if (answer.body.size() > request.max_body) return fail(ErrorKind::kInternal, attempted, "the answer is too large");
  net::Response response{.head = {.status = answer.status, .headers = std::move(answer.headers)},
                         .body = std::move(answer.body)};
  response.head.headers.emplace_back("Content-Type", answer.content_type);
  return response;
}

Result<net::Head> HandlerTransport::stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) {
  net::Response response = TRY(send(request, stop));
  if (sink.on_head(response.head)) sink.on_data(response.body);
  return std::move(response.head);
}

}  // namespace originpull::worlds
