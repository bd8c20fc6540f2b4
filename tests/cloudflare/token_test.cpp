// SPDX-License-Identifier: Apache-2.0
// Which values of a Secret are taken for an API token, as a table; and that no refusal shows any part of the value.
#include "cloudflare/token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::cloudflare {
namespace {

const std::string kOld = "Qw3rTy_uIoP-asDFghJKlzXCvbNM1234567890ab";
const std::string kNew = "cfut_" + kOld + "1a2b3c4d";

TEST(ReadToken, takes_user_and_account_tokens_of_both_forms) {
  for (const std::string& text : {kOld, kNew, "cfat_" + kOld + "00ff00ff"}) {
    const auto token = read_token(text);
    ASSERT_TRUE(token) << text;
    EXPECT_EQ(token->reveal(), text);
  }
}

TEST(ReadToken, surrounding_white_space_is_not_part_of_it) {
  const auto token = read_token(" \t" + kOld + "\r\n");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->reveal(), kOld);
}

TEST(ReadToken, says_what_to_take_away_where_a_token_is_in_it) {
  EXPECT_THAT(read_token("Bearer " + kOld).error().message, testing::HasSubstr("only the token"));
  EXPECT_THAT(read_token("\"" + kOld + "\"").error().message, testing::HasSubstr("quotes"));
}

TEST(ReadToken, refuses_what_is_no_token_without_showing_it) {
  const std::string refused[] = {
      "",
      "  \n",
      "short-token",
      std::string(201, 'a'),
      kOld + "\n" + kOld,
      "Bearer " + kOld,
      "{\"token\":\"" + kOld + "\"}",
      "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n",
      "0123456789abcdef0123456789abcdef01234",  // 37 hex digits: an old Global API Key
      "cfk_" + kOld,
      "v1.0-0123456789abcdef-" + kOld,
      kOld + std::string(1, '\0'),
  };
  for (const std::string& text : refused) {
    const auto token = read_token(text);
    ASSERT_FALSE(token) << text;
    EXPECT_EQ(token.error().kind, ErrorKind::kInvalid);
    const std::string message = describe(token.error());
    EXPECT_EQ(message.find(kOld.substr(0, 8)), std::string::npos) << message;
    if (text.size() >= 8) {
      EXPECT_EQ(message.find(text.substr(0, 8)), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace originpull::cloudflare
