// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Simulator` is cloudflare-sim as a process of the test's own, and its back door: what the zones hold and what the
// edge presents, which calls arrived when, and the wishes to go wrong or to act as a human. The operator meets only
// its API. Times in the call log are the machine's wall clock at the arrival of a call, so "on the wire within 2 s"
// is measured there and not by whoever polls. Owned by the test's thread; whatever does not work ends the test with
// the reason.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "env/real_env.hpp"
#include "net/transport.hpp"
#include "support/port.hpp"
#include "support/process.hpp"

namespace originpull::e2e {

inline constexpr const char* kZone = "example.com";
inline constexpr const char* kToken = "e2e-token-0123456789abcdefghijklmnopqrst";

struct SimulatorOptions {
  std::string deploy_delay = "300ms";
  std::string delete_delay = "300ms";
  std::string list_lag = "0s";
  std::vector<std::string> zones = {kZone};
  std::vector<std::string> tokens = {kToken};  // TOKEN or TOKEN:PERMISSION,…
  std::vector<std::string> flags = {};         // others of cloudflare-sim's
};

struct SimCall {
  Wall at{};  // of its arrival
  Duration took{0};
  std::string method = {};
  std::string path = {};    // with its query
  std::string detail = {};  // of an upload the leaf's fingerprint, of a switch "enabled=true" or value="on"
  int status = 0;           // 0: the connection was cut or left hanging

  bool is_mutation() const { return method != "GET"; }
  bool is_upload() const { return method == "POST" && path.ends_with("/origin_tls_client_auth"); }
  bool is_deletion() const { return method == "DELETE"; }
  // "upload", "delete", "zone-level enabled=true", "global value=\"on\"", or "GET" and the path.
  std::string what() const;
};

struct SimCertificate {
  std::string id = {};
  std::string fingerprint = {};
  std::string status = {};
  bool foreign = false;  // uploaded by a human
};

struct SimPresented {
  Wall at{};
  std::string what = {};
};

struct SimZone {
  std::string id = {};
  std::string presented = {};  // a fingerprint, "shared", "unknown" or "none"
  bool zone_level = false;
  std::string global_setting = {};  // on | off
  std::string ssl = {};
  std::vector<SimCertificate> certificates = {};  // in the order of their uploads, with those that are deleted
  std::vector<SimPresented> history = {};         // what the edge presented, each change, oldest first

  std::vector<SimCertificate> live() const;  // all that are not "deleted"
  // The fingerprints of those that are active, in the order of their uploads.
  std::vector<std::string> active() const;
};

class Simulator {
 public:
  Simulator(const SimulatorOptions& options, const std::filesystem::path& log);

  std::string base_url() const { return root() + "/client/v4"; }  // for --cloudflare-base-url
  std::string address() const { return port_.address(); }
  support::Process& process() { return *process_; }

  SimZone zone(const std::string& name = kZone);
  Wall now();

  std::vector<SimCall> calls();
  std::vector<SimCall> mutations();
  std::vector<std::string> mutations_in_words();  // SimCall::what of each
  std::size_t uploads();                          // that were answered with success
  void forget_calls();

  // JSON, as docs/cloudflare-sim.md says: {"deployDelayMs": 3000}, {"kind": "close", "method": "POST"}.
  void modes(const std::string& json) { ask(net::Method::kPatch, "modes", json); }
  void fault(const std::string& json) { ask(net::Method::kPost, "faults", json); }
  void no_more_faults() { ask(net::Method::kDelete, "faults"); }
  // What a human does to kZone: `act(R"("do": "zone-level", "enabled": false)")`. Of an upload comes the fingerprint.
  std::string act(const std::string& fields);
  void allow_token(const std::string& token, const std::vector<std::string>& permissions);
  void add_zone(const std::string& name);
  void revoke_token(const std::string& token);

 private:
  std::string root() const { return "http://" + port_.address(); }
  std::string ask(net::Method method, const std::string& what, const std::string& json = {});

  env::RealEnv env_;
  support::Port port_;
  std::unique_ptr<net::Network> network_;
  std::shared_ptr<net::Transport> transport_;
  std::unique_ptr<support::Process> process_;
};

}  // namespace originpull::e2e
