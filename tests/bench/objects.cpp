// SPDX-License-Identifier: Apache-2.0
#include "bench/objects.hpp"

#include "base/base64.hpp"
#include "json/writer.hpp"

#include <cstdio>
#include <map>

namespace originpull::bench {
namespace {

constexpr std::size_t kChainBytes = 3'600;  // before base64: an RSA leaf and two intermediates
constexpr std::size_t kKeyBytes = 1'700;    // RSA 2048

void write_data(json::Writer& w, const std::map<std::string, std::string>& data) {
  w.key("data").begin_object();
  for (const auto& [key, value] : data) w.field(key, encode_base64(value));
  w.end_object();
}

std::string secret(const std::string& name, const std::string& type, const std::map<std::string, std::string>& data,
                   const std::map<std::string, std::string>& annotations = {}) {
  json::Writer w;
  w.begin_object().field("apiVersion", "v1").field("kind", "Secret").field("type", type);
  w.key("metadata").begin_object().field("name", name);
  if (!annotations.empty()) {
    w.key("annotations").begin_object();
    for (const auto& [key, value] : annotations) w.field(key, value);
    w.end_object();
  }
  w.end_object();
  write_data(w, data);
  return w.end_object().take();
}

std::string block(const std::string& label, std::size_t bytes) {
  std::string text = "-----BEGIN " + label + "-----\n";
  while (text.size() < bytes) text += "MIIBszCCAVmgAwIBAgIUc2lnbmVkYnlub2JvZHlhbmRyZWFkYnlub2JvZHkwCgYI\n";
  return text + "-----END " + label + "-----\n";
}

}  // namespace

std::string numbered(const std::string& stem, int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%05d", number);
  return stem + "-" + digits;
}

std::string zone_of(int number) { return numbered("z", number) + ".example.com"; }
std::string token_of(int number) { return numbered("bench-token", number) + "-0123456789abcdefghijklmn"; }

std::string token_secret(int number) {
  return secret(numbered("token", number), "Opaque", {{"token", token_of(number)}});
}

std::string pair_secret(int number, const support::Identity& leaf) {
  return secret(numbered("pair", number), "kubernetes.io/tls",
                {{"tls.crt", leaf.bundle_pem()}, {"tls.key", leaf.key_pem}});
}

std::string pair_data(const support::Identity& leaf) {
  json::Writer w;
  w.begin_object();
  write_data(w, {{"tls.crt", leaf.bundle_pem()}, {"tls.key", leaf.key_pem}});
  return w.end_object().take();
}

std::string resource(int number) {
  json::Writer w;
  w.begin_object().field("apiVersion", "originpull.dev/v1alpha1").field("kind", "OriginPullConfig");
  w.key("metadata").begin_object().field("name", numbered("zone", number)).end_object();
  w.key("spec").begin_object().field("interval", "24h");
  w.key("zone").begin_object().field("name", zone_of(number)).end_object();
  w.key("apiTokenSecretRef").begin_object().field("name", numbered("token", number)).end_object();
  w.key("certificate").begin_object().key("secretRef").begin_object();
  w.field("name", numbered("pair", number)).end_object().end_object();
  return w.end_object().end_object().take();
}

std::string resource_interval(const std::string& interval) {
  json::Writer w;
  w.begin_object().key("spec").begin_object().field("interval", interval);
  return w.end_object().end_object().take();
}

std::string unrelated_secret(int number) {
  const std::string name = numbered("unrelated", number);
  const std::string prefix = "cert-manager.io/";
  return secret(name, "kubernetes.io/tls",
                {{"tls.crt", block("CERTIFICATE", kChainBytes)}, {"tls.key", block("RSA PRIVATE KEY", kKeyBytes)}},
                {{prefix + "alt-names", name + ".example.com,www." + name + ".example.com"},
                 {prefix + "certificate-name", name},
                 {prefix + "common-name", name + ".example.com"},
                 {prefix + "ip-sans", ""},
                 {prefix + "issuer-group", "cert-manager.io"},
                 {prefix + "issuer-kind", "ClusterIssuer"},
                 {prefix + "issuer-name", "public"},
                 {prefix + "uri-sans", ""}});
}

}  // namespace originpull::bench
