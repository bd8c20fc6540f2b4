// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Client` speaks the Kubernetes API for any kind: objects go in and out as JSON text, which the caller decodes, and
// every failure is one row of one table (status_error.hpp). Lists are read page by page and handed over item by item,
// so that no list is ever in memory as a whole; an item has at most 16 MiB. It never retries: queues and watches do. A
// 401 makes the next call read the token again. Server warnings are logged, each text once. Thread-safe; calls block
// and end within 100 ms of a stop.
//
// An update carries the object's resourceVersion and a create its name, so a second arrival of either is a conflict;
// that is why they may use pooled connections. Errors: status_error.hpp; kInvalid for a name that cannot be in a path.
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "kube/cluster_access.hpp"
#include "kube/object.hpp"
#include "kube/status_error.hpp"
#include "kube/warnings.hpp"

namespace originpull::kube {

enum class View { kFull, kMetadata };  // kMetadata: the server sends PartialObjectMetadata, no payload
enum class PatchType { kJson, kMerge, kApply };

// What a list or a watch is about.
struct Selection {
  ResourceType type;
  std::string ns = {};    // empty: all namespaces, or a cluster-scoped type
  std::string name = {};  // not empty: only the object of that name (what a Role with resourceNames permits)
  std::string label_selector = {};
  std::string field_selector = {};
  View view = View::kFull;
};

// Takes a list item by item. A list that starts again (its pages have expired) begins again: drop what was collected.
class ListSink {
 public:
  virtual ~ListSink() = default;
  virtual void begin_list() = 0;
  virtual void listed(std::string_view item_json) = 0;  // valid during the call
};

struct PageRequest {
  std::string continue_token = {};  // empty: the first page
  bool paged = true;                // false: all in one answer, still streamed
};
struct Page {
  std::string resource_version;
  std::string continue_token;  // empty: it was the last page
  std::size_t items = 0;
};

struct WatchRequest {
  std::string resource_version;
  Seconds timeout{270};                  // the server ends the watch then
  Duration idle{90'000};                 // silence that is taken for a dead connection
  std::function<void()> opened = [] {};  // called when the server has accepted it
};

// Conditions under which a deletion happens; empty: not a condition.
struct Preconditions {
  std::string uid = {};
  std::string resource_version = {};
};

struct ClientOptions {
  std::string user_agent = "origin-pull-operator";
  std::string field_manager = "origin-pull-operator";
  Duration total{10'000};       // of one unary call
  Duration list_total{60'000};  // of one page
  Duration list_idle{15'000};   // silence within a page
  std::size_t page_size = 500;
  std::size_t max_item = std::size_t{16} << 20;
};

class Client {
 public:
  Client(env::Env& env, std::shared_ptr<ClusterAccess> access, ClientOptions options, Log log);

  // The same client on another lane, with another total deadline for each call: the lease's.
  Client on_lane(Lane lane, Duration total) const;

  // Each answers with the object as the server then has it. A Secret's text is the caller's to wipe.
  Result<std::string> get(const ResourceType&, const ObjectKey&, const std::stop_token&, View = View::kFull) const;
  Result<std::string> create(const ResourceType&, const std::string& ns, std::string body,
                             const std::stop_token&) const;
  Result<std::string> update(const ResourceType&, const ObjectKey&, std::string body, const std::stop_token&) const;
  // Not sent at `not_after` or later, and given up then.
  Result<std::string> update_status(const ResourceType&, const ObjectKey&, std::string body, const std::stop_token&,
                                    Instant not_after = Instant::max()) const;
  Result<std::string> patch(const ResourceType&, const ObjectKey&, PatchType, std::string body, const std::stop_token&,
                            std::string_view subresource = {}) const;
  Result<std::string> remove(const ResourceType&, const ObjectKey&, const Preconditions&, const std::stop_token&) const;

  // The whole list, at quorum; the resourceVersion that a watch can go on from.
  Result<std::string> list(const Selection&, ListSink&, const std::stop_token&) const;
  // One page of it; does not call begin_list. A 410 means: begin again, not paged.
  Result<Page> list_page(const Selection&, const PageRequest&, ListSink&, const std::stop_token&) const;
  // Hands over each frame, whole, until the server ends the watch (the number of frames), the connection breaks (an
  // error), or `take` answers false. Frames are {"type": …, "object": …}, at most 16 MiB.
  using FrameTaker = std::function<bool(std::string_view frame)>;
  Result<std::size_t> watch(const Selection&, const WatchRequest&, const FrameTaker& take,
                            const std::stop_token&) const;

  const ClusterAccess& access() const { return *access_; }

 private:
  Result<ClusterAccess::Way> prepare(net::Request&, Lane) const;
  Result<std::string> call(net::Request, const Asked&, const std::stop_token&) const;
  Result<std::string> write(net::Method, const Result<std::string>& path, std::string body, const Asked&,
                            std::string_view content_type, const std::stop_token&,
                            Instant not_after = Instant::max()) const;
  Error refused(const Asked&, const net::Head&, std::string_view body, std::uint64_t reading) const;
  // A GET whose body goes to `feed` as it comes, if the answer is 200.
  struct Feed {
    std::function<void()> opened;
    std::function<bool(std::span<const char>)> data;
  };
  Result<net::Head> stream(net::Request, Lane, const Asked&, const Feed&, const std::stop_token&) const;

  env::Env& env_;
  std::shared_ptr<ClusterAccess> access_;
  ClientOptions options_;
  Log log_;
  std::shared_ptr<Warnings> warnings_;
  Lane lane_ = Lane::kUnary;
};

}  // namespace originpull::kube
