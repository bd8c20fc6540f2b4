// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ResourceFeed` is the sink of the watch of resources: it decodes each object, puts it into the store, tells the
// WatchSet what it refers to and queues its key, in this order, which is what makes the index loss-free
// (secret_index.hpp). It works on the watch's thread without a mailbox in between: store and queue merge by key and
// hold one entry per resource, so a burst costs no memory and a slow pass holds up no watch. The kind is `T`; `decode`
// makes one from JSON text, `references` names the Secrets it needs. What cannot be decoded is logged and treated as
// absent: nothing may act on an older spec. A T that should be reported as broken holds its own fault. Owned by the
// program; everything referred to outlives it.
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "control/store.hpp"
#include "control/watch_set.hpp"
#include "control/work_queue.hpp"
#include "kube/watch.hpp"

namespace originpull::control {

template <class T>
class ResourceFeed final : public kube::WatchSink {
 public:
  using Decode = std::function<Result<T>(std::string_view json)>;
  using References = std::function<std::set<Key>(const Key&, const T&)>;

  // Whether a change of an object needs a pass. Our own status writes come back by the watch and must not.
  using Concerns = std::function<bool(const T& before, const T& after)>;

  // `scope`: the namespace that the watch is about, one of the store's; empty: all.
  // Without `concerns` every change needs a pass.
  ResourceFeed(Log log, Decode decode, References references, Store<T>& store, WatchSet& watches, WorkQueue& queue,
               std::string scope, Concerns concerns = {})
      : log_(std::move(log)),
        decode_(std::move(decode)),
        references_(std::move(references)),
        store_(store),
        watches_(watches),
        queue_(queue),
        scope_(std::move(scope)),
        concerns_(std::move(concerns)) {}

  void begin_list() override { store_.list_begins(scope_); }

  void listed(std::string_view json) override {
    const auto meta = kube::decode_meta(json);
    if (!meta) return unreadable({}, meta.error());
    if (auto copy = decode(*meta, json)) store_.listed(meta->key, std::move(*copy), scope_);
  }

  void end_list(const std::string&) override {
    std::set<Key> news;
    for (const Key& key : store_.list_is_complete(scope_)) news.insert(key);
    for (const Key& key : store_.keys()) {
      const bool mine = scope_.empty() || scope_ == key.ns;
      if (mine && index(key)) news.insert(key);
    }
    for (const Key& key : news) {
      if (!store_.get(key)) index(key);
      queue_.add(key, Urgency::kUserChange);
    }
  }

  void changed(kube::Change change, std::string_view json) override {
    const auto meta = kube::decode_meta(json);
    if (!meta) return unreadable({}, meta.error());
    if (change != kube::Change::kDeleted && store_.shown(meta->key, meta->uid, meta->resource_version)) {
      // Most often the echo of our own write. But a live read may have brought a change of the references.
      if (index(meta->key)) queue_.add(meta->key, Urgency::kUserChange);
      return;
    }
    auto copy = change == kube::Change::kDeleted ? std::optional<Copy<T>>() : decode(*meta, json);
    const auto before = store_.get(meta->key);
    const bool idle =
        before && copy && before->uid == copy->uid && concerns_ && !concerns_(*before->value, *copy->value);
    const auto news = copy ? store_.changed(meta->key, std::move(*copy)) : store_.deleted(meta->key, meta->uid);
    const bool refers_anew = index(meta->key);
    if ((!news.empty() && !idle) || refers_anew) queue_.add(meta->key, Urgency::kUserChange);
  }

 private:
  std::optional<Copy<T>> decode(const kube::ObjectMeta& meta, std::string_view json) {
    auto value = decode_(json);
    if (!value) {
      unreadable(meta.key, value.error());
      return std::nullopt;
    }
    return Copy<T>{meta.uid, meta.resource_version, std::make_shared<const T>(std::move(*value))};
  }

  bool index(const Key& key) {
    const auto copy = store_.get(key);
    return watches_.refer(key, copy ? references_(key, *copy->value) : std::set<Key>());
  }

  void unreadable(const Key& key, const Error& error) {
    log_.error("a resource cannot be read and is left alone; correct it, or update the operator",
               {{"resource", kube::to_string(key)}, {"error", describe(error)}});
  }

  Log log_;
  Decode decode_;
  References references_;
  Store<T>& store_;
  WatchSet& watches_;
  WorkQueue& queue_;
  std::string scope_;
  Concerns concerns_;
};

}  // namespace originpull::control
