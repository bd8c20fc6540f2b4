// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_sequence.hpp"

#include <cstdlib>

#include "net/transport.hpp"

namespace originpull::behaviour {
namespace {

using net::Method;

const std::vector<std::string> kNames{"a", "b", "c"};
const std::vector<std::string> kLabels{R"("labels":{"l":"x"})", R"("labels":{"l":"y","m":"x"})",
                                       R"("annotations":{"n":"1"})", R"("finalizers":["test.example/f"])"};
const std::vector<std::string> kMetaPatches{
    R"({"metadata":{"labels":{"l":"y"}}})",
    R"({"metadata":{"labels":{"l":null}}})",
    R"({"metadata":{"annotations":{"n":"2"}}})",
    R"({"metadata":{"finalizers":["test.example/f"]}})",
    R"({"metadata":{"finalizers":["test.example/f","test.example/g"]}})",
    R"({"metadata":{"finalizers":null}})",
    R"({"metadata":{"finalizers":[]}})",
    R"({"metadata":{"labels":{"l":"not a label"}}})",
    R"({"metadata":{"resourceVersion":"{stale:KEY}"},"spec":{}})",
    R"({"metadata":{"resourceVersion":"{version:KEY}","labels":{"v":"now"}}})",
    R"({"metadata":{"name":"other"}})",
    R"({"metadata":{"generation":77,"creationTimestamp":"2000-01-01T00:00:00Z"}})",
    R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["test.example/f"]}})",
    R"({"metadata":{"$setElementOrder/finalizers":["test.example/g","test.example/f"],
        "finalizers":["test.example/g"]}})",
    R"({"metadata":{"$patch":"replace","name":"NAME","labels":{"l":"x"}}})",
    R"({"metadata":{"labels":{"$patch":"delete"}}})",
    R"({"metadata":{"annotations":{"n":5}}})",
    R"({"metadata":{"labels":"x"}})",
    R"({"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Secret","name":"o","uid":"1"}]}})",
    R"({"kind":"Other"})",
    "{}",
    "[]",
    "{",
};
// What is wrong with an object before anybody looks at its fields; NAME, HEAD and FIELDS are those of a valid one.
const std::vector<std::string> kMalformed{
    "{",
    "[]",
    "{}",
    "null",
    R"({HEAD,"metadata":{},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","namespace":"another"},FIELDS})",
    R"({HEAD,"metadata":{"name":"Not A Name"},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","labels":{"not a key":"x"}},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","finalizers":["bare"]},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","wheels":4},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","resourceVersion":"{version:KEY}"},FIELDS})",
    R"({HEAD,"metadata":{"name":"NAME","annotations":{"n":7}},FIELDS})",
    R"({HEAD,"metadata":"NAME",FIELDS})",
    R"({"apiVersion":"v1","kind":"Other","metadata":{"name":"NAME"},FIELDS})",
    R"({"metadata":{"name":"NAME"},FIELDS})",
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// One kind and one name of the conversation, and the steps that are about them.
class Speaker {
 public:
  Speaker(Chance& chance, const SpokenKind& kind) : chance_(chance), kind_(kind), name_(chance.of(kNames)) {}

  Step create() {
    const bool broken = chance_.one_in(4);
    const std::string& fields = chance_.of(broken ? kind_.broken_fields : kind_.fields);
    return write({.method = Method::kPost, .target = collection(), .body = object(fields)});
  }

  Step get() { return {.target = item(), .accept = accept(), .key = key()}; }

  Step list() {
    std::vector<std::string> query;
    if (chance_.one_in(3)) query.push_back("limit=" + std::to_string(1 + chance_.below(2)));
    if (chance_.one_in(3)) {
      static const std::vector<std::string> selectors{"l=x",    "l!=x",        "l in (x,y)", "!l", "m",      "l=x,m",
                                                      "l in x", "l notin (x)", "l>1",        "=x", "a/b/c=d"};
      query.push_back("labelSelector=" + net::percent_encode(chance_.of(selectors)));
    }
    if (chance_.one_in(4)) query.push_back("fieldSelector=" + net::percent_encode(chance_.of(kind_.selectors)));
    if (chance_.one_in(6)) {
      static const std::vector<std::string> moments{
          "resourceVersion={moment:KEY}&resourceVersionMatch=Exact", "resourceVersionMatch=Exact",
          "resourceVersionMatch=Other&resourceVersion=0", "resourceVersion=abc", "timeoutSeconds=x"};
      query.push_back(replaced(chance_.of(moments), "KEY", key()));
    }
    return {.target = with_query(collection(), query), .accept = list_accept()};
  }

  Step malformed() {
    Step step{.method = chance_.one_in(2) ? Method::kPost : Method::kPut, .target = collection(), .key = key()};
    if (step.method == Method::kPut) step.target = item();
    step.body = replaced(chance_.of(kMalformed), "HEAD", kind_.head);
    step.body = replaced(step.body, "FIELDS", kind_.fields.front());
    step.body = replaced(replaced(step.body, "NAME", name_), "KEY", key());
    return write(step);
  }

  Step next_page() { return {.target = collection() + "?limit=1&continue={continue}"}; }

  Step update() {
    static const std::vector<std::string> meta{"", R"("metadata":{"labels":{"l":"z"}})",
                                               R"("metadata":{"resourceVersion":null})",
                                               R"("metadata":{"resourceVersion":"{stale:KEY}"})",
                                               R"("metadata":{"uid":"00000000-0000-4000-8000-000000000000"})"};
    std::string change = chance_.one_in(2) ? chance_.of(kind_.merges) : "{" + chance_.of(meta) + "}";
    if (chance_.one_in(6)) change = "{" + chance_.of(kind_.broken_fields) + "}";
    return write({.method = Method::kPut,
                  .target = item(),
                  .body = replaced(change, "KEY", key()),
                  .from_known = true,
                  .fallback = object(chance_.of(kind_.fields))});
  }

  Step patch() {
    const std::size_t way = chance_.below(8);
    Step step{.method = Method::kPatch, .target = item(), .content_type = kMerge};
    if (way < 3) {
      step.body = chance_.of(kind_.merges);
    } else if (way < 5) {
      step.body = meta_patch();
    } else if (way == 5) {
      step.body = chance_.of(kind_.json_patches);
      step.content_type = kJsonPatch;
    } else {
      step.body = chance_.one_in(2) ? chance_.of(kind_.strategic) : meta_patch();
      step.content_type = kStrategic;
    }
    return write(step);
  }

  Step apply() {
    static const std::vector<std::string> managers{"x", "y", "z"};
    Step step{
        .method = Method::kPatch, .target = item(), .body = object(chance_.of(kind_.applied)), .content_type = kApply};
    step.target += "?fieldManager=" + chance_.of(managers) + (chance_.one_in(3) ? "&force=true" : "");
    return write(step);
  }

  Step remove() {
    static const std::vector<std::string> options{"",
                                                  "",
                                                  "",
                                                  R"({"preconditions":{"uid":"{uid:KEY}"}})",
                                                  R"({"preconditions":{"uid":"other"}})",
                                                  R"({"preconditions":{"resourceVersion":"{stale:KEY}"}})",
                                                  R"({"preconditions":{"resourceVersion":"{version:KEY}"}})",
                                                  R"({"preconditions":{"uid":"{uid:KEY}","resourceVersion":"1"}})",
                                                  R"({"propagationPolicy":"Background"})",
                                                  R"({"propagationPolicy":"Whatever"})",
                                                  R"({"gracePeriodSeconds":0})",
                                                  R"({"dryRun":["All"]})",
                                                  "{"};
    Step step{
        .method = Method::kDelete, .target = item(), .body = replaced(chance_.of(options), "KEY", key()), .key = key()};
    if (chance_.one_in(8)) step.target += "?dryRun=All";
    return step;
  }

  Step remove_collection() {
    return {.method = Method::kDelete,
            .target = collection() + "?labelSelector=l%3D" + (chance_.one_in(2) ? "x" : "y") +
                      (chance_.one_in(4) ? "&dryRun=All" : "")};
  }

  Step status() {
    if (kind_.statuses.empty()) return {.target = item() + "/status", .key = key()};
    const std::string& change = chance_.of(kind_.statuses);
    const std::size_t way = chance_.below(4);
    Step step{.method = Method::kPatch, .target = item() + "/status", .body = change, .content_type = kMerge};
    if (way == 0) {
      step.method = Method::kPut;
      step.content_type.clear();
      step.from_known = true;
      // A Service would be made of it, without an address: see the list of known differences.
      step.fallback = kind_.plural == "services" ? "{}" : object(chance_.of(kind_.fields));
    } else if (way == 1) {
      step.content_type = kApply;
      step.target += "?force=true&fieldManager=s";
      step.body = "{" + kind_.head + R"(,"metadata":{"name":")" + name_ + "\"}," + change.substr(1);
    }
    return write(step);
  }

 private:
  std::string meta_patch() { return replaced(replaced(chance_.of(kMetaPatches), "KEY", key()), "NAME", name_); }
  std::string key() const { return kind_.plural + "/" + name_; }
  std::string collection() const { return kind_.base + "/namespaces/{ns}/" + kind_.plural; }
  std::string item() const { return collection() + "/" + name_; }
  std::string object(const std::string& fields) {
    std::string meta = R"({"name":")" + name_ + "\"";
    if (chance_.one_in(3)) meta += "," + chance_.of(kLabels);
    return "{" + kind_.head + R"(,"metadata":)" + meta + "}," + fields + "}";
  }
  static std::string with_query(std::string target, const std::vector<std::string>& query) {
    for (std::size_t i = 0; i < query.size(); ++i) target += (i == 0 ? "?" : "&") + query[i];
    return target;
  }
  std::string accept() { return chance_.one_in(10) ? kMetadataOnly : kJson; }
  std::string list_accept() { return chance_.one_in(10) ? kMetadataListOnly : kJson; }

  // What any write may have besides.
  Step write(Step step) {
    std::string query;
    const auto add = [&](const std::string& part) {
      query += (query.empty() && step.target.find('?') == std::string::npos ? "?" : "&") + part;
    };
    if (chance_.one_in(10)) add("dryRun=All");
    if (chance_.one_in(5)) {
      static const std::vector<std::string> levels{"Strict", "Warn", "Ignore"};
      add("fieldValidation=" + chance_.of(levels));
    }
    if (step.content_type != kApply && chance_.one_in(4)) add(chance_.one_in(2) ? "fieldManager=x" : "fieldManager=w");
    step.target += query;
    step.accept = accept();
    step.key = key();
    return step;
  }

  Chance& chance_;
  const SpokenKind& kind_;
  const std::string name_;
};

// About the namespace in which the conversation is held; it is not deleted.
Step about_the_namespace(Chance& chance) {
  static const std::vector<std::string> changes{R"({"metadata":{"labels":{"l":"x"}}})",
                                                R"({"metadata":{"labels":null}})",
                                                R"({"metadata":{"annotations":{"n":"1"}}})",
                                                R"({"metadata":{"finalizers":["bare"]}})",
                                                R"({"spec":{"finalizers":[]}})",
                                                R"({"status":{"phase":"Odd"}})",
                                                R"({"metadata":{"labels":{"l":"not a label"}}})",
                                                R"({"colour":"red"})",
                                                R"({"spec":{"finalizers":"kubernetes"}})",
                                                "{}"};
  static const std::vector<std::string> options{R"({"dryRun":["All"]})", R"({"preconditions":{"uid":"other"}})",
                                                R"({"preconditions":{"resourceVersion":"1"}})"};
  const std::string head = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{ns}"}})";
  Step step{.target = "/api/v1/namespaces/{ns}", .key = "namespaces/{ns}"};
  const std::size_t way = chance.below(7);
  if (way == 0) {
    step.method = Method::kPost;
    step.target = "/api/v1/namespaces";
    step.body = chance.one_in(2) ? head : R"({"metadata":{"name":"Not.A.Label"}})";
  } else if (way == 1) {
    step.method = Method::kPut;
    step.body = chance.of(changes);
    step.from_known = true;
    step.fallback = head;
  } else if (way == 2) {
    step.method = Method::kDelete;
    step.body = chance.of(options);
  } else if (way == 3) {
    step.target = "/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}";
    step.key.clear();
  } else if (way < 6) {
    step.method = Method::kPatch;
    step.body = chance.of(changes);
    step.content_type = chance.one_in(2) ? kMerge : kStrategic;
    if (chance.one_in(3)) step.target += "?fieldManager=w";
  }
  return step;
}

Step any_step(Chance& chance, const SpokenKind& kind) {
  if (chance.one_in(25)) return about_the_namespace(chance);
  Speaker speaker(chance, kind);
  const std::size_t way = chance.below(100);
  if (way < 20) return speaker.create();
  if (way < 24) return speaker.malformed();
  if (way < 30) return speaker.get();
  if (way < 37) return speaker.list();
  if (way < 40) return speaker.next_page();
  if (way < 53) return speaker.update();
  if (way < 71) return speaker.patch();
  if (way < 82) return leaves_out("apply") ? speaker.get() : speaker.apply();
  if (way < 90) return speaker.remove();
  if (way < 92) return speaker.remove_collection();
  return speaker.status();
}

}  // namespace

bool leaves_out(std::string_view part) {
  static const std::string words = [] {
    const char* value = std::getenv("ORIGINPULL_LEAVE_OUT");
    return " " + std::string(value == nullptr ? "" : value) + " ";
  }();
  return words.find(" " + std::string(part) + " ") != std::string::npos;
}

std::uint64_t Chance::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::string Step::describe() const {
  return std::string(net::to_string(method)) + " " + target + (content_type.empty() ? "" : " " + content_type) +
         (accept == kJson ? "" : " as " + accept) +
         (from_known     ? "\n    the object with "
          : body.empty() ? ""
                         : "\n    ") +
         body + (fallback.empty() ? "" : "\n    or, if it is unknown, " + fallback);
}

std::vector<Step> sequence_of(std::uint64_t seed, std::size_t index, std::size_t steps) {
  Chance chance(seed * 1'000'003U + index);
  // A conversation about two kinds meets itself often enough to say something.
  std::vector<SpokenKind> kinds = spoken_kinds();
  std::erase_if(kinds, [](const SpokenKind& kind) { return leaves_out(kind.plural); });
  const SpokenKind& first = kinds[index % kinds.size()];
  const SpokenKind& other = chance.of(kinds);
  // A real server tells by Events of the addresses that it gives to Services, in its own time.
  const auto tells = [](const SpokenKind& a, const SpokenKind& b) {
    return a.plural == "services" && b.plural == "events";
  };
  const SpokenKind& second = tells(first, other) || tells(other, first) ? first : other;
  std::vector<Step> sequence;
  for (std::size_t i = 0; i < steps; ++i) sequence.push_back(any_step(chance, chance.one_in(3) ? second : first));
  return sequence;
}

}  // namespace originpull::behaviour
