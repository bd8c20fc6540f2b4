// SPDX-License-Identifier: Apache-2.0
#include "e2e/relay.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace originpull::e2e {
namespace {

constexpr int kSliceMs = 20;

// Cuts a stream of bytes into whole requests; without pipelining and chunked bodies, which our clients do not send.
class Requests {
 public:
  std::string& buffer() { return buffer_; }

  // The next whole one, as its bytes and what it asks.
  std::optional<std::pair<std::string, RelayedCall>> next() {
    const std::size_t head = buffer_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    const std::size_t size = head + 4 + length(buffer_.substr(0, head));
    if (buffer_.size() < size) return std::nullopt;
    std::string whole = buffer_.substr(0, size);
    buffer_.erase(0, size);
    const std::size_t first = whole.find(' ');
    const std::size_t second = whole.find(' ', first + 1);
    RelayedCall call{.method = whole.substr(0, first), .target = whole.substr(first + 1, second - first - 1)};
    return std::pair(std::move(whole), std::move(call));
  }

 private:
  static std::size_t length(std::string head) {
    std::transform(head.begin(), head.end(), head.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    constexpr std::string_view kName = "\r\ncontent-length:";
    std::size_t at = head.find(kName);
    if (at == std::string::npos) return 0;
    at = head.find_first_not_of(' ', at + kName.size());
    std::size_t value = 0;
    std::from_chars(head.data() + at, head.data() + head.size(), value);
    return value;
  }

  std::string buffer_;
};

}  // namespace

// One connection, on its own thread.
class Relay::Pump {
 public:
  Pump(Relay& relay, int id, ByteStream& client, ByteStream& server)
      : relay_(relay), id_(id), client_(client), server_(server) {}

  void run() {
    for (;;) {
      pollfd ends[2] = {{.fd = client_.handle(), .events = POLLIN, .revents = 0},
                        {.fd = server_.handle(), .events = POLLIN, .revents = 0}};
      ::poll(ends, 2, -1);
      if (ends[0].revents != 0 && !ask()) return;
      if (ends[1].revents != 0 && !answer()) return;
    }
  }

 private:
  bool ask() {
    if (!client_.read(requests_.buffer())) return false;
    while (auto request = requests_.next()) {
      request->second.at = relay_.env_.now();
      if (relay_.note(id_, request->second) && !relay_.wait_while_held(client_)) return false;
      if (relay_.may_pass(id_) && !server_.write(request->first)) return false;
    }
    return true;
  }

  bool answer() {
    std::string bytes;
    if (!server_.read(bytes)) return false;
    if (bytes.empty()) return true;
    const bool held = relay_.state_.with([&](State& state) {
      const bool hold = std::exchange(state.connections[id_].hold_answer, false);
      if (hold && state.hold) state.hold->reached = true;
      return hold;
    });
    if (held && !relay_.wait_while_held(client_)) return false;
    return !relay_.may_pass(id_) || client_.write(bytes);
  }

  Relay& relay_;
  const int id_;
  ByteStream& client_;
  ByteStream& server_;
  Requests requests_;
};

Relay::Relay(env::Env& env, Server server)
    : env_(env), server_(std::move(server)), listener_(listen_on_loopback(port_)), state_(env), serving_(env) {
  accepting_ = env_.spawn("relay-accept", [this](const std::stop_token&) { accept_all(); });
}

Relay::~Relay() {
  state_.with([](State& state) {
    state.stopping = true;
    state.hold.reset();
  });
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  cut([](const RelayedCall&) { return true; });
  std::vector<env::Thread> serving = serving_.with([](auto& threads) { return std::exchange(threads, {}); });
  serving.clear();  // joins
  ::close(listener_);
}

void Relay::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const bool refused = state_.look([](const State& state) { return state.refusing || state.stopping; });
    if (refused) {
      ::close(socket);
      continue;
    }
    env::Thread thread = env_.spawn("relay", [this, socket](const std::stop_token&) { serve(socket); });
    serving_.with([&](auto& threads) { threads.push_back(std::move(thread)); });
  }
}

void Relay::serve(int socket) {
  const auto client = ByteStream::accepted(socket, server_.present);
  const auto server = ByteStream::connect(server_.port, server_.expect);
  if (!server) return;
  const auto id = state_.with([&](State& state) -> std::optional<int> {
    if (state.refusing || state.stopping) return std::nullopt;
    state.connections[++state.last_id] = {.client = client.get(), .server = server.get()};
    return state.last_id;
  });
  if (!id) return;
  Pump(*this, *id, *client, *server).run();
  state_.with([&](State& state) { state.connections.erase(*id); });
}

bool Relay::note(int id, RelayedCall call) {
  return state_.with([&](State& state) {
    state.calls.push_back(call);
    Connection& connection = state.connections[id];
    connection.latest = call;
    if (!state.hold || state.hold->met || !state.hold->which(call)) return false;
    state.hold->met = std::move(call);
    if (state.hold->at == At::kAnswer) connection.hold_answer = true;
    state.hold->reached = state.hold->at == At::kRequest;
    return state.hold->reached;
  });
}

bool Relay::may_pass(int id) {
  return state_.look([&](const State& state) {
    const auto found = state.connections.find(id);
    return found == state.connections.end() || found->second.fate == Fate::kOpen;
  });
}

bool Relay::wait_while_held(ByteStream& client) {
  while (state_.look([](const State& state) { return state.hold.has_value(); })) {
    pollfd end{.fd = client.handle(), .events = POLLRDHUP, .revents = 0};
    if (::poll(&end, 1, kSliceMs) == 0) continue;
    state_.with([](State& state) {
      if (state.hold) state.hold->given_up = true;
    });
    return false;
  }
  return state_.look([](const State& state) { return !state.stopping; });
}

std::vector<RelayedCall> Relay::calls() const {
  return state_.look([](const State& state) { return state.calls; });
}

void Relay::forget_calls() {
  state_.with([](State& state) { state.calls.clear(); });
}

void Relay::hold(At at, Which which) {
  state_.with([&](State& state) { state.hold = Hold{.at = at, .which = std::move(which)}; });
}

std::optional<RelayedCall> Relay::held() const {
  return state_.look([](const State& state) {
    return state.hold && state.hold->reached ? state.hold->met : std::optional<RelayedCall>();
  });
}

std::optional<RelayedCall> Relay::await_held(Duration limit) {
  const Instant deadline = env_.now() + limit;
  using Found = std::optional<RelayedCall>;
  const auto found = state_.await(
      [&](const State& state, Instant now) -> env::Poll<Found> {
        if (state.hold && state.hold->reached) return {.value = state.hold->met};
        if (now >= deadline) return {.value = Found()};
        return {.again = deadline};
      },
      std::stop_token());
  return found.value_or(std::nullopt);
}

bool Relay::await_given_up(Duration limit) {
  const Instant deadline = env_.now() + limit;
  return state_
      .await(
          [&](const State& state, Instant now) -> env::Poll<bool> {
            if (state.hold && state.hold->given_up) return {.value = true};
            if (now >= deadline) return {.value = false};
            return {.again = deadline};
          },
          std::stop_token())
      .value_or(false);
}

void Relay::let_go() {
  state_.with([](State& state) { state.hold.reset(); });
}

int Relay::for_each(const Which& which, const std::function<void(Connection&)>& act) {
  return state_.with([&](State& state) {
    int count = 0;
    for (auto& [id, connection] : state.connections) {
      if (!which(connection.latest)) continue;
      act(connection);
      ++count;
    }
    return count;
  });
}

int Relay::cut(const Which& which) {
  return for_each(which, [](Connection& connection) {
    connection.client->cut();
    connection.server->cut();
  });
}

int Relay::silence(const Which& which) {
  return for_each(which, [](Connection& connection) { connection.fate = Fate::kSilent; });
}

void Relay::refuse(bool refuse) {
  state_.with([&](State& state) { state.refusing = refuse; });
}

}  // namespace originpull::e2e
