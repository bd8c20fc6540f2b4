// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/mishap.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <random>

namespace originpull::sim {
namespace {

bool any(const Call&) { return true; }
bool mutation(const Call& c) { return c.is_mutation(); }
bool answered(const Call& c) { return !c.is_watch(); }
bool watch(const Call& c) { return c.is_watch(); }
bool list(const Call& c) { return c.stream && !c.is_watch(); }
bool lease_write(const Call& c) { return c.is_lease() && c.is_mutation(); }
bool read_or_written(const Call& c) { return !c.cloudflare && !c.stream && !c.is_lease() && !c.is_event(); }
bool work(const Call& c) { return !c.is_lease() && !c.is_event(); }
bool cloudflare(const Call& c) { return c.cloudflare; }
bool at_work(const Call& c) { return c.cloudflare || (c.is_mutation() && !c.is_lease() && !c.is_event()); }
bool cloudflare_write(const Call& c) { return c.cloudflare && c.is_mutation(); }
bool written(const Call& c) { return c.is_mutation() && !c.is_lease(); }
bool upload(const Call& c) { return c.cloudflare && c.method == net::Method::kPost; }

// "-done" means that the call was executed and only its answer is spoiled.
std::vector<MishapKind> of_the_call() {
  return {
      {"F1", "the process crashes before this call", any},
      {"F2", "the request is lost", any},
      {"F3", "the request is executed, its answer is lost", any},
      {"F4", "the request is executed twice", mutation},
      {"F5", "the process crashes right after the answer", any},
      {"F6", "the request is executed, its answer is lost and the process crashes", mutation},
      {"F8.400", "answered 400", answered},
      {"F8.401", "answered 401", answered},
      {"F8.403", "answered 403", answered},
      {"F8.404", "answered 404", answered},
      {"F8.409", "answered 409", answered},
      {"F8.410", "answered 410", answered},
      {"F8.413", "answered 413", answered},
      {"F8.422", "answered 422", answered},
      {"F8.429", "answered 429 without a word of when", answered},
      {"F8.429-after", "answered 429 with Retry-After: 30", answered},
      {"F8.500", "answered 500", answered},
      {"F8.502-html", "answered 502 with a page of HTML", answered},
      {"F8.503", "answered 503", answered},
      {"F8.504", "answered 504", answered},
      {"F8.500-done", "executed, and answered 500", mutation},
      {"F8.503-done", "executed, and answered 503", mutation},
      {"F8.failure", "answered 200 with a failure as body", answered},
      {"F8.truncated", "executed, and the answer's JSON breaks off", answered},
      {"F8.wrong-type", "executed, and the answer is a page of HTML with 200", answered},
      {"F8.oversized", "executed, and the answer is larger than allowed", answered},
  };
}

std::vector<MishapKind> of_the_wire_and_the_machine() {
  return {
      {"F9", "the answer comes so many seconds late", answered, {2, 12}},
      {"F10", "the front-end's cache is so many events behind, for a while", work, {1, 3, 1000}},
      {"F11", "the process crashes, and its next life meets a front-end so many events behind", work, {1, 4, 1000}},
      {"F12", "the watches break, and events collapse for so many seconds", work, {3, 40}},
      {"F12.behind",
       "the watches break, and begin anew at a front-end without history that is so many events behind",
       written,
       {3, 6}},
      {"F12.broken-lists", "the watches break, history is gone, and for so many seconds lists break off", work, {8}},
      {"F13", "the events of this watch are so many seconds late", watch, {1, 20}},
      {"F14.cut", "the watch breaks after so many bytes", watch, {0, 1, 7, 100, 500, 900, 1500, 3000, 6000}},
      {"F14.twice", "the watch delivers each event twice", watch},
      {"F14.410", "the watch delivers so many parts and then an ERROR event, 410", watch, {0, 1, 2}},
      {"F14.429", "the watch delivers so many parts and then an ERROR event, 429", watch, {0, 1, 2}},
      {"F14.500", "the watch delivers so many parts and then an ERROR event, 500", watch, {0, 1, 2}},
      {"F14.status", "the watch delivers a Status that is no event", watch},
      {"F14.no-bookmarks", "the watch delivers no bookmarks", watch},
      {"F14.short", "the watch ends in order at once", watch},
      {"F14.huge-version", "the watch delivers a bookmark with a version beyond all numbers", watch},
      {"F15.410", "the list is 410", list},
      {"F15.429", "the list is 429, the watch cache is not there yet", list},
      {"F15.pages", "the list comes in pages of one object, and page so much is 410", list, {1, 2, 99}},
      {"F17.pause", "all threads of the process stand still for so many seconds", any, {1, 8, 16, 40}},
      {"F17.over", "the process stands still until its Lease is over, and this thread wakes first", at_work},
      {"F17.stop", "the process is stopped in order, and started anew, while this is under way", cloudflare_write},
      {"F17.late", "the renewal's answer comes so many seconds late", lease_write, {3, 9, 20}},
      {"F17.jump", "the wall clock jumps by so many seconds", work, {-3600, -30, 30, 3600}},
      {"F17.taken", "somebody takes the Lease away", work},
  };
}

std::vector<MishapKind> of_people_and_cloudflare() {
  return {
      {"F18.spec", "somebody changes rotation.soak", work},
      {"F18.toggle", "somebody sets spec.enabled to false", work},
      {"F18.toggle-twice", "somebody sets spec.enabled to false, and back", work},
      {"F18.swap", "somebody puts another pair into the Secret", work},
      {"F18.swap-back", "somebody puts another pair into the Secret, and the old one back", work},
      {"F18.bad-pair", "somebody puts a pair into the Secret that does not match", work},
      {"F18.no-secret", "somebody deletes the Secret", work},
      {"F18.renew-secret", "somebody deletes the Secret and makes it anew", work},
      {"F18.delete", "somebody deletes the resource", work},
      {"F18.recreate", "somebody deletes the resource and makes it anew", work},
      {"F18.finalizer", "somebody gives the resource a finalizer and deletes it", work},
      {"F18.stripped", "somebody strips the finalizers", work},
      {"F18.wiped", "a backup tool wipes the status", work},
      {"F18.noise", "somebody annotates the resource", work},
      {"F18.suspend", "somebody sets spec.mode to Suspend", work},
      {"F18.swap-meanwhile", "before the answer comes, somebody puts another pair into the Secret", read_or_written},
      {"F18.no-secret-meanwhile", "before the answer comes, somebody deletes the Secret", read_or_written},
      {"F18.suspend-meanwhile", "before the answer comes, somebody sets spec.mode to Suspend", read_or_written},
      {"F19.zone-level", "somebody flips the zone switch at Cloudflare", work},
      {"F19.global", "somebody flips the global setting at Cloudflare", work},
      {"F19.delete", "somebody deletes a certificate at Cloudflare", work},
      {"F19.upload", "somebody uploads a certificate at Cloudflare", work},
      {"F19.ssl", "somebody lowers the encryption mode at Cloudflare", work},
      {"F20.never", "the next upload is never deployed", upload},
      {"F20.timed-out", "the next upload times out", upload},
      {"F20.gone", "the next upload is deployed and then gone", upload},
      {"F20.slow", "uploads take so many seconds to be deployed from now on", upload, {40}},
      {"F20.lag", "lists at Cloudflare are so many seconds behind from now on", cloudflare, {5, 60}},
      {"F20.slow-delete", "deletions at Cloudflare take so many seconds from now on", cloudflare, {90}},
      {"F20.busy", "Cloudflare refuses overlapping changes for so many seconds", cloudflare, {8}},
      {"F20.down", "Cloudflare answers 503 for so many seconds", cloudflare, {30, 900}},
  };
}

const std::vector<MishapKind>& kinds() {
  static const std::vector<MishapKind> all = [] {
    std::vector<MishapKind> kinds_of_all = of_the_call();
    for (auto more : {of_the_wire_and_the_machine(), of_people_and_cloudflare()})
      kinds_of_all.insert(kinds_of_all.end(), more.begin(), more.end());
    return kinds_of_all;
  }();
  return all;
}

// Each at one upload, all before the call.
const std::vector<Mishaps>& conspiracies() {
  static const std::vector<Mishaps> all = {
      {{"F3"}, {"F20.slow", 40}, {"F20.lag", 60}, {"F18.swap"}},  // nobody knows whether it was done
      {{"F3"}, {"F20.slow", 40}, {"F20.lag", 60}, {"F18.swap-back"}},
      {{"F4"}, {"F20.lag", 60}, {"F18.swap"}},  // it was done, and the answer says otherwise
      {{"F20.slow", 40}, {"F18.swap"}},
      {{"F20.slow", 40}, {"F18.suspend"}},
  };
  return all;
}

std::string_view family_of(std::string_view kind) { return kind.substr(0, kind.find('.')); }

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Result<Mishap> read_one(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorKind::kInvalid, "read the mishap \"" + std::string(text) + "\"", "it looks like F17.pause=20@9");
  };
  const auto at = text.find('@');
  if (at == std::string_view::npos) return bad();
  Mishap mishap;
  if (!parse(text.substr(at + 1), mishap.call)) return bad();
  std::string_view kind = text.substr(0, at);
  if (const auto equals = kind.find('='); equals != std::string_view::npos) {
    if (!parse(kind.substr(equals + 1), mishap.value)) return bad();
    kind = kind.substr(0, equals);
  }
  if (find_kind(kind) == nullptr) return bad();
  mishap.kind = kind;
  return mishap;
}

}  // namespace

std::span<const MishapKind> mishap_kinds() { return kinds(); }

const MishapKind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(kinds(), name, &MishapKind::name);
  return found == kinds().end() ? nullptr : &*found;
}

std::string to_text(const Mishap& mishap) {
  const std::string value = mishap.value == 0 ? "" : "=" + std::to_string(mishap.value);
  return mishap.kind + value + "@" + std::to_string(mishap.call);
}

std::string to_text(const Mishaps& mishaps) {
  std::string text;
  for (const Mishap& one : mishaps) text += (text.empty() ? "" : "+") + to_text(one);
  return text.empty() ? "none" : text;
}

Result<Mishaps> read_mishaps(std::string_view text) {
  Mishaps all;
  if (text == "none") return all;
  for (;;) {
    const auto plus = text.find('+');
    all.push_back(TRY(read_one(text.substr(0, plus))));
    if (plus == std::string_view::npos) return all;
    text.remove_prefix(plus + 1);
  }
}

std::vector<Mishap> every_mishap(std::span<const Call> calls, std::span<const std::string> families) {
  std::vector<Mishap> all;
  for (const MishapKind& kind : kinds()) {
    if (!families.empty() && std::ranges::find(families, family_of(kind.name)) == families.end()) continue;
    for (const Call& call : calls)
      if (kind.applies(call))
        for (const std::int64_t value : kind.values)
          all.push_back({.kind = std::string(kind.name), .value = value, .call = call.number});
  }
  return all;
}

std::vector<Mishaps> every_conspiracy(std::span<const Call> calls, std::span<const std::string> families) {
  const auto chosen = [&](const Mishap& one) {
    return families.empty() || std::ranges::find(families, family_of(one.kind)) != families.end();
  };
  std::vector<Mishaps> all;
  for (const Mishaps& some : conspiracies()) {
    if (!std::ranges::all_of(some, chosen)) continue;
    for (const Call& call : calls) {
      if (!upload(call)) continue;
      all.push_back(some);
      for (Mishap& one : all.back()) one.call = call.number;
    }
  }
  return all;
}

namespace {

// A renewal of the Lease with no call since the same thread's last one: the same place in another minute.
std::vector<bool> again(std::span<const Call> calls) {
  std::vector<bool> is(calls.size() + 1);
  for (std::size_t i = 1; i < calls.size(); ++i)
    is[calls[i].number] = lease_write(calls[i]) && lease_write(calls[i - 1]) && calls[i].who == calls[i - 1].who;
  return is;
}

// Families with too many kinds for each at every call.
bool is_drawn(std::string_view kind) {
  static constexpr std::array<std::string_view, 6> kFamilies = {"F9", "F10", "F11", "F12", "F18", "F19"};
  if (family_of(kind) == "F17") return kind != "F17.late";
  return std::ranges::find(kFamilies, family_of(kind)) != kFamilies.end();
}

}  // namespace

std::vector<Mishap> thinned_out(const std::vector<Mishap>& all, std::span<const Call> calls, std::uint64_t seed) {
  const std::vector<bool> left_out = again(calls);
  std::vector<Mishap> kept;
  std::map<std::pair<std::string_view, unsigned>, std::vector<const Mishap*>> tickets;
  for (const Mishap& one : all) {
    if (left_out[one.call]) continue;
    if (!is_drawn(one.kind)) {
      kept.push_back(one);
    } else {
      tickets[{family_of(one.kind), one.call}].push_back(&one);
    }
  }
  std::mt19937_64 lot(seed);
  for (const auto& [place, all_of_it] : tickets) kept.push_back(*all_of_it[lot() % all_of_it.size()]);
  return kept;
}

}  // namespace originpull::sim
