// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_hostnames.hpp"

#include <algorithm>
#include <set>

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "worlds/cloudflare_answer.hpp"
#include "worlds/cloudflare_certificates.hpp"

namespace originpull::worlds {
namespace {

struct Wish {
  std::string host;
  std::string certificate_id;
  std::optional<bool> enabled;  // empty: void it
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

void write_association(json::Writer& w, const CloudflareModes& modes, const SimZone& zone, const std::string& host,
                       const SimAssociation& one) {
  w.begin_object().field("hostname", host).field("cert_id", one.certificate_id).key("enabled");
  if (one.enabled) {
    w.boolean(*one.enabled);
  } else {
    w.null();
  }
  w.field("status", one.status).field("created_at", format_rfc3339_micros(one.created_at));
  w.field("updated_at", format_rfc3339_micros(one.updated_at));
  const auto of = std::find_if(zone.host_certificates.begin(), zone.host_certificates.end(),
                               [&](const SimCertificate& each) { return each.id == one.certificate_id; });
  if (of != zone.host_certificates.end()) {
    w.field("cert_status", of->status).field("cert_uploaded_on", format_rfc3339_micros(of->uploaded_on));
    w.field("cert_updated_at", format_rfc3339_micros(of->updated_at)).field("certificate", of->leaf->pem);
    write_leaf(w, modes, *of->leaf);
    w.field("serial_number", of->leaf->serial);
  }
  w.end_object();
}

std::optional<std::vector<Wish>> read_wishes(std::string_view body) {
  auto wishes = json::decode(body, [](json::Decoder& d) {
    std::vector<Wish> all;
    if (!d.is_array("config")) d.reject("config", "expected an array");
    d.each("config", [&](json::Decoder& one) {
      all.push_back({.host = lower(one.want<std::string>("hostname")),
                     .certificate_id = one.want<std::string>("cert_id"),
                     .enabled = one.want<std::optional<bool>>("enabled")});
    });
    return all;
  });
  if (!wishes) return std::nullopt;
  return std::move(*wishes);
}

// How many hostnames the certificate would have.
std::size_t hosts_after(const SimZone& zone, const std::vector<Wish>& wishes, const std::string& certificate_id) {
  std::set<std::string_view> hosts;
  for (const auto& [host, one] : zone.associations) {
    if (one.certificate_id == certificate_id) hosts.insert(host);
  }
  for (const Wish& wish : wishes) {
    if (wish.enabled && wish.certificate_id == certificate_id) {
      hosts.insert(wish.host);
    } else {
      hosts.erase(wish.host);
    }
  }
  return hosts.size();
}

std::optional<net::Served> refusal(const CloudflareModes& modes, SimZone& zone, const std::vector<Wish>& wishes) {
  for (const Wish& wish : wishes) {
    if (wish.host.empty()) return service_error(400, kUnrecordedCode, "missing hostname");
    if (wish.certificate_id.empty()) return hostname_error(modes, 400, 1404, "Certificate ID required");
    const SimCertificate* one = zone.host_certificate(wish.certificate_id);
    if (one == nullptr || is_tombstone(*one)) {
      return hostname_error(modes, 400, 1415,
                            "Certificate ID in request is either invalid or the certificate has been deleted");
    }
    if (modes.keeps(Behaviour::kHostnameLimits) && wish.enabled &&
        hosts_after(zone, wishes, wish.certificate_id) > kMostAssociations) {
      return service_error(400, modes.quota_code, "The certificate has as many hostnames as it may have.");
    }
  }
  return std::nullopt;
}

void apply(const CloudflareModes& modes, SimZone& zone, const Wish& wish, const Moment& now) {
  const auto known = zone.associations.find(wish.host);
  if (known == zone.associations.end() && !wish.enabled) return;  // nothing to void
  if (known != zone.associations.end() && known->second.enabled == wish.enabled &&
      (known->second.certificate_id == wish.certificate_id || !wish.enabled)) {
    return;  // as it is
  }
  SimAssociation& one = zone.associations[wish.host];
  if (one.status.empty()) one.created_at = now.wall;
  if (wish.enabled) one.certificate_id = wish.certificate_id;
  one.enabled = wish.enabled;
  one.updated_at = now.wall;
  one.status = wish.enabled ? "pending_deployment" : "pending_deletion";
  one.steps = {wish.enabled ? SimStep{.at = after(now, modes.association_delay), .status = "active"}
                            : SimStep{.at = after(now, modes.void_delay), .status = "deleted"}};
}

void write_wished(json::Writer& w, const CloudflareModes& modes, const SimZone& zone, const Wish& wish,
                  const Moment& now) {
  const auto found = zone.associations.find(wish.host);
  const SimAssociation gone{
      .certificate_id = wish.certificate_id, .status = "deleted", .created_at = now.wall, .updated_at = now.wall};
  write_association(w, modes, zone, wish.host, found == zone.associations.end() ? gone : found->second);
}

}  // namespace

net::Served read_association(const CloudflareModes& modes, const SimZone& zone, std::string_view host) {
  const auto found = zone.associations.find(lower(std::string(host)));
  if (found == zone.associations.end()) {
    return hostname_error(modes, 404, 1553, "Authenticated Origin Pull setting for this hostname not found");
  }
  return success([&](json::Writer& w) { write_association(w, modes, zone, found->first, found->second); });
}

net::Served put_associations(const CloudflareModes& modes, SimZone& zone, std::string_view body, const Moment& now) {
  const auto wishes = read_wishes(body);
  if (!wishes || wishes->empty()) {
    return service_error(400, kUnrecordedCode, "config must be an array of hostname, cert_id and enabled");
  }
  if (auto refused = refusal(modes, zone, *wishes)) return std::move(*refused);
  const bool upsert = modes.keeps(Behaviour::kHostnameUpsert);
  if (!upsert) zone.associations.clear();
  for (const Wish& wish : *wishes) apply(modes, zone, wish, now);
  return success([&](json::Writer& w) {
    if (!upsert) {
      write_wished(w, modes, zone, wishes->front(), now);
      return;
    }
    w.begin_array();
    for (const Wish& wish : *wishes) write_wished(w, modes, zone, wish, now);
    w.end_array();
  });
}

}  // namespace originpull::worlds
