// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_zones.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "base/rfc3339.hpp"
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

using Query = std::map<std::string, std::string>;
constexpr std::string_view kAccountName = "Simulated";

// "#ssl:edit", as a zone tells what the caller may do with it.
std::vector<std::string> permissions_of(const SimToken& token) {
  std::vector<std::string> all;
  for (const std::string& one : token.permissions) {
    const std::size_t dash = one.rfind('-');
    const std::string what = one.substr(0, dash) == "settings" ? "zone_settings" : one.substr(0, dash);
    all.push_back("#" + what + ":" + (one.substr(dash + 1) == "write" ? "edit" : "read"));
  }
  return all;
}

void write_zone(json::Writer& w, const SimZone& zone, const SimToken& token) {
  w.begin_object().field("id", zone.id).field("name", zone.name);
  w.field("status", zone.status).field("paused", false).field("type", "full").field("development_mode", 0);
  const std::vector<std::string> servers = {"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"};
  w.field("name_servers", servers).key("original_name_servers").null();
  w.key("original_registrar").null().key("original_dnshost").null();
  const std::string created = format_rfc3339_micros(zone.created_on);
  w.field("created_on", created).field("modified_on", created).field("activated_on", created);
  w.key("vanity_name_servers").begin_array().end_array();
  w.key("meta").begin_object().field("custom_certificate_quota", 0).field("page_rule_quota", 3);
  w.field("phishing_detected", false).end_object();
  w.key("owner").begin_object().field("id", zone.account).field("type", "user").key("email").null().end_object();
  w.key("account").begin_object().field("id", zone.account).field("name", kAccountName).end_object();
  w.key("tenant").begin_object().key("id").null().key("name").null().end_object();
  w.key("tenant_unit").begin_object().key("id").null().end_object();
  w.field("permissions", permissions_of(token));
  w.key("plan").begin_object().field("id", "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee").field("name", "Simulated Plan");
  w.field("price", 0).field("currency", "USD").field("frequency", "").field("is_subscribed", false);
  w.field("can_subscribe", false).field("legacy_id", "free").end_object().end_object();
}

// A number within bounds; what is no number is the fallback.
int number(const Query& query, const std::string& name, int fallback, int low, int high) {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  int value = 0;
  const std::string& text = found->second;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return fallback;
  return std::clamp(value, low, high);
}

const std::string& said(const Query& query, const std::string& name) {
  static const std::string nothing;
  const auto found = query.find(name);
  return found == query.end() ? nothing : found->second;
}

// "example.com", or with one of the prefixes of the API: "starts_with:exam".
bool text_matches(std::string_view wanted, std::string_view text) {
  using Judge = bool (*)(std::string_view, std::string_view);
  static constexpr std::array<std::pair<std::string_view, Judge>, 5> kPrefixes = {{
      {"equal:", [](std::string_view a, std::string_view b) { return a == b; }},
      {"not_equal:", [](std::string_view a, std::string_view b) { return a != b; }},
      {"starts_with:", [](std::string_view a, std::string_view b) { return b.starts_with(a); }},
      {"ends_with:", [](std::string_view a, std::string_view b) { return b.ends_with(a); }},
      {"contains:", [](std::string_view a, std::string_view b) { return b.find(a) != std::string_view::npos; }},
  }};
  for (const auto& [prefix, judge] : kPrefixes) {
    if (wanted.starts_with(prefix)) return judge(wanted.substr(prefix.size()), text);
  }
  return wanted == text;
}

using Filter = std::function<bool(const SimZone&)>;

std::vector<Filter> filters(const CloudflareModes& modes, const Query& query) {
  std::vector<Filter> all;
  const auto add = [&](const std::string& key, auto judge) {
    if (const std::string& wanted = said(query, key); !wanted.empty()) {
      all.push_back([wanted, judge](const SimZone& zone) { return judge(wanted, zone); });
    }
  };
  const bool exact = modes.keeps(Behaviour::kZonesByName);
  add("name", [exact](const std::string& wanted, const SimZone& zone) {
    return exact ? text_matches(wanted, zone.name) : zone.name.find(wanted) != std::string::npos;
  });
  add("status", [](const std::string& wanted, const SimZone& zone) { return wanted == zone.status; });
  add("account.id", [](const std::string& wanted, const SimZone& zone) { return wanted == zone.account; });
  add("account.name", [](const std::string& wanted, const SimZone&) { return text_matches(wanted, kAccountName); });
  return all;
}

std::vector<const SimZone*> found_zones(CloudflareState& state, const SimToken& token, const Query& query) {
  std::vector<const SimZone*> found;
  const std::vector<Filter> wanted = filters(state.modes, query);
  const bool any = said(query, "match") == "any" && !wanted.empty();
  const auto is_wanted = [&](const SimZone& zone) {
    const auto judge = [&](const Filter& filter) { return filter(zone); };
    return any ? std::any_of(wanted.begin(), wanted.end(), judge) : std::all_of(wanted.begin(), wanted.end(), judge);
  };
  const std::string& name = said(query, "name");
  if (!any && !name.empty() && name.find(':') == std::string::npos && state.modes.keeps(Behaviour::kZonesByName)) {
    for (const SimZone* zone : state.zones_named(name)) {
      if (token.sees(*zone) && is_wanted(*zone)) found.push_back(zone);
    }
    return found;
  }
  for (const auto& [id, zone] : state.zones) {
    if (token.sees(zone) && is_wanted(zone)) found.push_back(&zone);
  }
  return found;
}

void put_in_order(std::vector<const SimZone*>& zones, const Query& query) {
  const std::string& order = said(query, "order");
  const auto key = [&](const SimZone& zone) -> const std::string& {
    if (order == "status") return zone.status;
    return order == "account.id" || order == "account.name" ? zone.account : zone.name;
  };
  const bool down = said(query, "direction") == "desc";
  std::sort(zones.begin(), zones.end(), [&](const SimZone* a, const SimZone* b) {
    const int compared = key(*a).compare(key(*b));
    if (compared != 0) return down ? compared > 0 : compared < 0;
    return a->name != b->name ? a->name < b->name : a->id < b->id;
  });
}

}  // namespace

net::Served read_zone(const SimZone& zone, const SimToken& token) {
  return success([&](json::Writer& w) { write_zone(w, zone, token); });
}

net::Served list_zones(CloudflareState& state, const SimToken& token, const Query& query) {
  std::vector<const SimZone*> all = found_zones(state, token, query);
  put_in_order(all, query);
  const int page = number(query, "page", 1, 1, 1'000'000);
  const int per_page = number(query, "per_page", 20, 5, 50);
  const auto first = std::min(all.size(), static_cast<std::size_t>(page - 1) * static_cast<std::size_t>(per_page));
  const auto last = std::min(all.size(), first + static_cast<std::size_t>(per_page));
  return success(
      [&](json::Writer& w) {
        w.begin_array();
        for (std::size_t i = first; i < last; ++i) write_zone(w, *all[i], token);
        w.end_array();
      },
      {.page = page,
       .per_page = per_page,
       .count = static_cast<int>(last - first),
       .total = static_cast<int>(all.size())});
}

}  // namespace originpull::worlds
