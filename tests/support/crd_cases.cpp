// SPDX-License-Identifier: Apache-2.0
#include "support/crd_cases.hpp"

#include <vector>

namespace originpull::support {

const char* const kValidSpec = R"({
  "zone": {"name": "example.com"},
  "apiTokenSecretRef": {"name": "cloudflare-api-token"},
  "certificate": {"secretRef": {"name": "edge-client-tls"}}
})";

namespace {

// n items, each `item` with # replaced by its number.
std::string many(int n, const std::string& item) {
  std::string all;
  for (int i = 0; i < n; ++i) {
    std::string one = item;
    for (auto at = one.find('#'); at != std::string::npos; at = one.find('#', at))
      one.replace(at, 1, std::to_string(i));
    all += (i == 0 ? "" : ",") + one;
  }
  return all;
}

std::string origin(const std::string& fields) { return R"({"origin": {)" + fields + "}}"; }

std::string bundles(const std::string& items) { return origin(R"("trustBundles": [)" + items + "]"); }

// A probe of the Service `origin` with these fields instead of, or beside, the usual ones.
std::string probe(const std::string& fields) { return origin(R"("probes": [{)" + fields + "}]"); }

std::string host_probe(const std::string& host) {
  return probe(R"("name": "web", "serverName": "example.com", "host": {"name": ")" + host + R"(", "port": 443})");
}

const std::string kProbe = R"("name": "web", "serverName": "example.com")";
const std::string kService = R"("service": {"name": "origin", "port": 8443})";

std::string letters(std::size_t count) { return std::string(count, 'a'); }

// A host name that is well formed but for its length, 259.
std::string long_host() {
  std::string host = "com";
  for (int i = 0; i < 64; ++i) host.insert(0, "abc.");
  return host;
}

}  // namespace

std::span<const CrdCase> accepted_cases() {
  static const std::vector<CrdCase> cases = {
      {"the smallest spec", "{}"},
      {"zone by id", R"({"zone": {"name": null, "id": "023e105f4ecef8ad9ca31a8372d0c353"}})"},
      {"zone with many labels", R"({"zone": {"name": "a.b-c.xn--bcher-kva.example"}})"},
      {"zone label of 63", R"({"zone": {"name": ")" + letters(63) + R"(.com"}})"},
      {"token under another key", R"({"apiTokenSecretRef": {"key": "CLOUDFLARE_API_TOKEN"}})"},
      {"object name of 253", R"({"apiTokenSecretRef": {"name": ")" + letters(253) + R"("}})"},
      {"Cloudflare's certificate", R"({"certificate": {"source": "Cloudflare", "secretRef": null}})"},
      {"Cloudflare's with Enabled",
       R"({"certificate": {"source": "Cloudflare", "secretRef": null}, "globalSetting": "Enabled"})"},
      {"CA in a ConfigMap", R"({"certificate": {"caRef": {"kind": "ConfigMap", "name": "edge-ca"}}})"},
      {"CA in a Secret", R"({"certificate": {"caRef": {"kind": "Secret", "name": "edge-ca", "key": "tls.crt"}}})"},
      {"switched off", R"({"enabled": false})"},
      {"globalSetting Disabled", R"({"globalSetting": "Disabled"})"},
      {"globalSetting Unmanaged", R"({"globalSetting": "Unmanaged"})"},
      {"minimumEncryptionMode Strict", R"({"minimumEncryptionMode": "Strict"})"},
      {"minimumEncryptionMode Ignore", R"({"minimumEncryptionMode": "Ignore"})"},
      {"takeover Allow", R"({"takeover": "Allow"})"},
      {"issuerChange Automatic", R"({"rotation": {"issuerChange": "Automatic"}})"},
      {"mode Observe", R"({"mode": "Observe"})"},
      {"mode Suspend", R"({"mode": "Suspend"})"},
      {"deletionPolicy Restore", R"({"deletionPolicy": "Restore"})"},
      {"deletionPolicy Disable", R"({"deletionPolicy": "Disable"})"},
      {"shortest interval", R"({"interval": "60s"})"},
      {"longest interval", R"({"interval": "24h"})"},
      {"interval of two units", R"({"interval": "1h30m"})"},
      {"no soak", R"({"rotation": {"soak": "0s"}})"},
      {"longest soak", R"({"rotation": {"soak": "720h"}})"},
      {"no trustPropagation", R"({"rotation": {"trustPropagation": "0s"}})"},
      {"longest trustPropagation", R"({"rotation": {"trustPropagation": "1440m"}})"},
      {"eight additional CAs",
       origin(R"("additionalCAs": [)" + many(8, R"({"kind":"ConfigMap","name":"ca-#"})") + "]")},
      {"eight trust bundles", bundles(many(8, R"({"kind":"Secret","name":"bundle-#"})"))},
      {"eight probes",
       origin(R"("probes": [)" + many(8, R"({"name":"p#","serverName":"a.example","service":{"name":"o","port":1}})") +
              "]")},
      {"bundle with a type", bundles(R"({"kind": "Secret", "name": "b", "type": "kubernetes.io/tls"})")},
      {"bundles of one name, two kinds", bundles(R"({"kind":"Secret","name":"b"}, {"kind":"ConfigMap","name":"b"})")},
      {"ConfigMap with the token's name", bundles(R"({"kind": "ConfigMap", "name": "cloudflare-api-token"})")},
      {"ConfigMap with the certificate's name", bundles(R"({"kind": "ConfigMap", "name": "edge-client-tls"})")},
      {"bundle of the CA's name, other kind",
       R"({"certificate": {"caRef": {"kind": "ConfigMap", "name": "ca"}},
           "origin": {"trustBundles": [{"kind": "Secret", "name": "ca"}]}})"},
      {"bundle of an additional CA's name, other kind", origin(
                                                            R"("additionalCAs": [{"kind": "Secret", "name": "ca"}],
                 "trustBundles": [{"kind": "ConfigMap", "name": "ca"}])")},
      {"probe of a service", probe(kProbe + "," + kService)},
      {"probe with a path", probe(kProbe + "," + kService + R"(, "path": "/healthz?deep=1&q=%20")")},
      {"probe of the lowest port", probe(kProbe + R"(, "service": {"name": "origin", "port": 1})")},
      {"probe of the highest port", probe(kProbe + R"(, "service": {"name": "origin", "port": 65535})")},
      {"probe of a host by name", host_probe("origin.example.com")},
      {"probe of a host by IPv4 address", host_probe("203.0.113.7")},
  };
  return cases;
}

namespace {

std::vector<CrdCase> refused_of_zone_and_references() {
  const std::string name_pattern = "should match '^[a-z0-9]";
  return {
      {"neither zone name nor id", R"({"zone": {"name": null}})", "give exactly one of zone.name and zone.id"},
      {"both zone name and id", R"({"zone": {"id": "023e105f4ecef8ad9ca31a8372d0c353"}})",
       "give exactly one of zone.name and zone.id"},
      {"no zone", R"({"zone": null})", "spec.zone: Required value"},
      {"zone in upper case", R"({"zone": {"name": "Example.com"}})", "write the zone's DNS name in lower case"},
      {"zone with a final dot", R"({"zone": {"name": "example.com."}})", "without a final dot"},
      {"zone of one label", R"({"zone": {"name": "example"}})", "such as example.com"},
      {"zone as an address", R"({"zone": {"name": "203.0.113.7"}})", "such as example.com"},
      {"zone label of 64", R"({"zone": {"name": ")" + letters(64) + R"(.com"}})", "write the zone's DNS name"},
      {"zone in another alphabet", R"({"zone": {"name": "bücher.example"}})", "xn-- form"},
      {"zone too long", R"({"zone": {"name": ")" + long_host() + R"("}})", "spec.zone.name: Too long"},
      {"zone id of 31", R"({"zone": {"name": null, "id": "023e105f4ecef8ad9ca31a8372d0c35"}})", "copy the Zone ID"},
      {"zone id in upper case", R"({"zone": {"name": null, "id": "023E105F4ECEF8AD9CA31A8372D0C353"}})",
       "32 hexadecimal digits in lower case"},
      {"no token", R"({"apiTokenSecretRef": null})", "spec.apiTokenSecretRef: Required value"},
      {"token without a name", R"({"apiTokenSecretRef": {"name": null}})",
       "spec.apiTokenSecretRef.name: Required value"},
      {"token's name in upper case", R"({"apiTokenSecretRef": {"name": "Token"}})",
       "spec.apiTokenSecretRef.name in body " + name_pattern},
      {"token's name too long", R"({"apiTokenSecretRef": {"name": ")" + letters(254) + R"("}})",
       "spec.apiTokenSecretRef.name: Too long"},
      {"token's key with a slash", R"({"apiTokenSecretRef": {"key": "a/b"}})",
       "spec.apiTokenSecretRef.key in body should match"},
      {"no certificate", R"({"certificate": null})", "spec.certificate: Required value"},
      {"Custom without a Secret", R"({"certificate": {"secretRef": null}})", "set it when source is Custom"},
      {"Cloudflare with a Secret", R"({"certificate": {"source": "Cloudflare"}})",
       "remove it when source is Cloudflare"},
      {"certificate without a name", R"({"certificate": {"secretRef": {"name": null}}})",
       "spec.certificate.secretRef.name: Required value"},
      {"certificate's name with an underscore", R"({"certificate": {"secretRef": {"name": "edge_tls"}}})",
       "spec.certificate.secretRef.name in body " + name_pattern},
      {"CA without a kind", R"({"certificate": {"caRef": {"name": "ca"}}})",
       "spec.certificate.caRef.kind: Required value"},
      {"CA without a name", R"({"certificate": {"caRef": {"kind": "Secret"}}})",
       "spec.certificate.caRef.name: Required value"},
      {"CA of another kind", R"({"certificate": {"caRef": {"kind": "Certificate", "name": "ca"}}})",
       R"(spec.certificate.caRef.kind: Unsupported value: "Certificate")"},
      {"CA's name with a final dash", R"({"certificate": {"caRef": {"kind": "Secret", "name": "ca-"}}})",
       "spec.certificate.caRef.name in body " + name_pattern},
  };
}

std::vector<CrdCase> refused_of_words_and_durations() {
  const std::string interval = "interval must be from 1m to 24h";
  return {
      {"source in lower case", R"({"certificate": {"source": "custom"}})", R"(Unsupported value: "custom")"},
      {"enabled as a word", R"({"enabled": "yes"})", "spec.enabled: Invalid value"},
      {"globalSetting on", R"({"globalSetting": "on"})", R"(spec.globalSetting: Unsupported value: "on")"},
      {"globalSetting as a boolean", R"({"globalSetting": true})", "spec.globalSetting: Invalid value"},
      {"Cloudflare's with Disabled",
       R"({"certificate": {"source": "Cloudflare", "secretRef": null}, "globalSetting": "Disabled"})",
       "set globalSetting to Enabled"},
      {"Cloudflare's with Unmanaged",
       R"({"certificate": {"source": "Cloudflare", "secretRef": null}, "globalSetting": "Unmanaged"})",
       "set globalSetting to Enabled"},
      {"minimumEncryptionMode Flexible", R"({"minimumEncryptionMode": "Flexible"})",
       "spec.minimumEncryptionMode: Unsupported value"},
      {"takeover Always", R"({"takeover": "Always"})", "spec.takeover: Unsupported value"},
      {"issuerChange Never", R"({"rotation": {"issuerChange": "Never"}})",
       "spec.rotation.issuerChange: Unsupported value"},
      {"mode Plan", R"({"mode": "Plan"})", "spec.mode: Unsupported value"},
      {"deletionPolicy Delete", R"({"deletionPolicy": "Delete"})", "spec.deletionPolicy: Unsupported value"},
      {"interval below 1m", R"({"interval": "59s"})", interval},
      {"interval above 24h", R"({"interval": "24h1s"})", interval},
      {"interval with a space", R"({"interval": "10 m"})", interval},
      {"interval without a unit", R"({"interval": "600"})", interval},
      {"interval as a number", R"({"interval": 600})", "spec.interval: Invalid value"},
      {"interval in milliseconds", R"({"interval": "600000ms"})", interval},
      {"interval in days", R"({"interval": "1d"})", interval},
      {"interval with a sign", R"({"interval": "-10m"})", interval},
      {"interval with a fraction", R"({"interval": "1.5h"})", interval},
      {"interval empty", R"({"interval": ""})", interval},
      {"interval beyond what fits", R"({"interval": "999999999999999h"})", "interval must be from 1m to 24h"},
      {"interval too long", R"({"interval": "00000000000000010m"})", "spec.interval: Too long"},
      {"soak above 720h", R"({"rotation": {"soak": "721h"}})", "rotation.soak must be from 0s to 720h"},
      {"soak in words", R"({"rotation": {"soak": "ten minutes"}})", "rotation.soak must be from 0s to 720h"},
      {"soak too long", R"({"rotation": {"soak": "00000000000000010m"}})", "spec.rotation.soak: Too long"},
      {"trustPropagation above 24h", R"({"rotation": {"trustPropagation": "25h"}})",
       "rotation.trustPropagation must be from 0s to 24h"},
      {"trustPropagation without a unit", R"({"rotation": {"trustPropagation": "5"}})",
       "rotation.trustPropagation must be from 0s to 24h"},
      {"trustPropagation too long", R"({"rotation": {"trustPropagation": "00000000000000010m"}})",
       "spec.rotation.trustPropagation: Too long"},
  };
}

std::vector<CrdCase> refused_of_bundles() {
  return {
      {"nine additional CAs", origin(R"("additionalCAs": [)" + many(9, R"({"kind":"ConfigMap","name":"ca-#"})") + "]"),
       "spec.origin.additionalCAs: Too many: 9"},
      {"additional CA without a name", origin(R"("additionalCAs": [{"kind": "Secret"}])"),
       "spec.origin.additionalCAs[0].name: Required value"},
      {"additional CA without a kind", origin(R"("additionalCAs": [{"name": "ca"}])"),
       "spec.origin.additionalCAs[0].kind: Required value"},
      {"additional CA of another kind", origin(R"("additionalCAs": [{"kind": "Bundle", "name": "ca"}])"),
       R"(spec.origin.additionalCAs[0].kind: Unsupported value: "Bundle")"},
      {"additional CA's name with a space", origin(R"("additionalCAs": [{"kind": "Secret", "name": "c a"}])"),
       "spec.origin.additionalCAs[0].name in body should match"},
      {"nine trust bundles", bundles(many(9, R"({"kind":"Secret","name":"bundle-#"})")),
       "spec.origin.trustBundles: Too many: 9"},
      {"trust bundle twice",
       bundles(R"({"kind":"Secret","name":"b","key":"x"}, {"kind":"Secret","name":"b","key":"y"})"),
       "spec.origin.trustBundles[1]: Duplicate value"},
      {"trust bundle without a name", bundles(R"({"kind": "Secret"})"),
       "spec.origin.trustBundles[0].name: Required value"},
      {"trust bundle without a kind", bundles(R"({"name": "b"})"), "spec.origin.trustBundles[0].kind: Required value"},
      {"trust bundle's name in upper case", bundles(R"({"kind": "Secret", "name": "B"})"),
       "spec.origin.trustBundles[0].name in body should match"},
      {"ConfigMap with a type", bundles(R"({"kind": "ConfigMap", "name": "b", "type": "Opaque"})"),
       "only a Secret has a type"},
      {"bundle over the token", bundles(R"({"kind": "Secret", "name": "cloudflare-api-token"})"),
       "must not be the Secret of the API token"},
      {"bundle over the certificate", bundles(R"({"kind": "Secret", "name": "edge-client-tls"})"),
       "must not be the Secret of the client certificate"},
      {"bundle over the CA",
       R"({"certificate": {"caRef": {"kind": "ConfigMap", "name": "ca"}},
           "origin": {"trustBundles": [{"kind": "ConfigMap", "name": "ca"}]}})",
       "must not be the object that certificate.caRef reads"},
      {"bundle over an additional CA",
       origin(R"("additionalCAs": [{"kind": "Secret", "name": "x"}, {"kind": "Secret", "name": "ca", "key": "k"}],
                 "trustBundles": [{"kind": "Secret", "name": "b"}, {"kind": "Secret", "name": "ca"}])"),
       "must not be an object that origin.additionalCAs reads"},
  };
}

std::vector<CrdCase> refused_of_probes() {
  const std::string at = "spec.origin.probes[0]";
  return {
      {"nine probes",
       origin(R"("probes": [)" + many(9, R"({"name":"p#","serverName":"a.example","service":{"name":"o","port":1}})") +
              "]"),
       "spec.origin.probes: Too many: 9"},
      {"probe twice", origin(R"("probes": [{)" + kProbe + "," + kService + "},{" + kProbe + "," + kService + "}]"),
       "spec.origin.probes[1]: Duplicate value"},
      {"probe without a name", probe(R"("serverName": "example.com",)" + kService), at + ".name: Required value"},
      {"probe's name with a dot", probe(R"("name": "a.b", "serverName": "example.com",)" + kService),
       at + ".name in body should match"},
      {"probe without a serverName", probe(R"("name": "web",)" + kService), at + ".serverName: Required value"},
      {"serverName as an address", probe(R"("name": "web", "serverName": "203.0.113.7",)" + kService),
       at + ".serverName in body should match"},
      {"serverName in upper case", probe(R"("name": "web", "serverName": "Example.com",)" + kService),
       at + ".serverName in body should match"},
      {"neither service nor host", probe(kProbe), "exactly one of service (in this namespace) and host"},
      {"both service and host", probe(kProbe + "," + kService + R"(, "host": {"name": "a.example", "port": 443})"),
       "exactly one of service (in this namespace) and host"},
      {"service without a name", probe(kProbe + R"(, "service": {"port": 443})"), at + ".service.name: Required value"},
      {"service without a port", probe(kProbe + R"(, "service": {"name": "o"})"), at + ".service.port: Required value"},
      {"service of another namespace", probe(kProbe + R"(, "service": {"name": "o.other", "port": 443})"),
       at + ".service.name in body should match"},
      {"service port 0", probe(kProbe + R"(, "service": {"name": "o", "port": 0})"), "greater than or equal to 1"},
      {"service port 65536", probe(kProbe + R"(, "service": {"name": "o", "port": 65536})"),
       "less than or equal to 65535"},
      {"service port by name", probe(kProbe + R"(, "service": {"name": "o", "port": "https"})"),
       at + ".service.port: Invalid value"},
      {"host without a name", probe(kProbe + R"(, "host": {"port": 443})"), at + ".host.name: Required value"},
      {"host without a port", probe(kProbe + R"(, "host": {"name": "a.example"})"), at + ".host.port: Required value"},
      {"host port 0", probe(kProbe + R"(, "host": {"name": "a.example", "port": 0})"), "greater than or equal to 1"},
      {"host port 65536", probe(kProbe + R"(, "host": {"name": "a.example", "port": 65536})"),
       "less than or equal to 65535"},
      {"host as a URL", host_probe("https://a.example"), at + ".host.name in body should match"},
      {"host as an IPv6 address", host_probe("2001:db8::1"), at + ".host.name in body should match"},
      {"host as an address out of range", host_probe("203.0.113.256"), at + ".host.name in body should match"},
      {"host as an address with zeros before", host_probe("203.0.113.007"), at + ".host.name in body should match"},
      {"host as half an address", host_probe("203.0"), at + ".host.name in body should match"},
      {"host with a final dot", host_probe("a.example."), at + ".host.name in body should match"},
      {"path without a slash", probe(kProbe + "," + kService + R"(, "path": "healthz")"),
       at + ".path in body should match"},
      {"path with a space", probe(kProbe + "," + kService + R"(, "path": "/a b")"), at + ".path in body should match"},
      {"path with a line end", probe(kProbe + "," + kService + R"(, "path": "/a\r\nX: y")"),
       at + ".path in body should match"},
      {"path too long", probe(kProbe + "," + kService + R"(, "path": "/)" + letters(1024) + R"(")"),
       at + ".path: Too long"},
  };
}

// What is long or strange in each place that takes a name, a key or a host.
std::vector<CrdCase> refused_of_names_and_keys() {
  const std::string long_name = letters(254);
  const std::string token = R"({"apiTokenSecretRef": {"key": ")";
  const std::string ca = R"({"certificate": {"caRef": {"kind": "Secret", "name": ")";
  const std::string more = R"("additionalCAs": [{"kind": "Secret", "name": ")";
  const std::string bundle = R"({"kind": "Secret", "name": ")";
  const std::string ca_at = "spec.certificate.caRef.";
  const std::string more_at = "spec.origin.additionalCAs[0].";
  const std::string bundle_at = "spec.origin.trustBundles[0].";
  const std::string probe_at = "spec.origin.probes[0].";
  return {
      {"zone id too long", R"({"zone": {"name": null, "id": ")" + letters(33) + R"("}})", "spec.zone.id: Too long"},
      {"token's key too long", token + long_name + R"("}})", "spec.apiTokenSecretRef.key: Too long"},
      {"certificate's name too long", R"({"certificate": {"secretRef": {"name": ")" + long_name + R"("}}})",
       "spec.certificate.secretRef.name: Too long"},
      {"CA's name too long", ca + long_name + R"("}}})", ca_at + "name: Too long"},
      {"CA's key too long", ca + R"(a", "key": ")" + long_name + R"("}}})", ca_at + "key: Too long"},
      {"CA's key with a slash", ca + R"(a", "key": "a/b"}}})", ca_at + "key in body should match"},
      {"additional CA's name too long", origin(more + long_name + R"("}])"), more_at + "name: Too long"},
      {"additional CA's key too long", origin(more + R"(a", "key": ")" + long_name + R"("}])"),
       more_at + "key: Too long"},
      {"additional CA's key with a space", origin(more + R"(a", "key": "a b"}])"),
       more_at + "key in body should match"},
      {"bundle of another kind", bundles(R"({"kind": "Bundle", "name": "b"})"), R"(Unsupported value: "Bundle")"},
      {"bundle's name too long", bundles(bundle + long_name + R"("})"), bundle_at + "name: Too long"},
      {"bundle's key too long", bundles(bundle + R"(a", "key": ")" + long_name + R"("})"), bundle_at + "key: Too long"},
      {"bundle's key empty", bundles(bundle + R"(a", "key": ""})"),
       bundle_at + "key in body should be at least 1 chars"},
      {"bundle's key with a slash", bundles(bundle + R"(a", "key": "a/b"})"), bundle_at + "key in body should match"},
      {"bundle's type too long", bundles(bundle + R"(a", "type": ")" + long_name + R"("})"),
       bundle_at + "type: Too long"},
      {"bundle's type with a space", bundles(bundle + R"(a", "type": "a b"})"),
       bundle_at + "type in body should match"},
      {"probe's name too long",
       probe(R"("serverName": "example.com",)" + kService + R"(, "name": ")" + letters(64) + "\""),
       probe_at + "name: Too long"},
      {"Service's name too long", probe(kProbe + R"(, "service": {"port": 1, "name": ")" + letters(64) + "\"}"),
       probe_at + "service.name: Too long"},
      {"host too long", host_probe(long_host()), probe_at + "host.name: Too long"},
      {"serverName too long", probe(R"("name": "web",)" + kService + R"(, "serverName": ")" + long_host() + "\""),
       probe_at + "serverName: Too long"},
  };
}

// The patterns that CEL repeats with a sentence: tools that check offline know only the patterns.
std::vector<CrdCase> refused_by_patterns_too() {
  return {
      {"zone by its pattern", R"({"zone": {"name": "example.com."}})", "spec.zone.name in body should match"},
      {"zone id by its pattern", R"({"zone": {"name": null, "id": "x"}})", "spec.zone.id in body should match"},
      {"interval by its pattern", R"({"interval": "10 m"})", "spec.interval in body should match"},
      {"soak by its pattern", R"({"rotation": {"soak": "1d"}})", "spec.rotation.soak in body should match"},
      {"trustPropagation by its pattern", R"({"rotation": {"trustPropagation": "5"}})",
       "spec.rotation.trustPropagation in body should match"},
  };
}

}  // namespace

std::span<const CrdCase> refused_cases() {
  static const std::vector<CrdCase> cases = [] {
    std::vector<CrdCase> all;
    for (auto part : {refused_of_zone_and_references(), refused_of_words_and_durations(), refused_of_bundles(),
                      refused_of_probes(), refused_of_names_and_keys(), refused_by_patterns_too()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return cases;
}

}  // namespace originpull::support
