// SPDX-License-Identifier: Apache-2.0
#include "cli/edge_control.hpp"

#include "json/decoder.hpp"
#include "json/writer.hpp"

namespace originpull::cli {
namespace {

net::Served refused(const Error& error) {
  return {.status = 400, .body = json::Writer().begin_object().field("error", describe(error)).end_object().take()};
}

net::Served show(const Edge& edge, const std::string& shared_ca) {
  const Edge::Habits habits = edge.habits();
  json::Writer w;
  w.begin_object().field("address", edge.address()).field("nodes", std::int64_t{edge.nodes()});
  w.field("pool", to_string(habits.pooling)).field("refusedStatus", habits.refused_status);
  w.field("sharedCa", shared_ca);
  worlds::write_edge_counts(w, edge.counts());
  return {.body = w.end_object().take()};
}

Edge::Habits changed(const Edge::Habits& before, json::Decoder& d) {
  Edge::Habits habits = before;
  if (d.has("pool")) {
    const auto pooling = edge_pooling(d.need<std::string>("pool"));
    if (!pooling) d.reject("pool", "is off, identity or origin");
    habits.pooling = pooling.value_or(habits.pooling);
  }
  if (d.has("refusedStatus")) {
    const auto status = d.need<std::int64_t>("refusedStatus");
    if (status < 500 || status > 599) d.reject("refusedStatus", "is a status from 500 to 599");
    habits.refused_status = static_cast<int>(status);
  }
  return habits;
}

}  // namespace

net::Served control_edge(Edge& edge, const std::string& shared_ca, const net::ServedRequest& request) {
  if (request.method == "DELETE") {
    edge.forget_counts();
    return {.body = "{}"};
  }
  if (request.method == "PATCH" || request.method == "POST") {
    const Edge::Habits before = edge.habits();
    const auto habits =
        json::decode(request.body, [&](json::Decoder& d) { return changed(before, d); }, {}, ErrorKind::kInvalid);
    if (!habits) return refused(habits.error());
    edge.change(*habits);
  }
  return show(edge, shared_ca);
}

}  // namespace originpull::cli
