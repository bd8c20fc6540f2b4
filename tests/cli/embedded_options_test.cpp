// SPDX-License-Identifier: Apache-2.0
// Where the embedded API may listen: each address is either loopback or said twice. How the words reach this function
// is in cli/options_test.cpp.
#include "cli/embedded_options.hpp"

#include <gmock/gmock.h>

namespace originpull::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string fault(const std::string& listen, bool anywhere = false) {
  const auto checked = checked_embedded({}, listen, anywhere);
  return checked ? std::string() : describe(checked.error());
}

TEST(EmbeddedOptions, loopback_needs_no_further_word) {
  for (const char* loopback : {"127.0.0.1:0", "127.0.0.1:7443", "127.1.2.3:7443", "localhost:7443"})
    EXPECT_EQ(fault(loopback), "") << loopback;
  EXPECT_EQ(checked_embedded({}, "localhost:7443", false)->listen.address, "127.0.0.1");
}

TEST(EmbeddedOptions, what_other_machines_reach_must_be_meant) {
  for (const char* open : {"0.0.0.0:7443", "192.0.2.1:7443", "10.0.0.1:0"}) {
    EXPECT_THAT(fault(open), AllOf(HasSubstr("--embedded-listen"), HasSubstr("--embedded-anywhere"))) << open;
    EXPECT_EQ(fault(open, true), "") << open;
  }
}

TEST(EmbeddedOptions, what_is_no_address_is_refused) { EXPECT_THAT(fault("nonsense"), HasSubstr("--embedded-listen")); }

}  // namespace
}  // namespace originpull::cli
