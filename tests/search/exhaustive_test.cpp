// SPDX-License-Identifier: Apache-2.0
// Every small Observed, whether or not it can come about: up to three certificates of the desired leaf, another
// recorded one and a foreign one in every deployment and order, with every claim on them; then every setting of the
// zone and the spec; then every fact unseen or failed. For each: there is a step, it breaks no promise, the walk over
// `apply` comes to rest, and a status that was reported is not reported differently.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "plan/planner.hpp"
#include "support/observed_builder.hpp"

namespace originpull::search {
namespace {

using namespace plan;
using api::Intent;
using support::leaf;
using support::observed;
using support::ObservedBuilder;

constexpr int kDesired = 0, kOther = 1, kNotOurs = 2;
constexpr Deployment kAll[] = {Deployment::kPending,         Deployment::kActive,  Deployment::kDeleting,
                               Deployment::kDeleted,         Deployment::kUnknown, Deployment::kDeploymentTimedOut,
                               Deployment::kDeletionTimedOut};
constexpr Deployment kUsual[] = {Deployment::kPending, Deployment::kActive, Deployment::kDeleting,
                                 Deployment::kDeploymentTimedOut};

std::string text(const Observed& o) {
  std::string out = "enabled " + std::to_string(o.resource.spec.enabled);
  if (const bool* on = seen(o.zone_level)) out += " zone-level " + std::to_string(*on);
  if (const auto* all = seen(o.certificates))
    for (const Certificate& c : *all)
      out += " [leaf " + c.leaf.substr(0, 1) + " deployment " + std::to_string(static_cast<int>(c.deployment)) + "]";
  for (const api::CertificateRecord& r : o.resource.status.ledger.certificates)
    out += " {leaf " + r.fingerprint.substr(0, 1) + " " + std::string(api::to_string(r.intent)) +
           (r.active_since ? " active" : "") + "}";
  return out;
}

bool is_custom(const Observed& o) { return o.resource.spec.certificate.source == api::Source::kCustom; }

// What the edge may be presenting: the last uploaded of the active ones.
const Certificate* presented(const Observed& o) {
  const Certificate* last = nullptr;
  for (const Certificate& c : *seen(o.certificates))
    if (c.deployment == Deployment::kActive) last = &c;
  return last;
}

bool is_active(const Observed& o, const std::function<bool(const Certificate&)>& which) {
  const auto& all = *seen(o.certificates);
  return std::any_of(all.begin(), all.end(),
                     [&](const Certificate& c) { return c.deployment == Deployment::kActive && which(c); });
}

// The promise of product.md section 4 that an action breaks, or nothing.
struct Breach {
  const Observed& o;

  std::string operator()(const WriteLedger& a) const {
    if (a.ledger.certificates.size() > api::kMaxCertificateRecords) return "more records than the schema holds";
    return a.ledger == o.resource.status.ledger ? "an announcement that says nothing" : "";
  }
  std::string operator()(const UploadCertificate& a) const {
    const api::CertificateRecord* record = o.resource.status.ledger.find(a.leaf);
    if (!record || record->intent != Intent::kUpload) return "R2: an upload without its claim";
    for (const Certificate& c : *seen(o.certificates)) {
      if (c.deployment == Deployment::kPending) return "R3: an upload while another is being deployed";
      if (c.leaf == a.leaf && c.deployment != Deployment::kDeleted) return "an upload of what is there";
    }
    return a.leaf == seen(o.pair)->leaf ? "" : "an upload of what nobody wants";
  }
  std::string operator()(const DeleteCertificate& a) const {
    const api::CertificateRecord* record = o.resource.status.ledger.find(a.leaf);
    if (!record || record->intent != Intent::kDelete) return "R2, R8: a deletion that the ledger does not announce";
    const auto& all = *seen(o.certificates);
    const auto c = std::find_if(all.begin(), all.end(), [&](const Certificate& one) { return one.id == a.id; });
    if (c == all.end() || c->leaf != a.leaf) return "a deletion of what was not seen";
    const bool unused = !is_custom(o) && !*seen(o.zone_level);
    if (&*c == presented(o) && !unused) return "the promise: the certificate that the edge presents is deleted";
    return c->deployment == Deployment::kDeleting || c->deployment == Deployment::kDeleted ? "a second deletion" : "";
  }
  std::string operator()(const SetZoneLevel& a) const {
    const api::Spec& spec = o.resource.spec;
    if (!o.resource.status.ledger.original) return "a switch is changed before the original is written down";
    if (!a.on) return spec.enabled ? "switched off though enabled" : "";
    if (!spec.enabled) return "switched on though not enabled";
    if (!is_custom(o)) return "";
    const bool drifted = o.resource.status.settings.zone_level == true;
    const auto ours = [&](const Certificate& c) {
      return c.leaf == leaf(kDesired) || (drifted && o.resource.status.ledger.find(c.leaf));
    };
    return is_active(o, ours) ? "" : "R10: switched on without a deployed certificate of ours";
  }
  std::string operator()(const SetGlobalSetting& a) const {
    const api::Spec& spec = o.resource.spec;
    if (!seen(o.global_setting)->editable) return "a change that the plan withholds";
    if (spec.global_setting == api::GlobalSetting::kUnmanaged) return "a change of what is to be left alone";
    if (a.on) return *seen(o.zone_level) && spec.enabled ? "" : "R10: the global setting goes on first";
    return spec.enabled && spec.global_setting == api::GlobalSetting::kEnabled ? "switched off though enabled" : "";
  }
};

// Where nothing at all may be written to Cloudflare.
bool hands_off(const Observed& o) {
  const api::Spec& spec = o.resource.spec;
  if (spec.mode == api::Mode::kSuspend || spec.deletion_policy != api::DeletionPolicy::kRetain) return true;
  const Pair* pair = seen(o.pair);
  if (spec.enabled && is_custom(o) && (!pair || pair->problem != api::Reason::kValid)) return true;
  if (!seen(o.certificates) || !seen(o.zone_level)) return true;
  const bool ignored = spec.minimum_encryption_mode == api::MinimumEncryptionMode::kIgnore;
  const std::string* mode = seen(o.encryption_mode);
  const bool may_go_off = spec.global_setting == api::GlobalSetting::kDisabled;
  return spec.enabled && !ignored && !may_go_off && !*seen(o.zone_level) && (!mode || *mode == "off");
}

std::string breach(const Observed& o, const Action& action) {
  if (describe(action) && hands_off(o)) return "a write where nothing may be written: " + *describe(action);
  return std::visit(Breach{o}, action);
}

bool is_true(const api::Status& status, std::string_view type) {
  const api::Condition* c = api::find_condition(status.conditions, type);
  return c && c->status == api::ConditionStatus::kTrue;
}

// A status that was reported is the same when nothing has changed: no write for nothing.
std::string report_twice(Observed o, const Rest& rest) {
  if (rest.message.empty()) return "a rest without a word";
  const api::Status first = report(o, rest);
  const int verdicts = is_true(first, api::condition_type::kReady) + is_true(first, api::condition_type::kReconciling) +
                       is_true(first, api::condition_type::kStalled);
  if (verdicts != 1) return "not exactly one of Ready, Reconciling and Stalled is True";
  o.resource.status = first;
  const Step again = next(o);
  const Rest* second = std::get_if<Rest>(&again);
  if (!second) return "";  // the report brought the ledger up to date, and now something can be done
  if (report(o, *second) == first) return "";
  o.resource.status = report(o, *second);
  const Step third = next(o);
  const Rest* last = std::get_if<Rest>(&third);
  return !last || report(o, *last) == o.resource.status ? "" : "a status that changes by itself: " + second->message;
}

void expect_right(Observed o, long& count) {
  ++count;
  const std::string start = text(o);
  for (int steps = 0; steps < 16; ++steps) {
    const Step step = next(o);
    if (const Rest* rest = std::get_if<Rest>(&step)) {
      const std::string wrong = report_twice(o, *rest);
      if (!wrong.empty()) ADD_FAILURE() << wrong << "\n" << rest->message << "\n" << text(o) << "\nfrom " << start;
      return;
    }
    const Action* action = std::get_if<Action>(&step);
    if (!action) return;  // a look: the facts are another test's
    const std::string broken = breach(o, *action);
    if (!broken.empty()) {
      ADD_FAILURE() << broken << "\n" << text(o) << "\nfrom " << start;
      return;
    }
    o = apply(std::move(o), *action);
  }
  ADD_FAILURE() << "no rest within 16 steps, from " << start << "\nnow " << text(o);
}

using Chains = std::vector<ObservedBuilder>;

Chains with_a_certificate_more(const Chains& chains, std::span<const Deployment> deployments) {
  Chains out;
  for (const ObservedBuilder& chain : chains)
    for (const int number : {kDesired, kOther, kNotOurs})
      for (const Deployment d : deployments) out.push_back(ObservedBuilder(chain).certificate(number, d));
  return out;
}

Chains with_claims(const ObservedBuilder& base) {
  const auto claims = [](const Chains& chains, int number) {
    Chains out = chains;
    for (const ObservedBuilder& chain : chains) {
      for (const Intent intent : {Intent::kUpload, Intent::kKeep, Intent::kDelete}) {
        out.push_back(ObservedBuilder(chain).record(number, intent, Seconds(5)));
        out.push_back(ObservedBuilder(chain).record(number, intent).active_for(support::kLongAgo));
      }
    }
    return out;
  };
  return claims(claims({base}, kDesired), kOther);
}

TEST(Exhaustive, every_set_of_certificates_and_claims_leads_to_a_rest_without_a_breach) {
  long count = 0;
  const Chains one = with_a_certificate_more({observed()}, kAll), two = with_a_certificate_more(one, kAll);
  const Chains three =
      with_a_certificate_more(with_a_certificate_more(with_a_certificate_more({observed()}, kUsual), kUsual), kUsual);
  Chains all{observed()};
  for (const Chains* more : {&one, &two, &three}) all.insert(all.end(), more->begin(), more->end());
  for (const ObservedBuilder& certificates : all) {
    for (ObservedBuilder& o : with_claims(certificates)) {
      expect_right(o, count);
      expect_right(o.switches(true, true).reported_on(), count);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_EQ(count, (1L + 21 + 21 * 21 + 12 * 12 * 12) * 49 * 2);
}

Chains spec_variants() {
  Chains out;
  for (const bool enabled : {true, false})
    for (const bool shared : {true, false})
      for (const auto takeover : {api::Takeover::kNever, api::Takeover::kAllow})
        for (const auto global :
             {api::GlobalSetting::kEnabled, api::GlobalSetting::kDisabled, api::GlobalSetting::kUnmanaged})
          for (const auto minimum : {api::MinimumEncryptionMode::kFull, api::MinimumEncryptionMode::kStrict,
                                     api::MinimumEncryptionMode::kIgnore}) {
            ObservedBuilder b;
            if (shared) b.shared();
            out.push_back(b.spec([&](api::Spec& s) {
              s.enabled = enabled;
              s.takeover = takeover;
              s.global_setting = global;
              s.minimum_encryption_mode = minimum;
            }));
          }
  return out;
}

Chains zone_variants(const ObservedBuilder& base) {
  Chains out;
  for (const bool zone_level : {true, false})
    for (const bool global : {true, false})
      for (const bool editable : {true, false})
        for (const bool reported : {true, false})
          for (const char* mode : {"off", "full", "strict"}) {
            ObservedBuilder b = base;
            if (reported) b.reported_on();
            out.push_back(b.switches(zone_level, global).mode(mode).edit([&](Observed& o) {
              std::get<GlobalSetting>(o.global_setting).editable = editable;
            }));
          }
  return out;
}

TEST(Exhaustive, every_setting_of_spec_and_zone_leads_to_a_rest_without_a_breach) {
  long count = 0;
  for (const ObservedBuilder& spec : spec_variants()) {
    for (const ObservedBuilder& zone : zone_variants(spec)) {
      const auto with = [&](int number, Deployment d) { return ObservedBuilder(zone).certificate(number, d); };
      const Chains certificates{zone,
                                with(kDesired, Deployment::kActive),
                                with(kDesired, Deployment::kPending),
                                with(kDesired, Deployment::kActive).record(kDesired).active_for(support::kLongAgo),
                                with(kOther, Deployment::kActive).record(kOther).active_for(support::kLongAgo),
                                with(kNotOurs, Deployment::kActive)};
      for (const ObservedBuilder& b : certificates) {
        expect_right(b, count);
        expect_right(ObservedBuilder(b).spec([](api::Spec& s) { s.mode = api::Mode::kSuspend; }), count);
        expect_right(ObservedBuilder(b).spec([](api::Spec& s) { s.deletion_policy = api::DeletionPolicy::kDisable; }),
                     count);
        expect_right(ObservedBuilder(b).bad_pair(api::Reason::kKeyMismatch), count);
        expect_right(ObservedBuilder(b).bad_pair(api::Reason::kSecretNotFound), count);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
  EXPECT_EQ(count, 72L * 48 * 6 * 5);
}

// Fact `index` of an Observed: 0 is left as it is, 1 unseen, 2 failed.
void set_fact(Observed& o, int index, int how) {
  if (how == 0) return;
  const auto set = [&](auto& fact) {
    if (how == 1) fact = Unseen{};
    if (how == 2) fact = Error{.kind = ErrorKind::kUnavailable, .attempted = "look", .message = "nobody answers"};
  };
  switch (index) {
    case 0: return set(o.rivals);
    case 1: return set(o.token);
    case 2: return set(o.pair);
    case 3: return set(o.zone);
    case 4: return set(o.certificates);
    case 5: return set(o.zone_level);
    case 6: return set(o.global_setting);
    default: return set(o.encryption_mode);
  }
}

bool is_unseen(const Observed& o, Look look) {
  switch (look) {
    case Look::kRivals: return std::holds_alternative<Unseen>(o.rivals);
    case Look::kToken: return std::holds_alternative<Unseen>(o.token);
    case Look::kPair: return std::holds_alternative<Unseen>(o.pair);
    case Look::kAwaited: return std::holds_alternative<Unseen>(o.awaited);
    case Look::kZone: return std::holds_alternative<Unseen>(o.zone);
    case Look::kCertificates: return std::holds_alternative<Unseen>(o.certificates);
    case Look::kZoneLevel: return std::holds_alternative<Unseen>(o.zone_level);
    case Look::kGlobalSetting: return std::holds_alternative<Unseen>(o.global_setting);
    case Look::kEncryptionMode: return std::holds_alternative<Unseen>(o.encryption_mode);
  }
  return false;
}

TEST(Exhaustive, with_any_fact_unseen_or_failed_there_is_a_step_and_never_an_action) {
  const Chains bases{
      observed(), observed().disabled().switches(true, true), observed().shared(),
      observed().certificate(1).record(1, Intent::kDelete).certificate(0).record(0).active_for(Seconds(9999))};
  long looks = 0, rests = 0;
  for (const ObservedBuilder& base : bases) {
    for (int code = 1; code < 6561; ++code) {
      Observed o = base;
      for (int index = 0, rest = code; index < 8; ++index, rest /= 3) set_fact(o, index, rest % 3);
      const bool shared = !is_custom(o), disabled = !o.resource.spec.enabled;
      const Step step = next(o);
      if (const Look* look = std::get_if<Look>(&step)) {
        ++looks;
        ASSERT_TRUE(is_unseen(o, *look)) << "it was looked at already";
      } else if (const Rest* rest = std::get_if<Rest>(&step)) {
        ++rests;
        ASSERT_EQ(report_twice(o, *rest), "");
      } else {
        // Only what is not needed may be missing: the pair of a shared certificate, the mode of what is off.
        for (const int index : {0, 1, 2, 3, 4, 5, 6, 7}) {
          const int how = code / std::array{1, 3, 9, 27, 81, 243, 729, 2187}[static_cast<std::size_t>(index)] % 3;
          ASSERT_TRUE(how == 0 || (index == 2 && shared) || (index == 7 && disabled)) << "fact " << index;
        }
      }
    }
  }
  EXPECT_GT(looks, 0);
  EXPECT_GT(rests, 0);
}

}  // namespace
}  // namespace originpull::search
