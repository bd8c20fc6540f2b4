// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/scripts_of_lag.hpp"

namespace originpull::sim {
namespace {

constexpr const char* kSeldom = R"({"interval":"10m"})";
constexpr Duration kActs = Seconds(15);  // a new leader, on what it finds

// The standby has not seen what was done last when it becomes the leader.
void change_the_leader(Stage& stage) {
  stage.lose_the_leader();
  stage.live(kActs);
  stage.thaw_all();
}

}  // namespace

// In a list they stand before and after it.
void among_others(Stage& stage) {
  constexpr const char* kSuspended = R"({"mode":"Suspend","zone":{"name":"example.org"}})";
  stage.worlds().put_config("another", kSuspended);
  stage.worlds().put_config("one-more", kSuspended);
  stage.worlds().put_pair(0);
  stage.worlds().put_config("example", kSeldom);
  stage.start_all();
  stage.settle();
  stage.worlds().remove_config();
}

void late_standby(Stage& stage) {
  stage.worlds().put_pair(0);
  stage.worlds().put_config("example", kSeldom);
  stage.start_all();
  stage.settle();
  stage.freeze_the_standby();
  stage.worlds().edit(R"({"spec":{"enabled":false}})");
  stage.settle();
  change_the_leader(stage);
  stage.worlds().edit(R"({"spec":{"enabled":true}})");
  stage.settle();
  stage.freeze_the_standby();
  stage.worlds().remove_config();
  stage.worlds().flip("zone-level");
  change_the_leader(stage);
}

void slow_renewals(Stage& stage) {
  stage.renew_late(Seconds(4));
  stage.worlds().put_pair(0);
  stage.worlds().put_config("example", kSeldom);
  stage.start_all();
  stage.settle();
  stage.worlds().put_pair(1);
}

}  // namespace originpull::sim
