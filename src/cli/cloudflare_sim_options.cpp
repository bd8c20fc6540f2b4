// SPDX-License-Identifier: Apache-2.0
#include "cli/cloudflare_sim_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "cli/listen_address.hpp"
#include "cli/version.hpp"
#include "worlds/cloudflare_reference.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::cli {
namespace {

constexpr std::string_view kAttempted = "read the options";

constexpr std::string_view kFooter = R"(Start it, and ask as any client of Cloudflare would:
  cloudflare-sim --listen 127.0.0.1:8787 --zone example.com --token secret
  curl -s -H 'Authorization: Bearer secret' 'http://127.0.0.1:8787/client/v4/zones?name=example.com'

Control, which is no part of Cloudflare's API and asks for no token, is below /__control/:
  state, calls, modes, behaviours, faults, shared-ca, setup, zones, tokens, time, act, edge
  curl -s http://127.0.0.1:8787/__control/state
  curl -s -X PATCH http://127.0.0.1:8787/__control/modes -d '{"deployDelayMs": 500, "without": [28]}'
  curl -s http://127.0.0.1:8787/__control/faults -d '{"kind": "close", "method": "POST", "executed": true}'
  curl -s http://127.0.0.1:8787/__control/act -d '{"zone": "example.com", "do": "zone-level", "enabled": true}'

A file for --state:
  {"zones": [{"name": "example.com", "ssl": "strict", "origin": "127.0.0.1:8443"}],
   "tokens": [{"token": "secret"}, {"token": "reader", "permissions": ["zone-read", "ssl-read"]}],
   "modes": {"listLagMs": 5000}, "faults": [{"kind": "status", "status": 503, "count": 2}]}

cloudflare-sim origin --help: a web server over TLS that demands client certificates.
All of it: docs/cloudflare-sim.md.)";

// What CLI11 fills in, before it is checked.
struct Raw {
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> zones;
  std::vector<std::string> tokens;
  std::string deploy_delay = "3s";
  std::string delete_delay = "2s";
  std::string list_lag = "0s";
  bool behaviours = false;
  std::string edge;
  unsigned edge_nodes = 1;
  std::string edge_spread = "0s";
  std::string edge_pool = "identity";
  int edge_refused = 525;
  std::vector<std::string> origins;
  std::vector<std::string> origin_cas;
};

Failure invalid(std::string why) { return fail(ErrorKind::kInvalid, std::string(kAttempted), std::move(why)); }

Result<SimZoneOption> read_zone(const std::string& text) {
  const std::size_t equals = text.find('=');
  SimZoneOption zone{.name = text.substr(0, equals), .id = equals == std::string::npos ? "" : text.substr(equals + 1)};
  const bool hex = std::all_of(zone.id.begin(), zone.id.end(),
                               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (zone.name.empty() || (equals != std::string::npos && (zone.id.size() != 32 || !hex))) {
    return invalid("--zone expects NAME or NAME=ID with an id of 32 hex digits, not " + text);
  }
  return zone;
}

// The token itself is never part of a message.
Result<SimTokenOption> read_token_option(const std::string& text) {
  const std::size_t colon = text.find(':');
  SimTokenOption token{.text = text.substr(0, colon)};
  if (token.text.empty() || token.text.find(' ') != std::string::npos)
    return invalid("--token expects TOKEN[:PERMISSION,…]");
  if (colon == std::string::npos || text.substr(colon + 1) == "all") {
    token.permissions = worlds::all_permissions();
    return token;
  }
  std::stringstream list(text.substr(colon + 1));
  for (std::string one; std::getline(list, one, ',');) {
    const auto& known = worlds::all_permissions();
    if (std::find(known.begin(), known.end(), one) == known.end()) {
      return invalid(
          "--token knows the permissions zone-read, ssl-read, ssl-write, settings-read, settings-write, all");
    }
    token.permissions.push_back(one);
  }
  return token;
}

void declare(CLI::App& app, Raw& raw, CloudflareSimOptions& options) {
  app.set_version_flag("--version", std::string(kVersion));
  app.add_option("--listen", raw.listen, "ADDRESS:PORT to listen on; keep to loopback, control needs no token")
      ->capture_default_str();
  app.add_option("--port-file", options.port_file, "Write the port to this file once the server listens");
  app.add_flag("--tls", options.tls, "HTTPS, with a certificate made at the start for localhost and the address");
  app.add_option("--ca-out", options.ca_out, "Write the CA of that certificate to this file")->needs("--tls");
  app.add_option("--state", options.state_file,
                 "JSON file of zones, tokens, modes and faults, as POST /__control/setup");
  app.add_option("--zone", raw.zones, "A zone, as NAME or NAME=ID; may be repeated; needed without --state");
  app.add_option("--token", raw.tokens,
                 "An API token, as TOKEN or TOKEN:PERMISSION,…; may be repeated; needed without --state");
  app.add_option("--deploy-delay", raw.deploy_delay, "From an upload to active")->capture_default_str();
  app.add_option("--delete-delay", raw.delete_delay, "From a deletion to deleted")->capture_default_str();
  app.add_option("--list-lag", raw.list_lag, "Until an upload shows in lists")->capture_default_str();
  app.add_option("--requests", options.modes.requests, "Requests per owner of tokens and 5 minutes; 0: no limit")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--behaviours", raw.behaviours,
               "Print the page about the behaviours of Cloudflare that are kept, and end");
  app.add_flag("--quiet", options.quiet, "Do not print a line for each call");
}

void declare_edge(CLI::App& app, Raw& raw, CloudflareSimOptions& options) {
  app.add_option("--edge", raw.edge, "ADDRESS:PORT where the edge serves the zones' visitors by Host, in plain HTTP");
  app.add_option("--origin", raw.origins, "Where a zone's origin is, as ZONE=HOST:PORT; may be repeated");
  app.add_option("--origin-ca", raw.origin_cas,
                 "PEM file that the zone's origin is verified by in strict, as ZONE=FILE; may be repeated");
  app.add_option("--edge-nodes", raw.edge_nodes, "Nodes of the edge; visitors go to them in turn")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--edge-spread", raw.edge_spread, "Within what time a change reaches all nodes")
      ->capture_default_str();
  app.add_option("--edge-seed", options.modes.edge_seed, "Which node a change reaches when")->capture_default_str();
  app.add_option("--edge-pool", raw.edge_pool,
                 "Kept connections: off; identity: those that presented what is presented now; origin: any")
      ->capture_default_str();
  app.add_option("--edge-refused", raw.edge_refused, "The visitor's status when the origin refuses the handshake")
      ->capture_default_str()
      ->check(CLI::Range(500, 599));
}

// "example.com=rest"
Result<std::pair<SimZoneOption*, std::string>> of_zone(const char* option, const std::string& text,
                                                       std::vector<SimZoneOption>& zones) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto zone =
      std::find_if(zones.begin(), zones.end(), [&](const SimZoneOption& one) { return one.name == name; });
  if (equals == std::string::npos || equals + 1 == text.size() || zone == zones.end()) {
    return invalid(std::string(option) + " expects ZONE=… with the name of a --zone, not " + text);
  }
  return std::pair(&*zone, text.substr(equals + 1));
}

Result<void> check_edge(const Raw& raw, CloudflareSimOptions& options) {
  for (const std::string& text : raw.origins) {
    const auto [zone, origin] = TRY(of_zone("--origin", text, options.zones));
    if (!probe::is_address(origin)) {
      return invalid("--origin expects ZONE=ADDRESS:PORT with a numeric address or localhost, not " + text);
    }
    zone->origin = origin;
  }
  for (const std::string& text : raw.origin_cas) {
    const auto [zone, file] = TRY(of_zone("--origin-ca", text, options.zones));
    zone->origin_ca_file = file;
  }
  options.modes.edge_spread = TRY(parse_sim_duration(raw.edge_spread));
  const auto pooling = edge_pooling(raw.edge_pool);
  if (!pooling) return invalid("--edge-pool expects off, identity or origin, not " + raw.edge_pool);
  if (raw.edge.empty()) return {};
  options.edge = EdgeOptions{.listen = TRY(parse_listen("--edge", raw.edge)),
                             .nodes = raw.edge_nodes,
                             .pooling = *pooling,
                             .refused_status = raw.edge_refused};
  return {};
}

Result<CloudflareSimOptions> checked(const Raw& raw, CloudflareSimOptions options) {
  const ListenAddress listen = TRY(parse_listen("--listen", raw.listen));
  options.address = listen.address;
  options.port = listen.port;
  if (options.state_file.empty() && raw.zones.empty()) return invalid("--zone or --state is required; see --help");
  if (options.state_file.empty() && raw.tokens.empty()) return invalid("--token or --state is required; see --help");
  for (const std::string& text : raw.zones) options.zones.push_back(TRY(read_zone(text)));
  for (const std::string& text : raw.tokens) options.tokens.push_back(TRY(read_token_option(text)));
  options.modes.deploy_delay = TRY(parse_sim_duration(raw.deploy_delay));
  options.modes.delete_delay = TRY(parse_sim_duration(raw.delete_delay));
  options.modes.list_lag = TRY(parse_sim_duration(raw.list_lag));
  TRY(check_edge(raw, options));
  return options;
}

}  // namespace

Result<Duration> parse_sim_duration(const std::string& text) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
  std::int64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (fault == std::errc() && count == 0 && unit.empty()) return Duration(0);
  for (const auto& [name, factor] : kUnits) {
    if (fault == std::errc() && unit == name && count >= 0 && count <= 1'000'000) return Duration(count * factor);
  }
  return invalid("a time is a number with ms, s, m or h, as 3s, not " + text);
}

Result<std::variant<CloudflareSimOptions, SimHelp>> parse_cloudflare_sim_options(int argc, const char* const* argv) {
  CLI::App app{"cloudflare-sim: Cloudflare's API for Authenticated Origin Pulls, simulated, below /client/v4"};
  app.footer(std::string(kFooter));
  Raw raw;
  CloudflareSimOptions options;
  declare(app, raw, options);
  declare_edge(app, raw, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return SimHelp{.text = app.help()};
  } catch (const CLI::CallForVersion&) {
    return SimHelp{.text = std::string(kVersion) + "\n"};
  } catch (const CLI::Error& error) {
    return invalid(std::string(error.what()) + "; see --help");
  }
  if (raw.behaviours) return SimHelp{.text = worlds::behaviours_reference()};
  return TRY(checked(raw, std::move(options)));
}

}  // namespace originpull::cli
