// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"

#include "json/writer.hpp"
#include "kube/json_scan.hpp"
#include "kube/path.hpp"
#include "kube/splitter.hpp"

namespace originpull::kube {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kLargestErrorBody = std::size_t{64} << 10;

std::string_view accept(View view, bool list) {
  if (view == View::kFull) return kJson;
  return list ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
              : "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
}

std::string_view content_type(PatchType type) {
  switch (type) {
    case PatchType::kJson: return "application/json-patch+json";
    case PatchType::kMerge: return "application/merge-patch+json";
    case PatchType::kApply: return "application/apply-patch+yaml";
  }
  return kJson;
}

Asked read_of(std::string_view verb, const ResourceType& type, const ObjectKey& key) {
  return {.attempted = std::string(verb) + " " + type.kind + " " + to_string(key)};
}

Asked write_of(std::string_view verb, const ResourceType& type, const ObjectKey& key) {
  return {.attempted = std::string(verb) + " " + type.kind + " " + to_string(key), .is_write = true};
}

Asked about(std::string_view verb, const Selection& selection) {
  std::string what = std::string(verb) + " " + selection.type.plural;
  if (!selection.name.empty()) what += " named " + selection.name;
  if (!selection.ns.empty()) what += " in namespace " + selection.ns;
  return {.attempted = std::move(what)};
}

std::string fields_of(const Selection& selection) {
  if (selection.name.empty()) return selection.field_selector;
  const std::string name = "metadata.name=" + selection.name;
  return selection.field_selector.empty() ? name : name + "," + selection.field_selector;
}

// Hands a 200's body on as it comes; keeps the body of anything else, which explains it.
class AnswerSink final : public net::BodySink {
 public:
  AnswerSink(const std::function<void()>& opened, const std::function<bool(std::span<const char>)>& feed)
      : opened_(opened), feed_(feed) {}
  bool on_head(const net::Head& head) override {
    head_ = head;
    if (head.status == 200) opened_();
    return true;
  }
  bool on_data(std::span<const char> part) override {
    if (head_.status == 200) return feed_(part);
    error_body_.append(part.data(), std::min(part.size(), kLargestErrorBody - error_body_.size()));
    return error_body_.size() < kLargestErrorBody;
  }
  const net::Head& head() const { return head_; }
  const std::string& error_body() const { return error_body_; }

 private:
  const std::function<void()>& opened_;
  const std::function<bool(std::span<const char>)>& feed_;
  net::Head head_;
  std::string error_body_;
};

}  // namespace

Client::Client(env::Env& env, std::shared_ptr<ClusterAccess> access, ClientOptions options, Log log)
    : env_(env),
      access_(std::move(access)),
      options_(std::move(options)),
      log_(std::move(log)),
      warnings_(std::make_shared<Warnings>(env, log_)) {}

Client Client::on_lane(Lane lane, Duration total) const {
  Client client = *this;
  client.lane_ = lane;
  client.options_.total = total;
  return client;
}

Result<ClusterAccess::Way> Client::prepare(net::Request& request, Lane lane) const {
  auto way = TRY(access_->way(lane));
  request.bearer = std::move(way.bearer);
  request.headers.emplace_back("User-Agent", options_.user_agent);
  return way;
}

Error Client::refused(const Asked& asked, const net::Head& head, std::string_view body, std::uint64_t reading) const {
  if (head.status == 401) access_->unauthorized(reading);
  return status_error(asked, head, body, env_.wall());
}

Result<std::string> Client::call(net::Request request, const Asked& asked, const std::stop_token& stop) const {
  request.total = options_.total;
  const auto way = TRY(prepare(request, lane_));
  auto answer = way.transport->send(request, stop);
  if (!answer) return fail(transport_error(asked, std::move(answer).error()));
  warnings_->report(answer->head, asked.attempted);
  const int status = answer->head.status;
  if (status < 200 || status > 299) return fail(refused(asked, answer->head, answer->body, way.reading));
  // A deletion is answered by a Status that says Success; any other Status is a failure in disguise.
  if (answer->body.size() < kLargestErrorBody) {
    const auto hidden = decode_status(answer->body);
    if (hidden && hidden->status == "Failure") {
      return fail(status_error(asked, *hidden, hidden->code == 0 ? status : hidden->code));
    }
  }
  return std::move(answer->body);
}

Result<std::string> Client::write(net::Method method, const Result<std::string>& path, std::string body,
                                  const Asked& asked, std::string_view type, const std::stop_token& stop,
                                  Instant not_after) const {
  if (!path) return fail(path.error());
  net::Request request;
  request.method = method;
  request.target = *path;
  if (method != net::Method::kDelete) request.target += query({{"fieldManager", options_.field_manager}});
  request.headers = {{"Accept", std::string(kJson)}};
  request.body = std::move(body);
  request.content_type = type;
  request.not_after = not_after;
  return call(std::move(request), asked, stop);
}

Result<std::string> Client::get(const ResourceType& type, const ObjectKey& key, const std::stop_token& stop,
                                View view) const {
  net::Request request;
  request.target = TRY(object_path(type, key));
  request.headers = {{"Accept", std::string(accept(view, false))}};
  return call(std::move(request), read_of("get", type, key), stop);
}

Result<std::string> Client::create(const ResourceType& type, const std::string& ns, std::string body,
                                   const std::stop_token& stop) const {
  const auto metadata = member(body, "metadata").value_or("{}");
  const ObjectKey key{ns, std::string(plain_string_member(metadata, "name").value_or(""))};
  return write(net::Method::kPost, collection_path(type, ns), std::move(body), write_of("create", type, key), kJson,
               stop);
}

Result<std::string> Client::update(const ResourceType& type, const ObjectKey& key, std::string body,
                                   const std::stop_token& stop) const {
  return write(net::Method::kPut, object_path(type, key), std::move(body), write_of("update", type, key), kJson, stop);
}

Result<std::string> Client::update_status(const ResourceType& type, const ObjectKey& key, std::string body,
                                          const std::stop_token& stop, Instant not_after) const {
  return write(net::Method::kPut, object_path(type, key, "status"), std::move(body),
               write_of("update the status of", type, key), kJson, stop, not_after);
}

Result<std::string> Client::patch(const ResourceType& type, const ObjectKey& key, PatchType patch, std::string body,
                                  const std::stop_token& stop, std::string_view subresource) const {
  return write(net::Method::kPatch, object_path(type, key, subresource), std::move(body), write_of("patch", type, key),
               content_type(patch), stop);
}

Result<std::string> Client::remove(const ResourceType& type, const ObjectKey& key, const Preconditions& conditions,
                                   const std::stop_token& stop) const {
  json::Writer body;
  body.begin_object().field("kind", "DeleteOptions").field("apiVersion", "v1").key("preconditions").begin_object();
  if (!conditions.uid.empty()) body.field("uid", conditions.uid);
  if (!conditions.resource_version.empty()) body.field("resourceVersion", conditions.resource_version);
  body.end_object().end_object();
  return write(net::Method::kDelete, object_path(type, key), body.take(), write_of("delete", type, key), kJson, stop);
}

Result<net::Head> Client::stream(net::Request request, Lane lane, const Asked& asked, const Feed& feed,
                                 const std::stop_token& stop) const {
  const auto way = TRY(prepare(request, lane));
  AnswerSink sink(feed.opened, feed.data);
  auto ended = way.transport->stream(request, sink, stop);
  const net::Head& head = sink.head();
  if (head.status != 0) warnings_->report(head, asked.attempted);
  // A refusal is a refusal even where its explanation broke off.
  if (head.status != 0 && head.status != 200) return fail(refused(asked, head, sink.error_body(), way.reading));
  if (!ended) return fail(transport_error(asked, std::move(ended).error()));
  return ended;
}

Result<std::string> Client::list(const Selection& selection, ListSink& sink, const std::stop_token& stop) const {
  PageRequest next;
  std::string version;
  sink.begin_list();
  for (;;) {
    auto page = list_page(selection, next, sink, stop);
    if (!page && page.error().http_status == 410 && !next.continue_token.empty()) {
      next = {.continue_token = {}, .paged = false};
      version.clear();
      sink.begin_list();
      continue;
    }
    if (!page) return fail(std::move(page).error());
    if (version.empty()) version = page->resource_version;
    if (page->continue_token.empty()) return version;
    next.continue_token = std::move(page->continue_token);
  }
}

Result<Page> Client::list_page(const Selection& selection, const PageRequest& page, ListSink& sink,
                               const std::stop_token& stop) const {
  const Asked asked = about("list", selection);
  net::Request request;
  request.target = TRY(collection_path(selection.type, selection.ns)) +
                   query({{"limit", page.paged ? std::to_string(options_.page_size) : ""},
                          {"continue", page.continue_token},
                          {"labelSelector", selection.label_selector},
                          {"fieldSelector", fields_of(selection)}});
  request.headers = {{"Accept", std::string(accept(selection.view, true))}};
  request.total = options_.list_total;
  request.idle = options_.list_idle;
  Page result;
  ItemSplitter splitter(
      [&](std::string_view item) {
        ++result.items;
        sink.listed(item);
      },
      {.item = options_.max_item});
  const Feed feed{.opened = [] {}, .data = [&](std::span<const char> part) { return splitter.feed(part); }};
  const auto ended = stream(std::move(request), lane_, asked, feed, stop);
  if (!splitter.fault().empty()) {
    return fail(ErrorKind::kInternal, asked.attempted, "the answer makes no sense: " + splitter.fault());
  }
  if (!ended) return fail(ended.error());
  if (!splitter.complete()) return fail(ErrorKind::kUnavailable, asked.attempted, "the answer broke off");
  if (const auto hidden = decode_status(splitter.envelope())) return fail(status_error(asked, *hidden, hidden->code));
  const auto metadata = member(splitter.envelope(), "metadata").value_or("{}");
  result.resource_version = plain_string_member(metadata, "resourceVersion").value_or("");
  result.continue_token = plain_string_member(metadata, "continue").value_or("");
  if (result.resource_version.empty()) {
    return fail(ErrorKind::kInternal, asked.attempted, "the answer is a list without a resourceVersion");
  }
  return result;
}

Result<std::size_t> Client::watch(const Selection& selection, const WatchRequest& watch, const FrameTaker& take,
                                  const std::stop_token& stop) const {
  const Asked asked = about("watch", selection);
  net::Request request;
  request.target = TRY(collection_path(selection.type, selection.ns)) +
                   query({{"watch", "1"},
                          {"allowWatchBookmarks", "true"},
                          {"resourceVersion", watch.resource_version},
                          {"timeoutSeconds", std::to_string(watch.timeout.count())},
                          {"labelSelector", selection.label_selector},
                          {"fieldSelector", fields_of(selection)}});
  request.headers = {{"Accept", std::string(accept(selection.view, false))}};
  request.total = Duration(0);
  request.idle = watch.idle;
  FrameSplitter splitter(take, {.item = options_.max_item});
  const Feed feed{.opened = watch.opened, .data = [&](std::span<const char> part) { return splitter.feed(part); }};
  const auto ended = stream(std::move(request), Lane::kWatch, asked, feed, stop);
  if (!splitter.fault().empty()) {
    return fail(ErrorKind::kInternal, asked.attempted, "the answer makes no sense: " + splitter.fault());
  }
  if (!ended) return fail(ended.error());
  return splitter.frames();
}

}  // namespace originpull::kube
