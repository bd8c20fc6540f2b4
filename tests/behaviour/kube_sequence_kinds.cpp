// SPDX-License-Identifier: Apache-2.0
// The words of the random conversations, kind by kind.
#include "behaviour/kube_sequence.hpp"

namespace originpull::behaviour {
namespace {

SpokenKind secrets() {
  return {
      .plural = "secrets",
      .base = "/api/v1",
      .head = R"("apiVersion":"v1","kind":"Secret")",
      .fields = {R"("data":{"k":"MQ=="})", R"("data":{"k":"Mg==","l":"MQ=="})", R"("stringData":{"s":"x"})",
                 R"("type":"kubernetes.io/tls","data":{"tls.crt":"MQ==","tls.key":"MQ=="})", R"("data":null)"},
      .broken_fields = {R"("data":{"k":"*"})", R"("type":"kubernetes.io/tls")", R"("data":{"bad key":"MQ=="})",
                        R"("data":"text")", R"("colour":"red","data":{"k":"MQ=="})"},
      .merges = {R"({"data":{"k":"Mw=="}})", R"({"data":{"k":null}})", R"({"type":"Opaque"})", R"({"type":"other"})",
                 R"({"immutable":true})", R"({"stringData":{"s":"y"}})", R"({"data":{"k":"*"}})"},
      .json_patches =
          {R"([{"op":"add","path":"/data/k","value":"NA=="}])", R"([{"op":"remove","path":"/data/k"}])",
           R"([{"op":"test","path":"/data/k","value":"MQ=="},{"op":"replace","path":"/data/k","value":"NQ=="}])"},
      .strategic = {R"({"data":{"k":"Ng==","l":null}})", R"({"data":{"$patch":"replace","n":"MQ=="}})"},
      .applied = {R"("data":{"k":"MQ=="})", R"("data":{"k":"Mg==","l":"MQ=="})", R"("data":{"l":"MQ=="})"},
      .statuses = {},
      .selectors = {"type=Opaque", "type!=kubernetes.io/tls", "metadata.name=a", "data.k=x"},
  };
}

SpokenKind config_maps() {
  return {
      .plural = "configmaps",
      .base = "/api/v1",
      .head = R"("apiVersion":"v1","kind":"ConfigMap")",
      .fields = {R"("data":{"k":"v"})", R"("data":{"k":"w","l":"v"})", R"("binaryData":{"b":"MQ=="})", R"("data":{})"},
      .broken_fields = {R"("data":{"k":1})", R"("data":{"":"v"})", R"("data":{"k":"v"},"binaryData":{"k":"MQ=="})",
                        R"("data":["v"])"},
      .merges = {R"({"data":{"k":"x"}})", R"({"data":{"k":null,"m":"v"}})", R"({"data":null})", R"({"immutable":true})",
                 R"({"data":{"k":7}})"},
      .json_patches = {R"([{"op":"add","path":"/data/n","value":"v"}])",
                       R"([{"op":"copy","from":"/data/k","path":"/data/c"}])",
                       R"([{"op":"move","from":"/data/k","path":"/data/c"}])", R"([{"op":"nonsense","path":"/data"}])"},
      .strategic = {R"({"data":{"k":"s"}})", R"({"data":{"$patch":"replace","k":"only"}})",
                    R"({"data":{"$patch":"delete"}})"},
      .applied = {R"("data":{"k":"v"})", R"("data":{"k":"w","l":"v"})", R"("data":{"l":"v"})", R"("data":{})"},
      .statuses = {},
      .selectors = {"metadata.name=b", "metadata.name!=a"},
  };
}

SpokenKind services() {
  return {
      .plural = "services",
      .base = "/api/v1",
      .head = R"("apiVersion":"v1","kind":"Service")",
      .fields = {R"("spec":{"selector":{"a":"b"},"ports":[{"name":"web","port":80}]})",
                 R"("spec":{"selector":{"a":"b"},"ports":[{"name":"web","port":80},{"name":"tls","port":443}]})",
                 R"("spec":{"clusterIP":"None","ports":[{"port":443}]})"},
      .broken_fields = {R"("spec":{"ports":[]})", R"("spec":{"ports":[{"port":0}]})",
                        R"("spec":{"ports":[{"port":80},{"port":81}]})"},
      .merges = {R"({"spec":{"ports":[{"name":"x","port":8080}]}})", R"({"spec":{"selector":{"a":null,"c":"d"}}})"},
      .json_patches = {R"([{"op":"replace","path":"/spec/ports/0/port","value":81}])",
                       R"([{"op":"add","path":"/spec/ports/-","value":{"name":"extra","port":9000}}])"},
      .strategic = {R"({"spec":{"ports":[{"port":80,"name":"renamed"}]}})",
                    R"({"spec":{"ports":[{"port":443,"$patch":"delete"}]}})",
                    R"({"spec":{"ports":[{"name":"more","port":7000}]}})",
                    R"({"spec":{"selector":{"$patch":"replace","e":"f"}}})"},
      .applied = {R"("spec":{"selector":{"a":"b"},"ports":[{"name":"web","port":80}]})",
                  R"("spec":{"ports":[{"name":"tls","port":443}]})"},
      .statuses = {R"({"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}})",
                   R"({"status":{"conditions":[{"type":"Ready","status":"True","reason":"R","message":"",
          "lastTransitionTime":"2026-01-01T00:00:00Z"}]}})",
                   R"({"status":{"loadBalancer":{"ingress":"none"}}})"},
      .selectors = {"metadata.name=c", "spec.type=ClusterIP", "spec.clusterIP=None"},
  };
}

SpokenKind leases() {
  return {
      .plural = "leases",
      .base = "/apis/coordination.k8s.io/v1",
      .head = R"("apiVersion":"coordination.k8s.io/v1","kind":"Lease")",
      .fields =
          {R"("spec":{"holderIdentity":"one","leaseDurationSeconds":15,"renewTime":"2026-01-01T00:00:00.000000Z"})",
           R"("spec":{"holderIdentity":""})", R"("spec":{})"},
      .broken_fields = {R"("spec":{"leaseDurationSeconds":0})", R"("spec":{"leaseTransitions":-1})",
                        R"("spec":{"renewTime":"soon"})", R"("spec":{"holderIdentity":5})"},
      .merges = {R"({"spec":{"holderIdentity":"two"}})", R"({"spec":{"renewTime":"2026-01-01T00:00:05.500000Z"}})",
                 R"({"spec":{"leaseDurationSeconds":-3}})", R"({"spec":{"holderIdentity":null}})"},
      .json_patches = {R"([{"op":"replace","path":"/spec/holderIdentity","value":"three"}])"},
      .strategic = {R"({"spec":{"leaseTransitions":4}})"},
      .applied = {R"("spec":{"holderIdentity":"one"})", R"("spec":{"leaseDurationSeconds":30})"},
      .statuses = {},
      .selectors = {"metadata.name=a"},
  };
}

SpokenKind slices() {
  const std::string valid = R"("addressType":"IPv4","endpoints":[{"addresses":["192.0.2.1"]}])";
  return {
      .plural = "endpointslices",
      .base = "/apis/discovery.k8s.io/v1",
      .head = R"("apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice")",
      .fields = {valid, valid + R"(,"ports":[{"name":"web","port":80},{"name":"tls","port":443,"protocol":"TCP"}])",
                 R"("addressType":"IPv4","endpoints":[{"addresses":["192.0.2.1"],"conditions":{"ready":true},
          "nodeName":"n","zone":"z","targetRef":{"kind":"Pod","name":"p"}},{"addresses":["192.0.2.2"]}])",
                 R"("addressType":"IPv4","endpoints":[])"},
      .broken_fields = {R"("addressType":"IPv4","endpoints":[{"addresses":[]}])", R"("endpoints":[])",
                        R"("addressType":"IPv4","endpoints":"none")", valid + R"(,"ports":[{"port":"web"}])",
                        valid + R"(,"colour":"red")"},
      .merges = {R"({"endpoints":[{"addresses":["192.0.2.3"],"conditions":{"ready":false}}]})", R"({"endpoints":null})",
                 R"({"addressType":"IPv6"})", R"({"ports":[{"name":"web","port":8080}]})", R"({"ports":null})"},
      .json_patches = {R"([{"op":"add","path":"/endpoints/-","value":{"addresses":["192.0.2.9"]}}])",
                       R"([{"op":"replace","path":"/endpoints/0/addresses/0","value":"192.0.2.8"}])",
                       R"([{"op":"remove","path":"/endpoints/0"}])"},
      .strategic = {R"({"endpoints":[{"addresses":["192.0.2.7"]}]})", R"({"ports":[{"name":"one","port":1}]})"},
      .applied = {valid, valid + R"(,"ports":[{"name":"web","port":81}])"},
      .statuses = {},
      .selectors = {"metadata.name=a", "addressType=IPv4"},
  };
}

SpokenKind events() {
  const std::string valid = R"("eventTime":"2026-01-01T00:00:00.000001Z","reportingController":"c",
      "reportingInstance":"i","action":"Act","reason":"Because","type":"Normal",
      "regarding":{"kind":"Secret","namespace":"{ns}","name":"s"})";
  return {
      .plural = "events",
      .base = "/apis/events.k8s.io/v1",
      .head = R"("apiVersion":"events.k8s.io/v1","kind":"Event")",
      .fields = {valid, valid + R"(,"note":"a sentence")",
                 valid + R"(,"note":"n","series":{"count":2,"lastObservedTime":"2026-01-01T00:01:00.000000Z"})"},
      .broken_fields = {R"("reason":"Because")", valid + R"(,"series":{"count":1})", valid + R"(,"deprecatedCount":3)",
                        valid + R"(,"note":5)", valid + R"(,"colour":"red")"},
      .merges = {R"({"series":{"count":3,"lastObservedTime":"2026-01-01T00:02:00.000000Z"}})", R"({"note":"another"})",
                 R"({"reason":"Another"})", R"({"series":null})"},
      .json_patches = {R"([{"op":"replace","path":"/series/count","value":9}])", R"([{"op":"remove","path":"/note"}])"},
      .strategic = {R"({"series":{"count":4,"lastObservedTime":"2026-01-01T00:03:00.000000Z"}})"},
      .applied = {valid, valid + R"(,"note":"applied")"},
      .statuses = {},
      .selectors = {"metadata.name=a", "reason=Because", "regarding.name=s", "type!=Normal", "note=n"},
  };
}

SpokenKind widgets() {
  return {
      .plural = "widgets",
      .base = "/apis/behaviour.test/v1",
      .head = R"("apiVersion":"behaviour.test/v1","kind":"Widget")",
      .fields =
          {R"("spec":{"size":1})", R"("spec":{"size":9,"tags":["x","y"],"mode":"Slow"})",
           R"("spec":{"size":5,"ports":[{"name":"p","number":80},{"name":"q"}]})",
           R"("spec":{"size":5,"colours":["red","blue"],"serial":"s1","free":{"any":[1,{"x":null}]}})",
           R"("spec":{"size":3,"remark":null,"mode":null,"lamp":{"lit":false,"watts":1.5}},"status":{"note":"mine"})"},
      .broken_fields = {R"("spec":{"size":101})", R"("spec":{})", R"("spec":{"size":"big"})",
                        R"("spec":{"size":60,"mode":"Slow"})", R"("spec":{"size":1,"tags":["a","b"]})",
                        R"("spec":{"size":1,"wheels":4})", R"("spec":{"size":1,"mode":"Idle","name":"X"})",
                        R"("spec":{"size":1,"ports":[{"name":"p"},{"name":"p"}]})",
                        R"("spec":{"size":1,"ports":[{"number":1}]})", R"("spec":null)",
                        R"("spec":{"size":1,"share":true})"},
      .merges = {R"({"spec":{"size":2}})", R"({"spec":{"mode":"Slow"}})", R"({"spec":{"mode":null}})",
                 R"({"spec":{"tags":["z"]}})", R"({"spec":{"serial":"s2"}})", R"({"spec":{"serial":null}})",
                 R"({"spec":{"size":null}})", R"({"spec":{"size":500}})", R"({"status":{"note":"forged"}})",
                 R"({"spec":{"ports":[{"name":"r","number":1}]}})", R"({"spec":{"wheels":1}})"},
      .json_patches = {R"([{"op":"replace","path":"/spec/size","value":7}])",
                       R"([{"op":"add","path":"/spec/tags","value":["j"]}])",
                       R"([{"op":"add","path":"/spec/tags/-","value":"k"}])",
                       R"([{"op":"remove","path":"/spec/colours/0"}])"},
      .strategic = {R"({"spec":{"size":2}})"},
      .applied = {R"("spec":{"size":1})", R"("spec":{"size":2,"mode":"Slow"})",
                  R"("spec":{"ports":[{"name":"p","number":81}]})",
                  R"("spec":{"size":4,"ports":[{"name":"q"}],"colours":["green"]})", R"("spec":{"colours":["red"]})",
                  R"("spec":{"size":400})", R"("spec":{"size":6,"tags":["a"]})"},
      .statuses = {R"({"status":{"note":"seen","observedGeneration":1}})", R"({"status":{"note":null}})",
                   R"({"status":{"conditions":[{"type":"Ready","status":"True","reason":"R","message":"",
          "lastTransitionTime":"2026-01-01T00:00:00Z"}]}})",
                   R"({"status":{"conditions":[{"type":"Ready","status":"Maybe"}]}})",
                   R"({"spec":{"size":8},"status":{"note":"both"}})"},
      .selectors = {"spec.mode=Slow", "spec.mode!=Slow", "metadata.name=a", "spec.size=1"},
  };
}

SpokenKind origin_pulls() {
  const std::string valid = R"("spec":{"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"t"},"certificate":{)";
  return {
      .plural = "originpullconfigs",
      .base = "/apis/originpull.dev/v1alpha1",
      .head = R"("apiVersion":"originpull.dev/v1alpha1","kind":"OriginPullConfig")",
      .fields = {valid + R"("secretRef":{"name":"s"}}})", valid + R"("source":"Cloudflare"},"enabled":false})"},
      .broken_fields = {valid + "}}", R"("spec":{"zone":{"name":"UPPER"}})",
                        valid + R"("secretRef":{"name":"s"}},"takeover":"Ask"})",
                        valid +
                            R"("secretRef":{"name":"s"}},"origin":{"trustBundles":[{"kind":"Secret","name":"t"}]}})"},
      .merges = {R"({"spec":{"enabled":false}})", R"({"spec":{"enabled":true}})",
                 R"({"spec":{"zone":{"name":"example.org"}}})",
                 R"({"spec":{"certificate":{"source":"Cloudflare","secretRef":null}}})",
                 R"({"spec":{"takeover":"Allow"}})",
                 R"({"spec":{"certificate":{"source":"Custom","secretRef":{"name":"s"}}}})",
                 R"({"spec":{"globalSetting":"Disabled"}})"},
      .json_patches = {R"([{"op":"replace","path":"/spec/takeover","value":"Allow"}])"},
      .strategic = {R"({"spec":{"enabled":false}})"},
      .applied = {valid + R"("secretRef":{"name":"s"}}})", R"("spec":{"takeover":"Allow"})"},
      .statuses = {R"({"status":{"observedGeneration":1}})",
                   R"({"status":{"conditions":[{"type":"Ready","status":"False","reason":"Waiting","message":"m",
          "lastTransitionTime":"2026-01-01T00:00:00Z"}]}})",
                   R"({"status":{"observedGeneration":"one"}})"},
      .selectors = {"metadata.name=a"},
  };
}

}  // namespace

const std::vector<SpokenKind>& spoken_kinds() {
  static const std::vector<SpokenKind> kinds{secrets(), config_maps(), services(), leases(),
                                             slices(),  events(),      widgets(),  origin_pulls()};
  return kinds;
}

}  // namespace originpull::behaviour
