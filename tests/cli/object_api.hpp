// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ObjectApi` is the little of a Kubernetes API that applying manifests needs: discovery of a few kinds, objects by
// path, create, merge patch, delete. The one idea is that tests of the manifests' way into an API do not depend on how
// true the simulated one is. It writes down what was asked. Owned by one thread; what it does not know is answered 404,
// what a test forbids 422.
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "net/server.hpp"

namespace originpull::cli {

struct ObjectApi {
  std::map<std::string, nlohmann::json> objects;  // by path
  std::vector<std::string> writes;                // "POST /api/v1/namespaces/n/secrets"
  std::set<std::string> forbidden;                // names that are refused
  bool knows_widgets = true;

  net::Handler handler() {
    return [this](const net::ServedRequest& request) { return answer(request); };
  }

  net::Served answer(const net::ServedRequest& request) {
    using nlohmann::json;
    const std::string& target = request.target;
    if (target == "/api/v1") return discovery({{"namespaces", "Namespace", false}, {"secrets", "Secret", true}});
    if (target == "/apis/example.com/v1" && knows_widgets) return discovery({{"widgets", "Widget", true}});
    if (request.method == "GET")
      return objects.contains(target) ? net::Served{.body = objects[target].dump()} : refusal(404, "not found");
    writes.push_back(request.method + " " + target);
    if (request.method == "DELETE") {
      return objects.erase(target) > 0 ? net::Served{.body = "{}"} : refusal(404, "not found");
    }
    const json body = json::parse(request.body);
    std::string path = target;
    if (request.method == "POST") path += "/" + body["metadata"].value("name", "");
    if (forbidden.contains(path.substr(path.rfind('/') + 1))) return refusal(422, "spec.size: must be small");
    if (request.method == "POST" && objects.contains(path)) return refusal(409, "already exists");
    if (request.method == "PATCH" && !objects.contains(path)) return refusal(404, "not found");
    if (request.method == "PATCH" && request.header("Content-Type") != "application/merge-patch+json")
      return refusal(415, "a merge patch, please");
    if (request.method == "PATCH") {
      objects[path].merge_patch(body);
    } else {
      objects[path] = body;
    }
    return {.status = request.method == "POST" ? 201 : 200, .body = objects[path].dump()};
  }

 private:
  struct Served {
    std::string plural;
    std::string kind;
    bool namespaced;
  };
  static net::Served discovery(const std::vector<Served>& kinds) {
    nlohmann::json list{{"kind", "APIResourceList"}, {"resources", nlohmann::json::array()}};
    for (const Served& one : kinds) {
      list["resources"].push_back({{"name", one.plural}, {"kind", one.kind}, {"namespaced", one.namespaced}});
      list["resources"].push_back({{"name", one.plural + "/status"}, {"kind", one.kind}, {"namespaced", true}});
    }
    return {.body = list.dump()};
  }
  static net::Served refusal(int code, const std::string& message) {
    return {.status = code, .body = nlohmann::json{{"kind", "Status"}, {"message", message}}.dump()};
  }
};

}  // namespace originpull::cli
