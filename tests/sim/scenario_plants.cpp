// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_plants.hpp"

#include <functional>
#include <nlohmann/json.hpp>

namespace originpull::sim {
namespace {

using nlohmann::json;
using Answer = Result<net::Response>;
using Twist = std::function<Answer(net::Transport& below, const net::Request&, const std::stop_token&)>;

class TwistedTransport final : public net::Transport {
 public:
  TwistedTransport(std::shared_ptr<net::Transport> below, Twist twist)
      : below_(std::move(below)), twist_(std::move(twist)) {}
  Answer send(const net::Request& request, std::stop_token stop) override { return twist_(*below_, request, stop); }
  Result<net::Head> stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) override {
    return below_->stream(request, sink, stop);
  }

 private:
  std::shared_ptr<net::Transport> below_;
  const Twist twist_;
};

class TwistedNetwork final : public net::Network {
 public:
  TwistedNetwork(net::Network& below, Twist twist) : below_(below), twist_(std::move(twist)) {}
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint& endpoint) override {
    return std::make_shared<TwistedTransport>(TRY(below_.open(endpoint)), twist_);
  }

 private:
  net::Network& below_;
  const Twist twist_;
};

net::Response done(const json& body) { return {.head = {.status = 200}, .body = body.dump()}; }

}  // namespace

std::unique_ptr<net::Network> forget_ledger(net::Network& below) {
  return std::make_unique<TwistedNetwork>(
      below, [](net::Transport& there, const net::Request& request, const std::stop_token& stop) -> Answer {
        const auto end = request.target.find("/status");
        if (request.method != net::Method::kPut || end == std::string::npos) return there.send(request, stop);
        net::Request read;
        read.target = request.target.substr(0, end);
        read.bearer = SecretString(std::string(request.bearer.reveal()));
        const net::Response live = TRY(there.send(read, stop));
        if (live.head.status != 200) return live;
        json object = json::parse(live.body);
        object["status"] = json::parse(request.body)["status"];
        return done(object);
      });
}

std::unique_ptr<net::Network> let_all_lead(net::Network& below) {
  return std::make_unique<TwistedNetwork>(
      below, [](net::Transport& there, const net::Request& request, const std::stop_token& stop) -> Answer {
        if (request.target.find("/leases") == std::string::npos) return there.send(request, stop);
        if (request.method == net::Method::kGet)
          return net::Response{.head = {.status = 404}, .body = R"({"kind":"Status","reason":"NotFound","code":404})"};
        json lease = json::parse(request.body);
        lease["metadata"]["resourceVersion"] = "1";
        return done(lease);
      });
}

std::unique_ptr<net::Network> see_all_active(net::Network& below) {
  return std::make_unique<TwistedNetwork>(
      below, [](net::Transport& there, const net::Request& request, const std::stop_token& stop) -> Answer {
        net::Response answer = TRY(there.send(request, stop));
        constexpr std::string_view kPending = "\"pending_deployment\"";
        for (auto at = answer.body.find(kPending); at != std::string::npos; at = answer.body.find(kPending, at))
          answer.body.replace(at, kPending.size(), "\"active\"");
        return answer;
      });
}

}  // namespace originpull::sim
