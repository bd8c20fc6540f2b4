// SPDX-License-Identifier: Apache-2.0
// Prints, one JSON object a line, what our Cloudflare client asks and what the simulated Cloudflare answers, in every
// way the client has of asking, and what else the simulator answers, asked by hand. contract_test.py holds it against
// Cloudflare's own document.
#include <iostream>

#include "cloudflare/client.hpp"
#include "json/writer.hpp"
#include "support/jump_env.hpp"
#include "support/test_pki.hpp"
#include "worlds/cloudflare_service.hpp"
#include "worlds/handler_transport.hpp"

namespace originpull {
namespace {

const std::string kToken = "Qw3rTy_uIoP-asDFghJKlzXCvbNM1234567890ab";
const std::string kBase = "/client/v4";

struct Note {
  std::string who;
  std::string what;
};

// The handler that answers, with its exchanges written down.
class Written {
 public:
  explicit Written(net::Handler inner) : inner_(std::move(inner)) {}
  net::Served handle(const net::ServedRequest& request) {
    net::Served answer = inner_(request);
    json::Writer w;
    w.begin_object().field("who", note.who).field("what", note.what).field("method", request.method);
    w.field("path", request.target.substr(kBase.size()));
    w.field("authorization", std::string(request.header("Authorization"))).field("request", request.body);
    w.field("status", answer.status).field("answer", answer.body).end_object();
    std::cout << w.take() << "\n";
    return answer;
  }
  Note note;

 private:
  const net::Handler inner_;
};

std::string pair_body(const support::Identity& one) {
  return json::Writer()
      .begin_object()
      .field("certificate", one.certificate_pem)
      .field("private_key", one.key_pem)
      .end_object()
      .take();
}

class Exchanges {
 public:
  Exchanges() {
    zone_ = service_.world().add_zone("example.com");
    service_.world().add_token(kToken);
  }
  void client();
  void by_hand();

 private:
  // The id in an answer's result.
  std::string ask(const std::string& what, const std::string& method, const std::string& path,
                  const std::string& body = {}, const std::string& token = kToken) {
    written_.note = {"hand", what};
    const net::Served answer = written_.handle(
        {.method = method, .target = kBase + path, .headers = {{"Authorization", "Bearer " + token}}, .body = body});
    const auto id = answer.body.find(R"("id":")");
    return id == std::string::npos ? std::string() : answer.body.substr(id + 6, 36);
  }
  void say(const std::string& what) { written_.note = {"client", what}; }

  support::JumpEnv env_;
  worlds::CloudflareService service_{env_};
  Written written_{service_.handler()};
  std::string zone_;
  support::Identity leaf_ = support::make_self_signed({.common_name = "edge"});
};

void Exchanges::client() {
  const net::Handler handler = [this](const net::ServedRequest& request) { return written_.handle(request); };
  cloudflare::Client client(std::make_shared<worlds::HandlerTransport>(env_, handler, kBase), SecretString(kToken),
                            cloudflare::Budget::make(env_), Log::silent());
  std::stop_source stop;
  const cloudflare::Ask ask{stop.get_token()};
  const SecretString key(leaf_.key_pem);
  say("zone by name");
  (void)client.zone_by_name("example.com", ask);
  say("zone by id");
  (void)client.zone_by_id(zone_, ask);
  say("list of nothing");
  (void)client.list_certificates(zone_, ask);
  say("upload");
  const auto made = client.upload_certificate(zone_, leaf_.certificate_pem, key, ask);
  const std::string id = made ? made->id : std::string("none");
  say("upload again");
  (void)client.upload_certificate(zone_, leaf_.certificate_pem, key, ask);
  say("delete too early");
  (void)client.delete_certificate(zone_, id, ask);
  env_.advance(Duration(60'000));
  say("list");
  (void)client.list_certificates(zone_, ask);
  say("read");
  (void)client.get_certificate(zone_, id, ask);
  say("switch");
  (void)client.zone_level_enabled(zone_, ask);
  say("switch on");
  (void)client.set_zone_level(zone_, true, ask);
  for (const char* name : {"tls_client_auth", "ssl"}) {
    say(std::string("setting ") + name);
    (void)client.setting(zone_, name, ask);
  }
  say("setting on");
  (void)client.set_setting(zone_, "tls_client_auth", "on", ask);
  say("setting that is refused");
  (void)client.set_setting(zone_, "ssl", "fully", ask);
  say("delete");
  (void)client.delete_certificate(zone_, id, ask);
  say("delete again");
  (void)client.delete_certificate(zone_, id, ask);
  say("read one that never was");
  (void)client.get_certificate(zone_, "00000000-0000-4000-8000-000000000000", ask);
  say("a zone that is not");
  (void)client.list_certificates(std::string(32, '0'), ask);
}

void Exchanges::by_hand() {
  const std::string aop = "/zones/" + zone_ + "/origin_tls_client_auth";
  ask("verify", "GET", "/user/tokens/verify");
  ask("verify of nobody", "GET", "/user/tokens/verify", {}, "nobody-knows-this-one-0123456789abcdefgh");
  ask("verify by account", "GET", "/accounts/01a7362d577a6c3019a474fd6f485823/tokens/verify");
  ask("zones", "GET", "/zones?per_page=5");
  const std::string hostnames = aop + "/hostnames";
  ask("hostname certificates of nothing", "GET", hostnames + "/certificates");
  const std::string id = ask("hostname upload", "POST", hostnames + "/certificates", pair_body(leaf_));
  ask("hostname upload again", "POST", hostnames + "/certificates", pair_body(leaf_));
  env_.advance(Duration(60'000));
  ask("hostname certificates", "GET", hostnames + "/certificates");
  ask("hostname certificate", "GET", hostnames + "/certificates/" + id);
  ask("hostname that was never put", "GET", hostnames + "/shop.example.com");
  const auto config = [&](const std::string& enabled) {
    return R"({"config":[{"hostname":"shop.example.com","cert_id":")" + id + R"(","enabled":)" + enabled + "}]}";
  };
  ask("hostname put", "PUT", hostnames, config("true"));
  ask("hostname put without a certificate", "PUT", hostnames,
      R"({"config":[{"hostname":"a.example.com","enabled":true}]})");
  ask("hostname", "GET", hostnames + "/shop.example.com");
  ask("hostname certificate in use deleted", "DELETE", hostnames + "/certificates/" + id);
  ask("hostname voided", "PUT", hostnames, config("null"));
  env_.advance(Duration(600'000));
  ask("hostname certificate deleted", "DELETE", hostnames + "/certificates/" + id);
}

}  // namespace
}  // namespace originpull

int main() {
  originpull::Exchanges exchanges;
  exchanges.client();
  exchanges.by_hand();
}
