// SPDX-License-Identifier: Apache-2.0
// The laws of the slots for named watches: no more than there are, first come first served, nobody loses one to a
// newcomer.
#include "control/named_slots.hpp"

#include <gmock/gmock.h>

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Key key(int number) { return {"ns", "s" + std::to_string(number)}; }

TEST(NamedSlots, the_thirty_third_is_refused) {
  NamedSlots slots(32);
  for (int i = 0; i < 32; ++i) EXPECT_TRUE(slots.want(key(i))) << i;
  EXPECT_FALSE(slots.want(key(32)));
  EXPECT_TRUE(slots.refused(key(32)));
  EXPECT_FALSE(slots.refused(key(0)));
  EXPECT_EQ(slots.size(), 32U);
}

TEST(NamedSlots, wanting_again_changes_nothing) {
  NamedSlots slots(1);
  EXPECT_TRUE(slots.want(key(1)));
  EXPECT_TRUE(slots.want(key(1)));
  EXPECT_FALSE(slots.want(key(2)));
  EXPECT_FALSE(slots.want(key(2)));
  EXPECT_EQ(slots.waiting(), 1U);
}

TEST(NamedSlots, a_free_slot_goes_to_the_one_that_waited_longest) {
  NamedSlots slots(2);
  for (int i = 1; i <= 4; ++i) slots.want(key(i));
  EXPECT_THAT(slots.leave(key(1)), ElementsAre(key(3)));
  EXPECT_TRUE(slots.holds(key(3)));
  EXPECT_THAT(slots.leave(key(2)), ElementsAre(key(4)));
  EXPECT_THAT(slots.leave(key(3)), IsEmpty());
}

TEST(NamedSlots, one_that_gives_up_waiting_frees_nothing) {
  NamedSlots slots(1);
  slots.want(key(1));
  slots.want(key(2));
  EXPECT_THAT(slots.leave(key(2)), IsEmpty());
  EXPECT_FALSE(slots.refused(key(2)));
  EXPECT_THAT(slots.leave(key(1)), IsEmpty());
}

}  // namespace
}  // namespace originpull::control
