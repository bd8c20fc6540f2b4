// SPDX-License-Identifier: Apache-2.0
#include "kube/cluster_access.hpp"

namespace originpull::kube {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::size_t index(Lane lane) { return static_cast<std::size_t>(lane); }

}  // namespace

ClusterAccess::ClusterAccess(env::Env& env, net::Network& network, ClusterConfig config, Log log)
    : env_(env), network_(network), config_(std::move(config)), log_(std::move(log)), state_(env) {}

ClusterAccess::Reading ClusterAccess::Reading::clone() const {
  return {.ca = ca, .certificate = certificate, .key = key.clone(), .token = token.clone()};
}

bool ClusterAccess::Reading::same_tls(const Reading& other) const {
  return ca == other.ca && certificate == other.certificate && key.reveal() == other.key.reveal();
}

// The text of a file; what was read before where it cannot be read now; else the fixed text.
Result<std::string> ClusterAccess::renewed(const std::string& file, std::string_view fixed,
                                           std::string_view before) const {
  if (file.empty()) return std::string(fixed);
  auto text = read_small_file(file);
  if (text && !is_blank(*text)) return text;
  const std::string why = text ? "read " + file + ": it is empty" : describe(text.error());
  const std::string_view kept = before.empty() ? fixed : before;
  if (kept.empty()) return fail(ErrorKind::kInvalid, "use " + config_.source, why + "; restore the file");
  log_.warning("a credentials file cannot be used; what was read before stays", {{"why", why}});
  return std::string(kept);
}

Result<ClusterAccess::Reading> ClusterAccess::read(const Reading& before) const {
  Reading reading;
  reading.ca = TRY(renewed(config_.ca.file, config_.ca.text, before.ca));
  reading.certificate =
      TRY(renewed(config_.client_certificate.file, config_.client_certificate.text, before.certificate));
  reading.key =
      SecretString(TRY(renewed(config_.client_key.file, config_.client_key.text.reveal(), before.key.reveal())));
  const SecretString token(TRY(renewed(config_.token.file, config_.token.text.reveal(), before.token.reveal())));
  reading.token = SecretString(trimmed(token.reveal()));
  return reading;
}

// Reads the files again if it is time to. Two threads may do so at once; the later one to finish wins, and either is
// fresh.
Result<bool> ClusterAccess::refresh() {
  const Instant now = env_.now();
  auto before = state_.look([&](const State& state) {
    const bool due = state.number == 0 || state.stale || now - state.read_at >= kReadAgain;
    return due ? std::optional<Reading>(state.current.clone()) : std::nullopt;
  });
  if (!before) return false;
  Reading reading = TRY(read(*before));
  return state_.with([&](State& state) {
    if (state.number != 0 && !reading.same_tls(state.current)) state.lanes = {};
    state.current = std::move(reading);
    ++state.number;
    state.read_at = now;
    state.stale = false;
    return true;
  });
}

net::Endpoint ClusterAccess::endpoint(const Reading& reading) const {
  return {.base_url = config_.server,
          .tls = {.ca_pem = reading.ca,
                  .certificate_pem = reading.certificate,
                  .key_pem = reading.key.clone(),
                  .server_name = config_.tls_server_name,
                  .insecure_skip_verify = config_.insecure_skip_tls_verify}};
}

Result<ClusterAccess::Way> ClusterAccess::way(Lane lane) {
  TRY(refresh());
  Reading reading;
  Way way = state_.look([&](const State& state) {
    if (!state.lanes[index(lane)]) reading = state.current.clone();  // to open one with
    return Way{.transport = state.lanes[index(lane)], .bearer = state.current.token.clone(), .reading = state.number};
  });
  if (way.transport) return way;
  way.transport = TRY(network_.open(endpoint(reading)));
  // Another thread may have opened one meanwhile; then that one is used, so that connections are shared.
  way.transport = state_.with([&](State& state) {
    auto& there = state.lanes[index(lane)];
    if (!state.current.same_tls(reading)) return way.transport;
    if (!there) there = way.transport;
    return there;
  });
  return way;
}

std::uint64_t ClusterAccess::readings() const {
  return state_.look([](const State& state) { return state.number; });
}

void ClusterAccess::unauthorized(std::uint64_t reading) {
  state_.with([&](State& state) {
    if (state.number == reading) state.stale = true;
  });
}

}  // namespace originpull::kube
