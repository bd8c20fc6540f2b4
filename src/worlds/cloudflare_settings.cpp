// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

net::Served show_zone_level(const SimZone& zone) {
  return success([&](json::Writer& w) { w.begin_object().field("enabled", zone.zone_level).end_object(); });
}

net::Served show_setting(std::string_view name, const SimSetting& setting) {
  return success([&](json::Writer& w) {
    w.begin_object().field("id", name).field("value", setting.value);
    w.field("editable", setting.editable).key("modified_on");
    if (setting.modified_on == Wall{}) {
      w.null();
    } else {
      w.string(format_rfc3339_micros(setting.modified_on));
    }
    w.end_object();
  });
}

net::Served unknown_setting(std::string_view name) {
  return gateway_error(400, {{.code = 1006, .message = "Unrecognized zone setting name: " + std::string(name)}});
}

void write_zone(json::Writer& w, const SimZone& zone) {
  w.begin_object().field("id", zone.id).field("name", zone.name);
  w.field("status", zone.status).field("paused", false).field("type", "full");
  w.key("account")
      .begin_object()
      .field("id", "01a7362d577a6c3019a474fd6f485823")
      .field("name", "Simulated")
      .end_object();
  w.key("plan").begin_object().field("name", "Simulated Plan").end_object().end_object();
}

// A query parameter within bounds; what is out of them or no number is the fallback, as the real API does not promise
// more.
int number(const std::map<std::string, std::string>& query, const std::string& name, int fallback, int low, int high) {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  int value = 0;
  const std::string& text = found->second;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return fallback;
  return std::clamp(value, low, high);
}

}  // namespace

bool is_value_of(std::string_view setting, std::string_view value) {
  constexpr std::array<std::string_view, 5> kSsl = {"off", "flexible", "full", "strict", "origin_pull"};
  if (setting == "ssl") return std::find(kSsl.begin(), kSsl.end(), value) != kSsl.end();
  return setting == "tls_client_auth" && (value == "on" || value == "off");
}

net::Served read_zone_level(const SimZone& zone) { return show_zone_level(zone); }

net::Served put_zone_level(SimZone& zone, std::string_view body) {
  const auto enabled = json::decode(body, [](json::Decoder& d) { return d.need<bool>("enabled"); });
  if (!enabled) return service_error(400, kUnrecordedCode, "enabled must be a boolean");
  zone.zone_level = *enabled;
  return show_zone_level(zone);
}

net::Served read_setting(SimZone& zone, std::string_view name) {
  const SimSetting* setting = zone.setting(name);
  return setting == nullptr ? unknown_setting(name) : show_setting(name, *setting);
}

net::Served patch_setting(SimZone& zone, std::string_view name, std::string_view body, const Moment& now) {
  SimSetting* setting = zone.setting(name);
  if (setting == nullptr) return unknown_setting(name);
  const auto value = json::decode(body, [](json::Decoder& d) { return d.need<std::string>("value"); });
  if (!value || !is_value_of(name, *value)) {
    return gateway_error(400, {{.code = 1007, .message = "Invalid value for zone setting " + std::string(name)}});
  }
  if (!setting->editable) {
    return gateway_error(400, {{.code = 1057, .message = std::string(name) + " cannot be modified for this zone"}});
  }
  setting->value = *value;
  setting->modified_on = now.wall;
  return show_setting(name, *setting);
}

net::Served read_zone(const SimZone& zone) {
  return success([&](json::Writer& w) { write_zone(w, zone); });
}

net::Served list_zones(const CloudflareState& state, const SimToken& token,
                       const std::map<std::string, std::string>& query) {
  const auto wanted = [&](const std::string& key, const std::string& value) {
    const auto found = query.find(key);
    return found == query.end() || found->second == value;
  };
  std::vector<const SimZone*> all;
  for (const auto& [id, zone] : state.zones) {
    if (token.sees(zone) && wanted("name", zone.name) && wanted("status", zone.status)) all.push_back(&zone);
  }
  const int page = number(query, "page", 1, 1, 1'000'000);
  const int per_page = number(query, "per_page", 20, 5, 50);
  const auto first = std::min(all.size(), static_cast<std::size_t>(page - 1) * static_cast<std::size_t>(per_page));
  const auto last = std::min(all.size(), first + static_cast<std::size_t>(per_page));
  return success(
      [&](json::Writer& w) {
        w.begin_array();
        for (std::size_t i = first; i < last; ++i) write_zone(w, *all[i]);
        w.end_array();
      },
      {.page = page,
       .per_page = per_page,
       .count = static_cast<int>(last - first),
       .total = static_cast<int>(all.size())});
}

}  // namespace originpull::worlds
