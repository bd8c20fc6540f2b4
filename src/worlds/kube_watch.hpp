// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeWatch` is the body of a watch that was accepted: it tells what is there at first, if that was asked for, and
// then each change, in order, as lines of JSON, until its time is over. An object that leaves the selector is told as
// deleted, one that enters it as added. What the front-end does not know yet is told later. Pulled by one thread;
// reads the world's state under its lock, and forms its text outside of it. The world must outlive it. A version that
// is compacted away, or is far in the future, is told as an ERROR frame, the last.
#include <memory>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "net/server.hpp"
#include "worlds/kube_show.hpp"
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

struct KubeWatchRequest {
  KubeView view;
  std::string ns = {};  // empty: all
  KubeListOptions options;
  unsigned front_end = 0;
  std::uint64_t chance = 0;
};

class KubeWatch final : public net::ServedStream {
 public:
  KubeWatch(env::Env& env, env::Monitor<KubeState>& state, KubeWatchRequest request);
  Next next(std::string& part, Instant deadline, const std::stop_token& stop) override;

 private:
  struct Told {
    const char* type;
    KubeObjectPtr object;
    std::int64_t version = 0;  // of a deletion that is only one to this watch; 0: the object's own
  };
  struct Batch {
    std::vector<Told> events = {};
    std::int64_t bookmark = 0;  // 0: none
    bool initial_end = false;
    std::string refusal = {};  // the last frame
    bool end = false;
  };
  bool begin(const KubeState&, Instant now, Batch&);
  bool collect(const KubeState&, Instant now, Batch&);
  bool wants(const KubeKey&) const;
  void tell(const KubeChange&, Batch&) const;
  std::string text(const Batch&);
  void schedule_bookmark();

  env::Env& env_;
  env::Monitor<KubeState>& state_;
  KubeWatchRequest request_;
  bool begun_ = false;
  bool ended_ = false;
  bool first_frame_ = true;
  std::int64_t cursor_ = 0;  // what happened up to here was told
  std::uint64_t cuts_ = 0;
  Instant give_up_{};  // waiting for a version
  Instant end_{};
  Instant bookmark_at_ = Instant::max();
};

}  // namespace originpull::worlds
