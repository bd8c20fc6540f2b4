// SPDX-License-Identifier: Apache-2.0
#pragma once
// `WatchMachine` decides what a list-and-watch does next, and does nothing itself: no I/O, no clock, no thread. Its
// owner (watch.hpp) asks `next`, does it, and says what came of it. The rules are those that keep a copy true: the
// first list is at quorum, so a restart never goes back in time; a list is complete or it is nothing; a resourceVersion
// counts only once the event was taken; an expired one means a new list at once; everything else resumes where it
// stood.
//
// Two back-offs: while the server cannot be reached it is asked at least each second, because users wait for what
// changed meanwhile; when it answers and refuses (permission, bad request, ERROR events), up to 30 s. Owned by one
// thread.
#include <cstdint>
#include <string>
#include <variant>

#include "base/result.hpp"

namespace originpull::kube {

struct WatchOptions {
  Seconds timeout_from{240};  // the server is asked to end a watch after a random time between the two
  Seconds timeout_to{290};
  // Silence that is taken for a dead connection. With bookmarks a live server speaks about once a minute; where it does
  // not, the price of a wrong guess is one cheap reconnection. Never above the server's timeout and 15 s.
  Duration silence{90'000};
  Duration refused_first{100};  // back-off while the server cannot be reached
  Duration refused_cap{1'000};
  Duration fault_first{800};  // back-off while it answers with errors
  Duration fault_cap{30'000};
  Duration short_watch{1'000};     // a watch that ends sooner and brought nothing is a fault
  Duration healthy_after{60'000};  // a watch that lived so long, or brought an event, resets the back-off
};

class WatchMachine {
 public:
  struct ListPage {  // ask for this page; first: tell the sink that a list begins
    bool first = true;
    std::string continue_token = {};
    bool paged = true;
  };
  struct Watch {  // watch from here
    std::string resource_version;
    Seconds timeout{};
    Duration idle{};
  };
  struct Wait {  // do nothing for so long
    Duration time{};
  };
  using Step = std::variant<ListPage, Watch, Wait>;

  explicit WatchMachine(WatchOptions options) : options_(options) {}

  // What to do now. `random` is a fresh random number. Asking changes nothing but ends a wait.
  Step next(std::uint64_t random);

  // A page came. True: the list is complete; tell the sink with list_version(), then call list_taken().
  bool page_came(std::string resource_version, std::string continue_token);
  const std::string& list_version() const { return list_version_; }
  void list_taken();
  void list_failed(const Error&);

  // The server has accepted the watch.
  void watch_opened();
  // The sink took an event or a bookmark of that version.
  void took(std::string resource_version);
  // The server sent an ERROR event, decoded to an error.
  void error_event(const Error&);
  // The watch is over: in order (`error` null) or not, after living for `lived` and having brought `events`.
  void watch_ended(const Error* error, Duration lived, std::size_t events);

  // True while the sink's copy follows the server: a list is complete, the watch open, and nothing has failed since.
  bool in_step() const { return phase_ == Phase::kWatch && !trouble_; }

 private:
  enum class Phase { kList, kPages, kListed, kWatch };
  enum class Pause { kNone, kRefused, kFault };

  void relist(bool paged);
  void expired();
  void back_off(const Error&);
  void healthy();
  Duration delay(std::uint64_t random) const;

  WatchOptions options_;
  Phase phase_ = Phase::kList;
  Pause pause_ = Pause::kNone;
  Duration stated_{};     // the server's Retry-After
  unsigned refused_ = 0;  // failures in a row, of each sort
  unsigned faults_ = 0;
  unsigned expired_ = 0;  // expired versions in a row
  bool paged_ = true;
  bool trouble_ = true;
  bool opened_ = false;       // the server has accepted the present watch
  bool error_event_ = false;  // the present watch ended by an ERROR event
  std::string list_version_;  // of the first page: all pages are of that state
  std::string continue_;
  std::string version_;  // of the last event that was taken
};

// The server no longer has the history that was asked for, or not yet: only a new list helps.
bool is_expired(const Error&);
// Nobody answered, or a server that is only starting or overloaded did.
bool is_outage(const Error&);

}  // namespace originpull::kube
