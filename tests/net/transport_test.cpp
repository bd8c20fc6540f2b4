// SPDX-License-Identifier: Apache-2.0
// The pure part of the transport's contract: names of methods, look-up of headers, what may go into a header, and
// percent-encoding, by examples taken from RFC 9110 and RFC 3986 and by the whole range of bytes.
#include "net/transport.hpp"

#include <gtest/gtest.h>

namespace originpull::net {
namespace {

TEST(Transport, a_method_is_called_as_on_the_wire) {
  EXPECT_EQ(to_string(Method::kGet), "GET");
  EXPECT_EQ(to_string(Method::kPut), "PUT");
  EXPECT_EQ(to_string(Method::kPost), "POST");
  EXPECT_EQ(to_string(Method::kPatch), "PATCH");
  EXPECT_EQ(to_string(Method::kDelete), "DELETE");
}

TEST(Transport, a_header_is_found_in_any_case_and_the_first_one_wins) {
  const Head head{.status = 200, .headers = {{"Content-Type", "text/plain"}, {"content-type", "second"}, {"X", "y"}}};
  EXPECT_EQ(head.header("CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(head.header("x"), "y");
  EXPECT_EQ(head.header("Content"), "");
  EXPECT_EQ(head.header("Content-Type-Options"), "");
}

TEST(Transport, a_header_with_a_control_character_or_a_blank_name_cannot_be_sent) {
  EXPECT_TRUE(valid_header("Authorization", "Bearer a.b-c_d"));
  EXPECT_TRUE(valid_header("X-Name", ""));
  EXPECT_TRUE(valid_header("X-Name", "tab\tis fine"));
  EXPECT_FALSE(valid_header("X-Name", "line\r\nInjected: yes"));
  EXPECT_FALSE(valid_header("X-Name", "line\nInjected: yes"));
  EXPECT_FALSE(valid_header("X-Name", std::string_view("nul\0", 4)));
  EXPECT_FALSE(valid_header("", "value"));
  EXPECT_FALSE(valid_header("X Name", "value"));
  EXPECT_FALSE(valid_header("X-Name:", "value"));
  EXPECT_FALSE(valid_header(std::string_view("X\0", 2), "value"));
}

TEST(Transport, every_byte_but_the_unreserved_is_percent_encoded) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("metadata.name=a/b c"), "metadata.name%3Da%2Fb%20c");
  EXPECT_EQ(percent_encode("\xc3\xa9\x7f"), "%C3%A9%7F");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_encode(all).size(), 66U + (256U - 66U) * 3U);
}

}  // namespace
}  // namespace originpull::net
