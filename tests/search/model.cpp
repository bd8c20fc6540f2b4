// SPDX-License-Identifier: Apache-2.0
#include "search/model.hpp"

#include <algorithm>
#include <sstream>

#include "base/bug.hpp"
#include "plan/planner.hpp"

namespace originpull::search {
namespace {

using plan::Deployment;

constexpr Seconds kSoak{60};
constexpr Seconds kOld{1000};
const Wall kNow{std::chrono::hours(24 * 365 * 50)};

Wall age(bool old) { return old ? kNow - kOld : kNow; }

Cert* find(World& w, int order) {
  for (Cert& c : w.certs)
    if (c.order == order) return &c;
  return nullptr;
}

bool live(const Cert& c) { return c.state != Deployment::kDeleted; }

std::vector<Record> from_ledger(const api::Ledger& ledger) {
  std::vector<Record> records;
  for (const api::CertificateRecord& r : ledger.certificates) {
    Record out{.leaf = leaf_of(r.fingerprint), .order = r.id.empty() ? 0 : std::stoi(r.id), .intent = r.intent};
    out.intent_old = r.intent_since && kNow - *r.intent_since >= kOld;
    out.active = !r.active_since ? 0 : kNow - *r.active_since >= kOld ? 2 : 1;
    records.push_back(out);
  }
  std::sort(records.begin(), records.end());
  return records;
}

std::string upload(World& w, int leaf) {
  for (const Cert& c : w.certs)
    if (c.leaf == leaf && live(c)) return {};  // 1406: nothing changes
  for (const Cert& c : w.certs) {
    if (live(c) && c.state == Deployment::kPending && c.leaf != leaf) {
      // Late requests excepted: those are what the claims are for.
      w.certs.push_back({.leaf = leaf, .order = w.next_order++});
      return "R3: an upload while another certificate of ours is being deployed";
    }
  }
  const bool claimed = std::any_of(w.records.begin(), w.records.end(), [&](const Record& r) { return r.leaf == leaf; });
  w.certs.push_back({.leaf = leaf, .order = w.next_order++});
  return claimed ? "" : "R2: an upload that the ledger does not announce";
}

// The edge may be presenting the newest deployment, and once that is gone, the newest one left.
std::string remove(World& w, int order) {
  Cert* c = find(w, order);
  if (!c || !live(*c) || c->state == Deployment::kDeleting || c->state == Deployment::kPending) return {};
  std::string broken;
  const Cert* shown = nullptr;
  for (const Cert& other : w.certs)
    if (other.deployed > 0 && other.state == Deployment::kActive && (!shown || other.deployed > shown->deployed))
      shown = &other;
  // What was never deployed goes at once, that it may come again; what is half deleted was judged when it began.
  const bool given_up = c->state == Deployment::kDeploymentTimedOut || c->state == Deployment::kDeletionTimedOut;
  if (shown == c)
    broken = "the promise: the certificate that the edge presents is deleted";
  else if (shown && !shown->active_old && !given_up)
    broken = "the promise: a certificate is deleted before its successor has soaked";
  const bool recorded =
      std::any_of(w.records.begin(), w.records.end(), [&](const Record& r) { return r.leaf == c->leaf; });
  if (!recorded) broken = "R8: a certificate that is not recorded as ours is deleted";
  c->state = Deployment::kDeleting;
  return broken;
}

World tick(World w) {
  for (Cert& c : w.certs) {
    c.listed = true;
    c.uploaded_old = true;
    if (c.state == Deployment::kActive) c.active_old = true;
  }
  for (Record& r : w.records) {
    r.intent_old = true;
    if (r.active == 1) r.active = 2;
  }
  return w;
}

void land(World& w) {
  if (w.in_flight->upload)
    upload(w, w.in_flight->leaf);
  else
    remove(w, w.in_flight->order);
  w.in_flight.reset();
}

std::vector<World> cloudflare_moves(const World& w) {
  std::vector<World> out;
  for (std::size_t i = 0; i < w.certs.size(); ++i) {
    World n = w;
    Cert& c = n.certs[i];
    if (c.state == Deployment::kPending) {
      c.state = Deployment::kActive;
      c.deployed = n.next_deployment++;
    } else if (c.state == Deployment::kDeleting) {
      c.state = Deployment::kDeleted;
    } else {
      continue;
    }
    out.push_back(std::move(n));
  }
  for (std::size_t i = 0; i < w.certs.size(); ++i) {
    if (w.certs[i].listed) continue;
    World n = w;
    n.certs[i].listed = true;
    out.push_back(std::move(n));
  }
  if (w.in_flight) {
    World n = w;
    land(n);
    out.push_back(std::move(n));
  }
  return out;
}

// Cloudflare gives up; a person edits the spec or the Secret.
std::vector<World> edits(const World& w) {
  std::vector<World> out;
  for (std::size_t i = 0; w.timeouts_left > 0 && i < w.certs.size(); ++i) {
    const Deployment state = w.certs[i].state;
    if (state != Deployment::kPending && state != Deployment::kDeleting) continue;
    World n = w;
    n.certs[i].state = state == Deployment::kPending ? Deployment::kDeploymentTimedOut : Deployment::kDeletionTimedOut;
    --n.timeouts_left;
    out.push_back(std::move(n));
  }
  if (w.switches_left > 0) {
    World n = w;
    n.enabled = !w.enabled;
    --n.switches_left;
    out.push_back(std::move(n));
  }
  if (w.flips_left > 0) {
    const int first = w.only_forward ? w.secret + 1 : 0;
    const int end = w.only_forward ? first + 1 : kLeaves;
    for (int leaf = first; leaf < end; ++leaf) {
      if (leaf == w.secret) continue;
      World n = w;
      n.secret = leaf;
      --n.flips_left;
      out.push_back(std::move(n));
    }
  }
  return out;
}

std::vector<World> human_moves(const World& w) {
  std::vector<World> out;
  // A backup tool takes longer than a list lags: what we uploaded can be seen by then, if not as ours.
  const bool all_listed = std::all_of(w.certs.begin(), w.certs.end(), [](const Cert& c) { return c.listed; });
  if (w.wipes_left > 0 && all_listed) {
    World n = w;
    n.records.clear();
    n.pinned = n.was_on = false;
    --n.wipes_left;
    out.push_back(std::move(n));
  }
  if (w.deletions_left > 0) {
    for (std::size_t i = 0; i < w.certs.size(); ++i) {
      if (w.certs[i].state != Deployment::kActive) continue;
      World n = w;
      n.certs[i].state = Deployment::kDeleting;
      --n.deletions_left;
      out.push_back(std::move(n));
    }
  }
  return out;
}

}  // namespace

// One letter stands for the 64 digits: the planner does not look into a fingerprint, and the search makes millions.
api::Fingerprint fingerprint(int leaf) { return std::string(1, static_cast<char>('a' + leaf)); }
int leaf_of(const api::Fingerprint& f) { return f.at(0) - 'a'; }

int presented(const World& w) {
  const Cert* best = nullptr;
  for (const Cert& c : w.certs)
    if (c.deployed > 0 && c.state == Deployment::kActive && (!best || c.deployed > best->deployed)) best = &c;
  return best ? best->leaf : -1;
}

plan::Observed observe(const World& w) {
  plan::Observed o;
  o.now = kNow;
  o.resource.metadata = {.name = "r", .name_space = "n", .uid = "u", .generation = 1};
  o.resource.spec.zone.name = "example.com";
  o.resource.spec.certificate.secret_name = "tls";
  o.resource.spec.rotation.soak = kSoak;
  o.resource.spec.enabled = w.enabled;
  if (w.takeover) o.resource.spec.takeover = api::Takeover::kAllow;
  api::Status& status = o.resource.status;
  if (w.pinned) {
    status.ledger.zone = api::ZoneIdentity{"z", "example.com"};
    status.ledger.original = api::Original{false, false};
  }
  if (w.was_on) status.settings.zone_level = true;
  std::vector<plan::Certificate> seen;
  const auto add = [&](const Cert& c) {
    seen.push_back({.id = std::to_string(c.order),
                    .leaf = fingerprint(c.leaf),
                    .deployment = c.state,
                    .word = "x",
                    .uploaded = age(c.uploaded_old) + Duration(c.order)});
  };
  for (const Cert& c : w.certs)
    if (c.listed && c.state != Deployment::kDeleted) add(c);
  for (const Record& r : w.records) {
    api::CertificateRecord record{
        .fingerprint = fingerprint(r.leaf), .intent = r.intent, .intent_since = age(r.intent_old)};
    record.role = r.leaf == w.secret ? api::Role::kDesired : api::Role::kSuperseded;
    if (r.order != 0) record.id = std::to_string(r.order);
    if (r.active != 0) record.active_since = age(r.active == 2);
    status.ledger.certificates.push_back(record);
    for (const Cert& c : w.certs)  // the GET by a recorded id
      if (c.order == r.order && (!c.listed || c.state == Deployment::kDeleted)) add(c);
  }
  o.rivals = std::vector<plan::Rival>{};
  o.token = plan::Token{};
  o.pair = plan::Pair{.leaf = fingerprint(w.secret), .not_before = kNow - kOld, .not_after = kNow + kOld};
  o.zone = plan::Zone{api::ZoneIdentity{"z", "example.com"}};
  o.certificates = seen;
  o.zone_level = w.zone_level;
  o.global_setting = plan::GlobalSetting{w.global, true};
  o.encryption_mode = std::string("strict");
  return o;
}

World execute(const World& before, const plan::Action& action, std::string& broken) {
  World w = before;
  if (const auto* a = std::get_if<plan::WriteLedger>(&action)) {
    w.records = from_ledger(a->ledger);
    w.pinned = a->ledger.zone.has_value();
  } else if (const auto* u = std::get_if<plan::UploadCertificate>(&action)) {
    broken = upload(w, leaf_of(u->leaf));
  } else if (const auto* d = std::get_if<plan::DeleteCertificate>(&action)) {
    broken = remove(w, std::stoi(d->id));
  } else if (const auto* z = std::get_if<plan::SetZoneLevel>(&action)) {
    if (z->on && presented(w) < 0) broken = "R10: switched on with nothing deployed";
    if (!z->on && w.enabled) broken = "switched off though spec.enabled is true";
    if (!z->on && w.global) broken = "R10: the zone-level switch goes off before the global setting";
    w.zone_level = z->on;
  } else {
    const auto& g = std::get<plan::SetGlobalSetting>(action);
    if (g.on && !w.zone_level) broken = "R10: the global setting goes on before the zone-level switch";
    if (!g.on && w.enabled) broken = "switched off though spec.enabled is true";
    w.global = g.on;
  }
  return w;
}

World reported(const World& before, const plan::Rest& rest) {
  World w = before;
  const api::Status status = plan::report(observe(w), rest);
  w.records = from_ledger(status.ledger);
  w.was_on = status.settings.zone_level == true;
  return w;
}

std::vector<World> fair_moves(const World& w) {
  std::vector<World> out = cloudflare_moves(w);
  if (World n = tick(w); !w.in_flight && n != w) out.push_back(std::move(n));
  return out;
}

std::vector<World> quick_moves(const World& w) {
  std::vector<World> out = cloudflare_moves(w);
  for (World& n : edits(w)) out.push_back(std::move(n));
  return out;
}

std::vector<World> moves(const World& w) {
  std::vector<World> out = fair_moves(w);
  for (World& n : edits(w)) out.push_back(std::move(n));
  for (World& n : human_moves(w)) out.push_back(std::move(n));
  return out;
}

World normalised(World w) {
  // Tombstones that no record names tell nobody anything.
  std::erase_if(w.certs, [&](const Cert& c) {
    return c.state == Deployment::kDeleted &&
           std::none_of(w.records.begin(), w.records.end(), [&](const Record& r) { return r.order == c.order; });
  });
  std::sort(w.certs.begin(), w.certs.end(), [](const Cert& a, const Cert& b) { return a.order < b.order; });
  int order = 0;
  std::vector<int*> deployed;
  for (Cert& c : w.certs) {
    const int was = c.order;
    c.order = ++order;
    for (Record& r : w.records)
      if (r.order == was) r.order = -c.order;
    if (w.in_flight && !w.in_flight->upload && w.in_flight->order == was) w.in_flight->order = -c.order;
    if (c.deployed > 0) deployed.push_back(&c.deployed);
  }
  // What names a certificate that is known no more keeps an id that answers 404.
  for (Record& r : w.records) r.order = r.order < 0 ? -r.order : r.order == 0 ? 0 : 99;
  if (w.in_flight && !w.in_flight->upload) w.in_flight->order = w.in_flight->order < 0 ? -w.in_flight->order : 99;
  std::sort(deployed.begin(), deployed.end(), [](const int* a, const int* b) { return *a < *b; });
  for (std::size_t i = 0; i < deployed.size(); ++i) *deployed[i] = static_cast<int>(i) + 1;
  w.next_order = order + 1;
  w.next_deployment = static_cast<int>(deployed.size()) + 1;
  std::sort(w.records.begin(), w.records.end());
  return w;
}

std::size_t hash_of(const World& w) {
  std::size_t h = 1469598103934665603U;
  const auto mix = [&h](auto value) { h = (h ^ static_cast<std::size_t>(value)) * 1099511628211U; };
  mix(w.secret);
  for (const Cert& c : w.certs) {
    mix(c.leaf * 16 + static_cast<int>(c.state));
    mix(c.order * 64 + c.deployed * 8 + c.listed * 4 + c.active_old * 2 + c.uploaded_old);
  }
  for (const Record& r : w.records)
    mix(r.leaf * 10000 + r.order * 64 + static_cast<int>(r.intent) * 8 + r.intent_old * 4 + r.active);
  if (w.in_flight) mix(1000 + w.in_flight->upload * 500 + w.in_flight->leaf * 100 + w.in_flight->order);
  mix(w.enabled * 16 + w.pinned * 8 + w.zone_level * 4 + w.global * 2 + w.was_on);
  mix(w.flips_left * 1000 + w.deletions_left * 100 + w.late_left * 10 + w.timeouts_left);
  mix(w.wipes_left * 100 + w.switches_left * 10 + w.refusals_left);
  return h ^ (h >> 29);
}

std::string to_text(const World& w) {
  std::ostringstream out;
  out << (w.enabled ? "" : "disabled, ") << "secret " << w.secret << " presented " << presented(w) << " switches "
      << w.zone_level << w.global << " certs";
  for (const Cert& c : w.certs)
    out << " [" << c.order << " leaf " << c.leaf << " state " << static_cast<int>(c.state)
        << (c.listed ? " listed" : "") << (c.active_old ? " soaked" : "") << "]";
  out << " records";
  for (const Record& r : w.records)
    out << " [leaf " << r.leaf << " id " << r.order << " intent " << static_cast<int>(r.intent)
        << (r.intent_old ? " old" : "") << " active " << r.active << "]";
  if (w.in_flight) out << " in flight " << (w.in_flight->upload ? "POST " : "DELETE ") << w.in_flight->leaf;
  return out.str();
}

}  // namespace originpull::search
