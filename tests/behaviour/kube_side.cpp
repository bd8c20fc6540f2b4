// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_side.hpp"

#include <stdexcept>

#include "base/result.hpp"

namespace originpull::behaviour {
namespace {

constexpr Duration kLimit{20'000};

class Reader final : public net::BodySink {
 public:
  Reader(Watched& watched, const Side::Enough& enough) : watched_(watched), enough_(enough) {}
  bool on_head(const net::Head& head) override {
    watched_.head.status = head.status;
    watched_.head.headers = head.headers;
    return head.status != 200 || !enough();
  }
  bool on_data(std::span<const char> part) override {
    const std::string_view text(part.data(), part.size());
    if (watched_.head.status != 200) {
      watched_.head.body += text;
      return true;
    }
    if (!frames_.read(text, watched_.frames)) {
      watched_.trouble = "no event: " + std::string(text);
      return false;
    }
    return !enough();
  }
  bool stopped() const { return stopped_; }

 private:
  bool enough() {
    stopped_ = enough_(watched_.frames);
    return stopped_;
  }
  Watched& watched_;
  const Side::Enough& enough_;
  FrameReader frames_;
  bool stopped_ = false;
};

}  // namespace

Answer ok(Answer answer) {
  if (answer.status < 200 || answer.status > 299)
    throw std::runtime_error("a step of the check failed: " + answer.body);
  return answer;
}

net::Request Side::request(net::Method method, const std::string& target, const std::string& body,
                           const Extra& extra) const {
  net::Request request{.method = method, .target = target, .headers = extra.headers, .body = body};
  request.headers.emplace_back("Accept", extra.accept);
  if (net::find_header(extra.headers, "User-Agent").empty())
    request.headers.emplace_back("User-Agent", "behaviour-suite/1.0");
  if (!body.empty()) request.content_type = extra.content_type.empty() ? kJson : extra.content_type;
  request.bearer = SecretString(extra.token.empty() ? admin_token() : extra.token);
  request.total = kLimit;
  return request;
}

Answer Side::send(net::Method method, const std::string& target, const std::string& body, const Extra& extra) {
  auto came = transport().send(request(method, target, body, extra), {});
  if (!came) return {.status = 0, .body = describe(came.error())};
  return {.status = came->head.status, .headers = std::move(came->head.headers), .body = std::move(came->body)};
}

Answer Side::get(const std::string& target, const Extra& extra) { return send(net::Method::kGet, target, "", extra); }

Answer Side::post(const std::string& target, const std::string& body, const Extra& extra) {
  return send(net::Method::kPost, target, body, extra);
}

Answer Side::put(const std::string& target, const std::string& body, const Extra& extra) {
  return send(net::Method::kPut, target, body, extra);
}

Answer Side::patch(const std::string& type, const std::string& target, const std::string& body, const Extra& extra) {
  Extra typed = extra;
  typed.content_type = type;
  return send(net::Method::kPatch, target, body, typed);
}

Answer Side::remove(const std::string& target, const std::string& options, const Extra& extra) {
  return send(net::Method::kDelete, target, options, extra);
}

Watched Side::watch(const std::string& target, const Enough& enough, const Extra& extra) {
  Watched watched;
  Reader reader(watched, enough);
  const auto head = transport().stream(request(net::Method::kGet, target, "", extra), reader, {});
  if (!head && watched.trouble.empty()) watched.trouble = describe(head.error());
  watched.ended = head && !reader.stopped();
  return watched;
}

Watched Side::watch(const std::string& target, std::size_t frames, const Extra& extra) {
  return watch(target, [frames](const std::vector<Frame>& seen) { return seen.size() >= frames; }, extra);
}

void Side::new_check() { ns_.clear(); }

const std::string& Side::ns() {
  if (!ns_.empty()) return ns_;
  const std::string name = "check-" + std::to_string(++namespaces_);
  const Answer made = post("/api/v1/namespaces", R"({"metadata":{"name":")" + name + R"("}})");
  if (made.status != 201) throw std::runtime_error("cannot make a namespace: " + made.body);
  ns_ = name;
  return ns_;
}

std::string Side::in_ns(const std::string& plural) { return "/api/v1/namespaces/" + ns() + "/" + plural; }

std::string Side::widgets(const std::string& name) {
  return "/apis/behaviour.test/v1/namespaces/" + ns() + "/widgets" + (name.empty() ? "" : "/" + name);
}

std::string Side::origin_pulls(const std::string& name) {
  return "/apis/originpull.dev/v1alpha1/namespaces/" + ns() + "/originpullconfigs" + (name.empty() ? "" : "/" + name);
}

void Side::prepare() {
  const std::string crds = kCrds;
  for (const std::string& crd : {widgets_crd(), plain_crd(), origin_pulls_crd()}) {
    const Answer made = post(crds, crd);
    if (made.status != 201) throw std::runtime_error("cannot make a type: " + made.body);
  }
  for (const char* list : {"/apis/behaviour.test/v1/widgets", "/apis/behaviour.test/v1/gadgets",
                           "/apis/originpull.dev/v1alpha1/originpullconfigs"}) {
    if (!comes_true([&] { return get(list).status == 200; })) {
      throw std::runtime_error("a new type is not served: " + get(list).body);
    }
  }
}

}  // namespace originpull::behaviour
