// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_settings.hpp"

#include <algorithm>
#include <array>

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

net::Served show_zone_level(bool enabled) {
  return success([&](json::Writer& w) { w.begin_object().field("enabled", enabled).end_object(); });
}

net::Served show_setting(const CloudflareModes& modes, std::string_view name, const SimSetting& setting) {
  const bool is_partial = name == "ssl" && !modes.keeps(Behaviour::kSslSetting);
  return success([&](json::Writer& w) {
    w.begin_object().field("id", name).field("value", setting.value);
    w.field("editable", setting.editable).key("modified_on");
    if (setting.modified_on == Wall{} || is_partial) {
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

}  // namespace

bool is_value_of(std::string_view setting, std::string_view value) {
  constexpr std::array<std::string_view, 5> kSsl = {"off", "flexible", "full", "strict", "origin_pull"};
  if (setting == "ssl") return std::find(kSsl.begin(), kSsl.end(), value) != kSsl.end();
  return setting == "tls_client_auth" && (value == "on" || value == "off");
}

net::Served read_zone_level(const CloudflareModes& modes, const SimZone& zone) {
  return show_zone_level(zone.zone_level || (!zone.zone_level_touched && !modes.keeps(Behaviour::kUntouchedZoneIsOff)));
}

net::Served put_zone_level(const CloudflareModes& modes, SimZone& zone, std::string_view body) {
  const auto enabled = json::decode(body, [](json::Decoder& d) { return d.need<bool>("enabled"); });
  if (!enabled && modes.keeps(Behaviour::kSwitchNeedsABoolean)) {
    return service_error(400, kUnrecordedCode, "enabled must be a boolean");
  }
  const bool has_any = std::any_of(zone.certificates.begin(), zone.certificates.end(),
                                   [](const SimCertificate& one) { return !is_tombstone(one); });
  if (enabled && *enabled && !has_any && !modes.keeps(Behaviour::kSwitchBeforeCertificates)) {
    return service_error(400, kUnrecordedCode, "the zone has no certificate");
  }
  if (enabled) zone.zone_level = *enabled;
  zone.zone_level_touched = true;
  return show_zone_level(zone.zone_level);
}

net::Served read_setting(const CloudflareModes& modes, SimZone& zone, std::string_view name) {
  const SimSetting* setting = zone.setting(name);
  return setting == nullptr ? unknown_setting(name) : show_setting(modes, name, *setting);
}

net::Served patch_setting(const CloudflareModes& modes, SimZone& zone, std::string_view name, std::string_view body,
                          const Moment& now) {
  SimSetting* setting = zone.setting(name);
  if (setting == nullptr) return unknown_setting(name);
  const auto value = json::decode(body, [](json::Decoder& d) { return d.need<std::string>("value"); });
  if (!value || !is_value_of(name, *value)) {
    if (!modes.keeps(Behaviour::kBadSettingIsRefused)) return show_setting(modes, name, *setting);
    return gateway_error(400, {{.code = 1007, .message = "Invalid value for zone setting " + std::string(name)}});
  }
  const bool is_enterprise = *value == "origin_pull";
  const bool forbidden = (!setting->editable && modes.keeps(Behaviour::kUneditableSetting)) ||
                         (is_enterprise && !modes.keeps(Behaviour::kSslSetting));
  if (forbidden) {
    return gateway_error(400, {{.code = 1057, .message = std::string(name) + " cannot be modified for this zone"}});
  }
  setting->value = *value;
  setting->modified_on = now.wall;
  if (name == "tls_client_auth" && !modes.keeps(Behaviour::kSwitchesAreIndependent)) zone.zone_level = *value == "on";
  return show_setting(modes, name, *setting);
}

}  // namespace originpull::worlds
