// SPDX-License-Identifier: Apache-2.0
// Addresses to listen on: what is one, and that what is none is refused in the name of the option.
#include "cli/listen_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::cli {
namespace {

TEST(ListenAddress, is_an_address_and_a_port) {
  const auto parsed = parse_listen("--listen", "127.0.0.1:8443");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->address, "127.0.0.1");
  EXPECT_EQ(parsed->port, 8443);
  EXPECT_EQ(parse_listen("--listen", "::1:0")->address, "::1");
}

TEST(ListenAddress, that_is_none_is_refused_by_the_name_of_its_option) {
  for (const char* bad : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:8x"}) {
    const auto parsed = parse_listen("--edge", bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(parsed.error().message, testing::StartsWith("--edge expects ADDRESS:PORT")) << bad;
  }
}

}  // namespace
}  // namespace originpull::cli
