// SPDX-License-Identifier: Apache-2.0
// Base64 by the vectors of RFC 4648 section 10, by round trips of every length, and by each way of being not base64.
#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace originpull {
namespace {

TEST(Base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(encode_base64(plain), encoded);
    EXPECT_EQ(decode_base64(encoded).value_or("an error"), plain);
  }
}

TEST(Base64, gives_every_byte_back_at_every_position) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)).value_or("an error"), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, skips_line_breaks_as_go_does) {
  EXPECT_EQ(decode_base64("Zm9v\r\nYm\nFy\n").value_or("an error"), "foobar");
}

TEST(Base64, refuses_what_is_not_base64_without_quoting_it) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z", "Zm9vZ", "====", "=", "Zg==Zg==", "Zm9v=", "Zm9 v", "Zm9-",
                           "Zm9_", "Zh==", "Zm9=", "Zm9v!"}) {
    const auto decoded = decode_base64(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(describe(decoded.error()).find("Zm9"), std::string::npos);
  }
}

}  // namespace
}  // namespace originpull
