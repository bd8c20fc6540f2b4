// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Watch` keeps a `WatchSink` in step with a part of the API server, for as long as its thread body `run` runs: it
// drives a WatchMachine with a Client and tells the sink each object, as JSON text. The sink is called on that one
// thread, in order. A list is told between begin_list and end_list, and may begin again before it ended: the store must
// be replaced only at end_list. Nothing fails outwards: what goes wrong is logged and tried again, until a stop, which
// ends every wait at once.
#include <memory>
#include <string>

#include "base/log.hpp"
#include "env/env.hpp"
#include "env/monitor.hpp"
#include "kube/client.hpp"
#include "kube/watch_machine.hpp"

namespace originpull::kube {

enum class Change { kAdded, kModified, kDeleted };

class WatchSink : public ListSink {
 public:
  virtual void end_list(const std::string& resource_version) = 0;  // what was listed since begin_list is all there is
  virtual void changed(Change change, std::string_view object_json) = 0;
  virtual void bookmark(const std::string& resource_version) { static_cast<void>(resource_version); }
  // The last attempt failed, and why; told each time it fails. For health and conditions ("secrets cannot be listed").
  virtual void troubled(const Error& error) { static_cast<void>(error); }
  // After trouble: the server has accepted the watch again, and what was missed is told next.
  virtual void recovered() {}
};

class Watch {
 public:
  // `env` and `sink` outlive it.
  Watch(env::Env& env, Client client, Selection selection, WatchSink& sink, WatchOptions options, const Log& log);

  // The thread body; returns after a stop.
  void run(const std::stop_token& stop);

  // Counts for metrics; thread-safe.
  struct Counts {
    std::uint64_t lists = 0;     // completed
    std::uint64_t watches = 0;   // begun
    std::uint64_t events = 0;    // taken, bookmarks not counted
    std::uint64_t failures = 0;  // lists, watches and ERROR events that failed
    bool in_step = false;
  };
  Counts counts() const;

 private:
  void list(const WatchMachine::ListPage&, const std::stop_token&);
  void watch(const WatchMachine::Watch&, const std::stop_token&);
  bool take(std::string_view frame);
  bool take_error(std::string_view object);
  void failed(const Error&);
  void publish();

  env::Env& env_;
  const Client client_;
  const Selection selection_;
  WatchSink& sink_;
  WatchMachine machine_;
  Log log_;
  std::size_t frames_ = 0;  // taken from the present watch, bookmarks included
  unsigned failures_ = 0;   // in a row
  Counts own_counts_;       // of run's thread; counts_ shows them to others
  env::Monitor<Counts> counts_;
};

}  // namespace originpull::kube
