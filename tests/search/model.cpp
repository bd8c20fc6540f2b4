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
  for (const Cert& c : w.certs) {
    if (c.leaf == leaf && live(c)) return {};  // 1406: nothing changes
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
  if (shown == c)
    broken = "the promise: the certificate that the edge presents is deleted";
  else if (shown && !shown->active_old)
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

std::vector<World> secret_moves(const World& w) {
  std::vector<World> out;
  if (w.flips_left > 0) {
    for (int leaf = 0; leaf < kLeaves; ++leaf) {
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

api::Fingerprint fingerprint(int leaf) { return std::string(64, static_cast<char>('a' + leaf)); }
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
    if (!z->on) broken = "switched off though spec.enabled is true";
    w.zone_level = z->on;
  } else {
    const auto& g = std::get<plan::SetGlobalSetting>(action);
    if (g.on && !w.zone_level) broken = "R10: the global setting goes on before the zone-level switch";
    w.global = g.on;
  }
  return w;
}

World reported(const World& before, const plan::Rest& rest) {
  World w = before;
  const api::Status status = plan::report(observe(w), rest);
  w.records = from_ledger(status.ledger);
  w.was_on = w.was_on || w.zone_level;
  return w;
}

std::vector<World> fair_moves(const World& w) {
  std::vector<World> out = cloudflare_moves(w);
  if (World n = tick(w); !w.in_flight && n != w) out.push_back(std::move(n));
  return out;
}

std::vector<World> quick_moves(const World& w) {
  std::vector<World> out = cloudflare_moves(w);
  for (World& n : secret_moves(w)) out.push_back(std::move(n));
  return out;
}

std::vector<World> moves(const World& w) {
  std::vector<World> out = fair_moves(w);
  for (World& n : secret_moves(w)) out.push_back(std::move(n));
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

std::string to_text(const World& w) {
  std::ostringstream out;
  out << "secret " << w.secret << " presented " << presented(w) << " switches " << w.zone_level << w.global << " certs";
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
