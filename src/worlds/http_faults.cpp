// SPDX-License-Identifier: Apache-2.0
#include "worlds/http_faults.hpp"

#include <algorithm>
#include <array>

#include "base/bug.hpp"

namespace originpull::worlds {
namespace {

using Kind = HttpFault::Kind;
constexpr std::array<std::pair<Kind, std::string_view>, 9> kKinds = {{
    {Kind::kStatus, "status"},
    {Kind::kHtml, "html"},
    {Kind::kTruncatedJson, "truncated-json"},
    {Kind::kEmptyBody, "empty-body"},
    {Kind::kNullBody, "null-body"},
    {Kind::kHang, "hang"},
    {Kind::kClose, "close"},
    {Kind::kTruncatedBody, "truncated-body"},
    {Kind::kSlow, "slow"},
}};

constexpr std::string_view kTypicalError =
    R"({"success":false,"errors":[{"code":1000,"message":"Internal Server Error"}],"messages":[],"result":null})";

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

bool needs_the_work(const HttpFault& fault) {
  return fault.executed || fault.kind == Kind::kSlow || fault.kind == Kind::kTruncatedJson ||
         fault.kind == Kind::kTruncatedBody;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != '*') {
    return !text.empty() && text.front() == pattern.front() && glob_matches(pattern.substr(1), text.substr(1));
  }
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (glob_matches(pattern.substr(1), text.substr(skip))) return true;
  }
  return false;
}

Result<HttpFault> read_fault(json::Decoder& d) {
  HttpFault fault;
  const std::string kind = d.need<std::string>("kind");
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.second == kind; });
  if (found == kKinds.end()) {
    d.reject("kind",
             "expected status, html, truncated-json, empty-body, null-body, hang, close, truncated-body or slow");
  } else {
    fault.kind = found->first;
  }
  fault.method = d.want<std::string>("method", fault.method);
  fault.path = d.want<std::string>("path", fault.path);
  fault.count = static_cast<int>(std::clamp<std::int64_t>(d.want<std::int64_t>("count", fault.count), 0, 1'000'000));
  fault.executed = d.want<bool>("executed", fault.executed);
  fault.status = static_cast<int>(std::clamp<std::int64_t>(d.want<std::int64_t>("status", fault.status), 100, 599));
  fault.body = d.want<std::string>("body");
  for (const auto& [name, value] : d.want<std::map<std::string, std::string>>("headers")) {
    fault.headers.emplace_back(name, value);
  }
  fault.delay = Duration(std::clamp<std::int64_t>(d.want<std::int64_t>("delayMs", fault.delay.count()), 0, 3'600'000));
  return d.finish(std::move(fault), ErrorKind::kInvalid, "add a fault");
}

void write_fault(json::Writer& w, const HttpFault& fault) {
  const auto* kind =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.first == fault.kind; });
  check(kind != kKinds.end(), "an HttpFault kind without a name");
  w.begin_object().field("id", fault.id).field("kind", kind->second).field("method", fault.method);
  w.field("path", fault.path).field("count", fault.count).field("executed", fault.executed).field("met", fault.met);
  w.end_object();
}

HttpFaults::HttpFaults(env::Env& env, net::Handler inner, Allowed allowed)
    : env_(env), inner_(std::move(inner)), allowed_(std::move(allowed)), state_(env) {}

int HttpFaults::add(HttpFault fault) {
  return state_.with([&](State& state) {
    fault.id = ++state.last_id;
    fault.met = 0;
    state.faults.push_back(std::move(fault));
    return state.last_id;
  });
}

void HttpFaults::clear() {
  state_.with([](State& state) { state.faults.clear(); });
}

std::vector<HttpFault> HttpFaults::list() {
  return state_.look([](const State& state) { return state.faults; });
}

// The first fault that the request meets; it is forgotten when it has met as many as it should.
std::optional<HttpFault> HttpFaults::meet(const net::ServedRequest& request) {
  return state_.with([&](State& state) -> std::optional<HttpFault> {
    const auto found = std::find_if(state.faults.begin(), state.faults.end(), [&](const HttpFault& one) {
      return (one.method == "*" || one.method == request.method) && glob_matches(one.path, path_of(request.target));
    });
    if (found == state.faults.end()) return std::nullopt;
    ++found->met;
    HttpFault met = *found;
    if (met.count > 0 && met.met >= met.count) state.faults.erase(found);
    return met;
  });
}

net::Served HttpFaults::handle(const net::ServedRequest& request) {
  const auto fault = meet(request);
  if (!fault || (allowed_ && !allowed_(fault->kind))) return inner_(request);
  return spoil(*fault, request, needs_the_work(*fault) ? inner_(request) : net::Served());
}

net::Served HttpFaults::spoil(const HttpFault& fault, const net::ServedRequest& request, net::Served answer) {
  switch (fault.kind) {
    case Kind::kStatus:
      return {.status = fault.status,
              .headers = fault.headers,
              .body = fault.body.empty() ? std::string(kTypicalError) : fault.body};
    case Kind::kHtml:
      return {
          .status = fault.status, .body = "<html><body><h1>Error</h1></body></html>\n", .content_type = "text/html"};
    case Kind::kTruncatedJson: answer.body.resize(answer.body.size() / 2); return answer;
    case Kind::kEmptyBody: return {.status = fault.status};
    case Kind::kNullBody: return {.status = fault.status, .body = "null"};
    case Kind::kHang: answer.fault = net::Served::Fault::kHang; return answer;
    case Kind::kClose: answer.fault = net::Served::Fault::kCloseBeforeAnswer; return answer;
    case Kind::kTruncatedBody: answer.fault = net::Served::Fault::kTruncateBody; return answer;
    case Kind::kSlow: env::pause_until(env_, env_.now() + fault.delay, request.stop); return answer;
  }
  bug("an HttpFault kind outside its enumeration");
}

}  // namespace originpull::worlds
