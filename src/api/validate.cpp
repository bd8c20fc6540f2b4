// SPDX-License-Identifier: Apache-2.0
#include "api/validate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace originpull::api {
namespace {

using nlohmann::json;

enum class Verdict { kKept, kBroken, kNoDuration };

const json kNothing;

const json& part(const json& object, std::string_view name) {
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}
bool has(const json& object, std::string_view name) { return object.is_object() && object.contains(name); }

Verdict kept_if(bool kept) { return kept ? Verdict::kKept : Verdict::kBroken; }

// --- what may not be together ---

Verdict shared_certificate_needs_the_global_setting(const json& spec, const json*) {
  return kept_if(part(part(spec, "certificate"), "source") == "Custom" || part(spec, "globalSetting") == "Enabled");
}

// Whether a trust bundle is this very object.
bool is_bundle(const json& spec, const json& kind, const json& name) {
  const json& bundles = part(part(spec, "origin"), "trustBundles");
  return std::any_of(bundles.begin(), bundles.end(),
                     [&](const json& b) { return part(b, "kind") == kind && part(b, "name") == name; });
}

Verdict no_bundle_is_the_token(const json& spec, const json*) {
  return kept_if(!is_bundle(spec, "Secret", part(part(spec, "apiTokenSecretRef"), "name")));
}

Verdict no_bundle_is_the_certificate(const json& spec, const json*) {
  const json& certificate = part(spec, "certificate");
  return kept_if(!has(certificate, "secretRef") ||
                 !is_bundle(spec, "Secret", part(part(certificate, "secretRef"), "name")));
}

Verdict no_bundle_is_the_ca(const json& spec, const json*) {
  const json& ca = part(part(spec, "certificate"), "caRef");
  return kept_if(ca.is_null() || !is_bundle(spec, part(ca, "kind"), part(ca, "name")));
}

Verdict no_bundle_is_an_additional_ca(const json& spec, const json*) {
  const json& cas = part(part(spec, "origin"), "additionalCAs");
  return kept_if(std::none_of(cas.begin(), cas.end(),
                              [&](const json& ca) { return is_bundle(spec, part(ca, "kind"), part(ca, "name")); }));
}

Verdict name_or_id(const json& zone, const json*) { return kept_if(has(zone, "name") != has(zone, "id")); }

Verdict own_certificate_has_a_secret(const json& certificate, const json*) {
  return kept_if(has(certificate, "secretRef") == (part(certificate, "source") == "Custom"));
}

Verdict only_a_secret_has_a_type(const json& bundle, const json*) {
  return kept_if(part(bundle, "kind") == "Secret" || !has(bundle, "type"));
}

Verdict service_or_host(const json& probe, const json*) { return kept_if(has(probe, "service") != has(probe, "host")); }

// --- what may not change ---

Verdict source_changes_only_while_off(const json& spec, const json* old) {
  const bool off = part(spec, "enabled") == false && part(*old, "enabled") == false;
  return kept_if(part(part(spec, "certificate"), "source") == part(part(*old, "certificate"), "source") || off);
}

Verdict stays(const json& self, const json* old) { return kept_if(self == *old); }

Verdict id_stays(const json& zone, const json* old) { return kept_if(part(zone, "id") == part(*old, "id")); }

// --- how a text is written ---

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view text) {
  const auto fits = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), fits) && text.front() != '-' &&
         text.back() != '-';
}

Verdict is_dns_name(const json& self, const json*) {
  std::string_view rest = self.get_ref<const std::string&>();
  std::size_t labels = 0;
  for (;;) {
    const std::size_t dot = rest.find('.');
    const std::string_view label = rest.substr(0, dot);
    if (!is_label(label)) return Verdict::kBroken;
    ++labels;
    if (dot == std::string_view::npos) return kept_if(labels > 1 && is_lower(label.front()));
    rest.remove_prefix(dot + 1);
  }
}

Verdict is_zone_id(const json& self, const json*) {
  const auto& text = self.get_ref<const std::string&>();
  return kept_if(text.size() == 32 &&
                 std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }));
}

constexpr std::int64_t kBeyondDurations = std::numeric_limits<std::int64_t>::max();

// Nothing: it is not written as a duration. kBeyondDurations: more nanoseconds than CEL can count.
std::optional<std::int64_t> seconds_of(const std::string& text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  std::int64_t total = 0;
  std::int64_t number = -1;
  for (const char c : text) {
    if (is_digit(c)) {
      number = std::min(std::max<std::int64_t>(number, 0) * 10 + (c - '0'), kMost + 1);
      continue;
    }
    const std::int64_t unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3'600 : 0;
    if (unit == 0 || number < 0) return std::nullopt;
    total = std::min(total + std::min(number, kMost) * unit, kMost + 1);
    if (number > kMost) total = kMost + 1;
    number = -1;
  }
  if (text.empty() || number >= 0) return std::nullopt;
  return total > kMost ? kBeyondDurations : total;
}

template <std::int64_t Least, std::int64_t Most>
Verdict is_duration(const json& self, const json*) {
  const auto seconds = seconds_of(self.get_ref<const std::string&>());
  if (seconds == kBeyondDurations) return Verdict::kNoDuration;
  return kept_if(seconds && *seconds >= Least && *seconds <= Most);
}

struct Rule {
  RuleText text;
  Verdict (*check)(const json& self, const json* old);
  bool of_change = false;  // it is about oldSelf, and silent without one
};

constexpr std::int64_t kHour = 3'600;

constexpr std::array kRules = {
    Rule{.text = {.at = "spec",
                  .cel = "self.certificate.source == 'Custom' || self.globalSetting == 'Enabled'",
                  .message = "with certificate.source Cloudflare the zone's global setting is what presents the "
                             "shared certificate: set globalSetting to Enabled or leave it out, and use enabled: "
                             "false to switch off",
                  .field = ".globalSetting"},
         .check = shared_certificate_needs_the_global_setting},
    Rule{.text = {.at = "spec",
                  .cel = "self.certificate.source == oldSelf.certificate.source || (!self.enabled && "
                         "!oldSelf.enabled)",
                  .message = "certificate.source can only be changed while the zone is switched off: apply enabled: "
                             "false first, then the new source, then enabled: true",
                  .field = ".certificate.source"},
         .check = source_changes_only_while_off,
         .of_change = true},
    Rule{.text = {.at = "spec",
                  .cel = "!has(self.origin) || !has(self.origin.trustBundles) || self.origin.trustBundles.all(b, "
                         "b.kind != 'Secret' || b.name != self.apiTokenSecretRef.name)",
                  .message = "a trust bundle must not be the Secret of the API token (apiTokenSecretRef), which would "
                             "be overwritten: give the bundle a name of its own",
                  .field = ".origin.trustBundles"},
         .check = no_bundle_is_the_token},
    Rule{.text = {.at = "spec",
                  .cel = "!has(self.origin) || !has(self.origin.trustBundles) || !has(self.certificate.secretRef) "
                         "|| self.origin.trustBundles.all(b, b.kind != 'Secret' || b.name != "
                         "self.certificate.secretRef.name)",
                  .message = "a trust bundle must not be the Secret of the client certificate "
                             "(certificate.secretRef), which would be overwritten: give the bundle a name of its own",
                  .field = ".origin.trustBundles"},
         .check = no_bundle_is_the_certificate},
    Rule{.text = {.at = "spec",
                  .cel = "!has(self.origin) || !has(self.origin.trustBundles) || !has(self.certificate.caRef) || "
                         "self.origin.trustBundles.all(b, b.kind != self.certificate.caRef.kind || b.name != "
                         "self.certificate.caRef.name)",
                  .message = "a trust bundle must not be the object that certificate.caRef reads, or it would feed on "
                             "itself: give the bundle a name of its own",
                  .field = ".origin.trustBundles"},
         .check = no_bundle_is_the_ca},
    Rule{.text = {.at = "spec",
                  .cel = "!has(self.origin) || !has(self.origin.trustBundles) || !has(self.origin.additionalCAs) "
                         "|| self.origin.trustBundles.all(b, self.origin.additionalCAs.all(a, a.kind != b.kind || "
                         "a.name != b.name))",
                  .message = "a trust bundle must not be an object that origin.additionalCAs reads, or it would feed "
                             "on itself: give the bundle a name of its own",
                  .field = ".origin.trustBundles"},
         .check = no_bundle_is_an_additional_ca},
    Rule{.text = {.at = "spec.zone",
                  .cel = "has(self.name) != has(self.id)",
                  .message = "give exactly one of zone.name and zone.id",
                  .field = ""},
         .check = name_or_id},
    Rule{.text = {.at = "spec.zone",
                  .cel = "self == oldSelf",
                  .message = "the zone cannot be changed: create another OriginPullConfig for the other zone, then "
                             "delete this one",
                  .field = ""},
         .check = stays,
         .of_change = true},
    Rule{.text = {.at = "spec.zone.name",
                  .cel = ""
                         "self.matches(r'^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$')",
                  .message = "write the zone's DNS name in lower case without a final dot, such as example.com (names "
                             "in other alphabets in their xn-- form)",
                  .field = ""},
         .check = is_dns_name},
    Rule{.text = {.at = "spec.zone.id",
                  .cel = "self.matches(r'^[0-9a-f]{32}$')",
                  .message = "copy the Zone ID from the zone's Overview page, 32 hexadecimal digits in lower case",
                  .field = ""},
         .check = is_zone_id},
    Rule{.text = {.at = "spec.certificate",
                  .cel = "has(self.secretRef) == (self.source == 'Custom')",
                  .message = "certificate.secretRef names the Secret of your own certificate: set it when source is "
                             "Custom (the default), remove it when source is Cloudflare",
                  .field = ""},
         .check = own_certificate_has_a_secret},
    Rule{.text = {.at = "spec.origin.trustBundles[]",
                  .cel = "self.kind == 'Secret' || !has(self.type)",
                  .message = "only a Secret has a type, remove it from a trust bundle of kind ConfigMap",
                  .field = ".type"},
         .check = only_a_secret_has_a_type},
    Rule{.text = {.at = "spec.origin.probes[]",
                  .cel = "has(self.service) != has(self.host)",
                  .message = "give a probe exactly one of service (in this namespace) and host (name and port)",
                  .field = ""},
         .check = service_or_host},
    Rule{.text = {.at = "spec.rotation.trustPropagation",
                  .cel = "self.matches(r'^([0-9]+(s|m|h))+$') && duration(self) >= duration('0s') && "
                         "duration(self) <= duration('24h')",
                  .message = "rotation.trustPropagation must be from 0s to 24h, written like 90s, 5m or 1h30m",
                  .field = ""},
         .check = is_duration<0, 24 * kHour>},
    Rule{.text = {.at = "spec.rotation.soak",
                  .cel = "self.matches(r'^([0-9]+(s|m|h))+$') && duration(self) >= duration('0s') && "
                         "duration(self) <= duration('720h')",
                  .message = "rotation.soak must be from 0s to 720h, written like 0s, 10m or 48h",
                  .field = ""},
         .check = is_duration<0, 720 * kHour>},
    Rule{.text = {.at = "spec.interval",
                  .cel = "self.matches(r'^([0-9]+(s|m|h))+$') && duration(self) >= duration('1m') && "
                         "duration(self) <= duration('24h')",
                  .message = "interval must be from 1m to 24h, written like 90s, 10m or 1h30m",
                  .field = ""},
         .check = is_duration<60, 24 * kHour>},
    Rule{.text = {.at = "status.zone",
                  .cel = "self.id == oldSelf.id",
                  .message = "the pinned zone id cannot be changed, delete and create the resource to manage another "
                             "zone",
                  .field = ""},
         .check = id_stays,
         .of_change = true},
    Rule{.text = {.at = "status.original.zoneLevel",
                  .cel = "self == oldSelf",
                  .message = "status.original.zoneLevel is recorded before the first change and stays as it is",
                  .field = ""},
         .check = stays,
         .of_change = true},
    Rule{.text = {.at = "status.original.globalSetting",
                  .cel = "self == oldSelf",
                  .message = "status.original.globalSetting is recorded before the first change and stays as it is",
                  .field = ""},
         .check = stays,
         .of_change = true},
};

constexpr auto kTexts = [] {
  std::array<RuleText, kRules.size()> texts{};
  for (std::size_t i = 0; i < kRules.size(); ++i) texts[i] = kRules[i].text;
  return texts;
}();

// Walks to the places that a rule is about, in the resource and in the one before.
class Visit {
 public:
  explicit Visit(const Rule& rule, std::vector<RuleFault>& faults) : rule_(rule), faults_(faults) {}

  // `rest` is what is left of the rule's way from here.
  void go(const json& self, const json* old, std::string_view rest, const std::string& path) {
    if (rest.empty()) return judge(self, old, path);
    if (rest.starts_with("[]")) return each(self, old, path);
    if (rest.starts_with('.')) rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
    const std::string name(rest.substr(0, end));
    if (!has(self, name)) return;
    const json* before = old != nullptr && has(*old, name) ? &(*old)[name] : nullptr;
    go(self[name], before, rest.substr(end), path.empty() ? name : path + "." + name);
  }

 private:
  // Bundles are told apart by kind and name, probes by name.
  void each(const json& list, const json* old, const std::string& path) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const json* before = nullptr;
      if (old != nullptr)
        for (const json& one : *old)
          if (part(one, "name") == part(list[i], "name") && part(one, "kind") == part(list[i], "kind")) before = &one;
      judge(list[i], before, path + "[" + std::to_string(i) + "]");
    }
  }

  void judge(const json& self, const json* old, const std::string& path) {
    if (self.is_null() || (rule_.of_change && old == nullptr)) return;
    if (!rule_.of_change && old != nullptr && *old == self) return;
    const Verdict verdict = rule_.check(self, old);
    if (verdict == Verdict::kKept) return;
    RuleFault fault{.field = path + std::string(rule_.text.field),
                    .shown = self.is_structured() ? std::string() : self.dump(),
                    .message = std::string(rule_.text.message)};
    if (verdict == Verdict::kNoDuration) {
      fault.shown = "\"string\"";
      fault.message =
          "type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: " + fault.message;
    }
    faults_.push_back(std::move(fault));
  }

  const Rule& rule_;
  std::vector<RuleFault>& faults_;
};

}  // namespace

std::span<const RuleText> rule_texts() { return kTexts; }

std::vector<RuleFault> validate(const json& resource, const json* old) {
  std::vector<RuleFault> faults;
  for (const Rule& rule : kRules) Visit(rule, faults).go(resource, old, rule.text.at, "");
  return faults;
}

}  // namespace originpull::api
