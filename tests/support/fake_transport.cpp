// SPDX-License-Identifier: Apache-2.0
#include "support/fake_transport.hpp"

#include <gtest/gtest.h>

namespace originpull::support {
namespace {

bool fits(std::string_view expected, std::string_view line) {
  if (!expected.ends_with('*')) return expected == line;
  return line.starts_with(expected.substr(0, expected.size() - 1));
}

}  // namespace

std::string_view FakeTransport::Sent::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

FakeTransport::Step& FakeTransport::Step::before(std::function<void()> action) {
  before_ = std::move(action);
  return *this;
}

FakeTransport::Step& FakeTransport::Step::answer(int status, std::string body, net::Headers headers) {
  answered_ = true;
  head_ = {.status = status, .headers = std::move(headers)};
  parts_ = {std::move(body)};
  return *this;
}

FakeTransport::Step& FakeTransport::Step::answer(std::function<net::Response(const Sent&)> make) {
  answered_ = true;
  make_ = std::move(make);
  return *this;
}

FakeTransport::Step& FakeTransport::Step::fail(ErrorKind kind, std::string message) {
  end_ = End::kError;
  error_ = {.kind = kind, .attempted = "fake", .message = std::move(message)};
  return *this;
}

FakeTransport::Step& FakeTransport::Step::hang() { return silence(); }

FakeTransport::Step& FakeTransport::Step::part(std::string bytes) {
  answered_ = true;
  parts_.push_back(std::move(bytes));
  return *this;
}

FakeTransport::Step& FakeTransport::Step::silence() {
  end_ = End::kSilence;
  return *this;
}

FakeTransport::Step& FakeTransport::expect(std::string request_line) {
  return *state_.with([&](State& state) {
    Step& step = state.script.emplace_back();
    step.expected_ = std::move(request_line);
    return &step;
  });
}

// Records the request and takes its step; empty: the script has another opinion.
std::optional<FakeTransport::Step> FakeTransport::take(const net::Request& request, Sent& sent) {
  sent = {.method = request.method,
          .target = request.target,
          .headers = request.headers,
          .body = request.body,
          .content_type = request.content_type,
          .bearer = std::string(request.bearer.reveal()),
          .at_most_once = request.at_most_once,
          .total = request.total,
          .idle = request.idle,
          .at = env_.now()};
  const std::string line = sent.line();
  std::string expected = "nothing more";
  auto step = state_.with([&](State& state) {
    state.sent.push_back(sent);
    std::optional<Step> found;
    if (state.script.empty()) return found;
    expected = state.script.front().expected_;
    if (!fits(expected, line)) return found;
    found = std::move(state.script.front());
    state.script.pop_front();
    return found;
  });
  if (!step) ADD_FAILURE() << "the script expects " << expected << ", and was asked to " << line;
  if (step && step->before_) step->before_();
  if (step && step->make_) {
    net::Response made = step->make_(sent);
    step->head_ = std::move(made.head);
    step->parts_ = {std::move(made.body)};
  }
  return step;
}

Error FakeTransport::wait_out(Duration limit, const std::stop_token& stop, std::string_view what) {
  const Instant until = limit == Duration(0) ? Instant::max() : env_.now() + limit;
  const bool time = env::pause_until(env_, until, stop);
  return {.kind = ErrorKind::kUnknownOutcome,
          .attempted = "fake",
          .message = time ? std::string(what) : "a stop was requested"};
}

Result<net::Response> FakeTransport::send(const net::Request& request, std::stop_token stop) {
  env::forbid_in_monitor("send a request");
  Sent sent;
  auto step = take(request, sent);
  if (!step) return originpull::fail(ErrorKind::kInternal, "fake", "unexpected: " + sent.line());
  if (step->end_ == Step::End::kError) return originpull::fail(step->error_);
  if (step->end_ == Step::End::kSilence) return originpull::fail(wait_out(request.total, stop, "the total deadline"));
  net::Response response{.head = step->head_, .body = {}};
  for (const std::string& part : step->parts_) response.body += part;
  return response;
}

Result<net::Head> FakeTransport::stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) {
  env::forbid_in_monitor("stream an answer");
  Sent sent;
  auto step = take(request, sent);
  if (!step) return originpull::fail(ErrorKind::kInternal, "fake", "unexpected: " + sent.line());
  const bool silent = step->end_ == Step::End::kSilence;
  if (step->end_ == Step::End::kOrderly || step->answered_) {
    if (!sink.on_head(step->head_)) return step->head_;
    for (const std::string& part : step->parts_) {
      if (!part.empty() && !sink.on_data(part)) return step->head_;
    }
  }
  if (step->end_ == Step::End::kError) return originpull::fail(step->error_);
  if (silent) return originpull::fail(wait_out(request.idle, stop, "silence"));
  return step->head_;
}

std::vector<FakeTransport::Sent> FakeTransport::sent() const {
  return state_.look([](const State& state) { return state.sent; });
}

FakeTransport::Sent FakeTransport::last() const {
  return state_.look([](const State& state) { return state.sent.empty() ? Sent{} : state.sent.back(); });
}

std::vector<std::string> FakeTransport::lines() const {
  return state_.look([](const State& state) {
    std::vector<std::string> lines;
    for (const Sent& sent : state.sent) lines.push_back(sent.line());
    return lines;
  });
}

bool FakeTransport::done() const {
  return state_.look([](const State& state) { return state.script.empty(); });
}

Result<std::shared_ptr<net::Transport>> FakeNetwork::open(const net::Endpoint& endpoint) {
  opened_.push_back({.base_url = endpoint.base_url,
                     .ca_pem = endpoint.tls.ca_pem,
                     .certificate_pem = endpoint.tls.certificate_pem,
                     .key_pem = std::string(endpoint.tls.key_pem.reveal()),
                     .server_name = endpoint.tls.server_name,
                     .insecure_skip_verify = endpoint.tls.insecure_skip_verify});
  if (failure_) return originpull::fail(*std::exchange(failure_, std::nullopt));
  return transport_;
}

}  // namespace originpull::support
