// SPDX-License-Identifier: Apache-2.0
#include "plan/ledger_edits.hpp"

#include <algorithm>

#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::CertificateRecord;
using api::Intent;
using api::Ledger;
using api::Role;

// Announcements round down and the begin of a soak rounds up: neither the time in which a request may go out nor a soak
// is ever taken for longer than it is.
Wall whole_seconds(Wall t) { return std::chrono::floor<std::chrono::seconds>(t); }
Wall next_whole_second(Wall t) { return std::chrono::ceil<std::chrono::seconds>(t); }

constexpr std::size_t kMaxAnchors = 8;  // the schema's bounds (product.md section 3)
constexpr std::size_t kLargestAnchor = 8192;
constexpr std::size_t kLongestWord = 64;

const Certificate* find_certificate(const Observed& o, const CertificateRecord& record) {
  const Certificate* best = nullptr;
  for (const Certificate& c : *seen(o.certificates)) {
    if (c.leaf != record.fingerprint) continue;
    if (!best || best->deployment == Deployment::kDeleted ||
        (c.deployment != Deployment::kDeleted && is_newer(c, *best)))
      best = &c;
  }
  return best;
}

// Nothing at Cloudflare bears this record's name any more, and nothing can still arrive.
bool is_gone(const Observed& o, const CertificateRecord& record) {
  const Certificate* c = find_certificate(o, record);
  if (c && c->deployment != Deployment::kDeleted) return false;
  // A tombstone says nothing of an upload that was announced after it.
  if (record.intent != Intent::kUpload) return true;
  return !record.intent_since || o.now >= *record.intent_since + kUnseenUploadLives;
}

// R8: before the first enablement a foreign certificate keeps ours from being presented, even one that was uploaded
// between our look and our upload. `active_since` begins the soak, and says from then on that we were enabled.
bool may_be_presented(const Observed& o, const View& view) {
  if (view.foreign.empty() || o.resource.spec.takeover == api::Takeover::kAllow) return true;
  const bool* on = seen(o.zone_level);
  const auto& records = o.resource.status.ledger.certificates;
  return (on && *on) || std::any_of(records.begin(), records.end(),
                                    [](const CertificateRecord& r) { return r.active_since.has_value(); });
}

void set_roles(Ledger& ledger, const api::Fingerprint& desired) {
  for (CertificateRecord& r : ledger.certificates)
    r.role = r.fingerprint == desired ? Role::kDesired : Role::kSuperseded;
}

void drop_what_is_gone(const Observed& o, Ledger& ledger) {
  std::erase_if(ledger.certificates,
                [&](const CertificateRecord& r) { return r.role == Role::kSuperseded && is_gone(o, r); });
}

// The anchors that the records name, from the pair and from what was recorded before.
void gather_anchors(const Observed& o, Ledger& ledger) {
  std::vector<api::AnchorRecord> known = ledger.anchors;
  if (const Pair* pair = seen(o.pair)) known.insert(known.end(), pair->anchors.begin(), pair->anchors.end());
  std::vector<api::AnchorRecord> needed;
  for (const CertificateRecord& r : ledger.certificates) {
    for (const api::Fingerprint& name : r.anchors) {
      if (needed.size() == kMaxAnchors) break;
      const auto has_name = [&](const api::AnchorRecord& a) { return a.sha256 == name; };
      if (std::any_of(needed.begin(), needed.end(), has_name)) continue;
      const auto it = std::find_if(known.begin(), known.end(), has_name);
      if (it != known.end() && it->pem.size() <= kLargestAnchor) needed.push_back(*it);
    }
  }
  ledger.anchors = std::move(needed);
}

CertificateRecord& record_of(Ledger& ledger, const api::Fingerprint& leaf) {
  if (CertificateRecord* r = ledger.find(leaf)) return *r;
  return ledger.certificates.emplace_back(CertificateRecord{.fingerprint = leaf});
}

// The ledger in which the pair's leaf is the desired one, recorded anew by `edit`.
template <class Edit>
Ledger with_desired(const Observed& o, Intent intent, Edit edit) {
  Ledger ledger = opened_ledger(o);
  const Pair& pair = *seen(o.pair);
  CertificateRecord& record = record_of(ledger, pair.leaf);
  edit(record);
  record.intent = intent;
  record.intent_since = whole_seconds(o.now);
  record.not_after = whole_seconds(pair.not_after);
  record.anchors.clear();
  for (const api::AnchorRecord& a : pair.anchors)
    if (record.anchors.size() < kMaxAnchors) record.anchors.push_back(a.sha256);
  set_roles(ledger, pair.leaf);
  drop_what_is_gone(o, ledger);
  gather_anchors(o, ledger);
  return ledger;
}

}  // namespace

bool ledger_is_open(const Observed& o) {
  const Ledger& ledger = o.resource.status.ledger;
  if (!ledger.zone || !ledger.original) return false;
  // The global setting may come under management later, and was not touched before.
  return ledger.original->global_setting.has_value() || !wanted_global(o.resource.spec);
}

Ledger opened_ledger(const Observed& o) {
  Ledger ledger = o.resource.status.ledger;
  if (!ledger.zone) ledger.zone = seen(o.zone)->identity;
  if (!ledger.original) ledger.original = api::Original{.zone_level = *seen(o.zone_level)};
  const GlobalSetting* global = seen(o.global_setting);
  if (global && !ledger.original->global_setting) ledger.original->global_setting = global->on;
  return ledger;
}

Ledger with_upload(const Observed& o) {
  return with_desired(o, Intent::kUpload, [](CertificateRecord& record) {
    record.id.clear();
    record.state.clear();
    record.active_since.reset();
    record.adopted = false;
  });
}

Ledger with_adoption(const Observed& o, const Certificate& found) {
  return with_desired(o, Intent::kKeep, [&](CertificateRecord& record) {
    record.id = found.id;
    record.state = found.word.substr(0, kLongestWord);
    record.adopted = true;
  });
}

Ledger with_deletion(const Observed& o, const Certificate& doomed) {
  Ledger ledger = opened_ledger(o);
  CertificateRecord& record = record_of(ledger, doomed.leaf);
  record.id = doomed.id;
  record.intent = Intent::kDelete;
  record.intent_since = whole_seconds(o.now);
  return ledger;
}

api::Fingerprint first_claim(const Ledger& before, const Ledger& after) {
  for (const CertificateRecord& record : after.certificates) {
    if (record.intent != Intent::kUpload) continue;
    const CertificateRecord* known = before.find(record.fingerprint);
    if (!known || known->intent != Intent::kUpload) return record.fingerprint;
  }
  return {};
}

Ledger with_upkeep(const Observed& o, const api::Fingerprint& refused) {
  Ledger ledger = o.resource.status.ledger;
  if (!seen(o.certificates)) return ledger;
  std::erase_if(ledger.certificates, [&](const CertificateRecord& r) {
    return r.fingerprint == refused && r.intent == Intent::kUpload && r.id.empty();
  });
  const View view = view_of(o);
  if (const api::Fingerprint* leaf = desired_leaf(o)) set_roles(ledger, *leaf);
  if (o.resource.spec.certificate.source == api::Source::kCloudflare) set_roles(ledger, {});
  for (CertificateRecord& record : ledger.certificates) {
    const Certificate* c = find_certificate(o, record);
    if (!c) continue;
    record.id = c->id;
    record.state = c->word.substr(0, kLongestWord);
    if (c->deployment == Deployment::kDeleted) continue;
    const bool presented = c->deployment == Deployment::kActive && c == view.newest;
    if (record.intent == Intent::kUpload && c->deployment != Deployment::kDeleting) record.intent = Intent::kKeep;
    // A redeployment that was announced and is no longer needed: the newer certificate went away.
    if (record.intent == Intent::kDelete && presented && record.role == Role::kDesired) record.intent = Intent::kKeep;
    if (presented && !record.active_since && may_be_presented(o, view)) record.active_since = next_whole_second(o.now);
  }
  drop_what_is_gone(o, ledger);
  gather_anchors(o, ledger);
  return ledger;
}

}  // namespace originpull::plan
