// SPDX-License-Identifier: Apache-2.0
#include "api/encode.hpp"

#include <span>
#include <string>
#include <vector>

#include "base/rfc3339.hpp"

namespace originpull::api {
namespace {

using json::Writer;

void write_text(Writer& w, std::string_view key, const std::string& text) {
  if (!text.empty()) w.field(key, text);
}

void write_texts(Writer& w, std::string_view key, const std::vector<std::string>& texts) {
  if (!texts.empty()) w.field(key, std::span<const std::string>(texts));
}

void write_time(Writer& w, std::string_view key, const std::optional<Wall>& time) {
  if (time) w.field(key, format_rfc3339(*time));
}

void write_switch(Writer& w, std::string_view key, const std::optional<bool>& on) {
  if (on) w.field(key, *on ? "Enabled" : "Disabled");
}

template <class T, class F>
void write_list(Writer& w, std::string_view key, const std::vector<T>& items, F write) {
  if (items.empty()) return;
  w.key(key).begin_array();
  for (const T& item : items) {
    w.begin_object();
    write(w, item);
    w.end_object();
  }
  w.end_array();
}

void write_record(Writer& w, const CertificateRecord& record) {
  w.field("fingerprintSHA256", record.fingerprint);
  write_text(w, "id", record.id);
  w.field("role", to_string(record.role)).field("intent", to_string(record.intent));
  write_time(w, "intentSince", record.intent_since);
  write_text(w, "state", record.state);
  w.field("adopted", record.adopted);
  write_time(w, "notAfter", record.not_after);
  write_time(w, "activeSince", record.active_since);
  write_texts(w, "anchors", record.anchors);
}

void write_anchor(Writer& w, const AnchorRecord& anchor) {
  w.field("sha256", anchor.sha256);
  write_time(w, "notAfter", anchor.not_after);
  write_text(w, "pem", anchor.pem);
}

void write_condition(Writer& w, const Condition& condition) {
  w.field("type", condition.type).field("status", to_string(condition.status));
  w.field("observedGeneration", condition.observed_generation);
  w.field("lastTransitionTime", format_rfc3339(condition.last_transition));
  w.field("reason", condition.reason).field("message", condition.message);
}

void write_settings(Writer& w, const Settings& settings) {
  if (settings == Settings{}) return;
  w.key("settings").begin_object().maybe("zoneLevel", settings.zone_level);
  write_switch(w, "globalSetting", settings.global_setting);
  write_text(w, "encryptionMode", settings.encryption_mode);
  w.end_object();
}

void write_original(Writer& w, const Original& original) {
  w.key("original").begin_object().maybe("zoneLevel", original.zone_level);
  write_switch(w, "globalSetting", original.global_setting);
  w.end_object();
}

}  // namespace

void encode_status(Writer& w, const Status& status) {
  w.begin_object().field("observedGeneration", status.observed_generation);
  write_text(w, "lastHandledReconcileAt", status.last_handled_reconcile_at);
  if (const auto& zone = status.ledger.zone) {
    w.key("zone").begin_object().field("id", zone->id);
    write_text(w, "name", zone->name);
    w.end_object();
  }
  write_list(w, "certificates", status.ledger.certificates, write_record);
  write_list(w, "anchors", status.ledger.anchors, write_anchor);
  write_settings(w, status.settings);
  if (status.ledger.original) write_original(w, *status.ledger.original);
  write_texts(w, "plan", status.plan);
  write_list(w, "conditions", status.conditions, write_condition);
  w.end_object();
}

}  // namespace originpull::api
