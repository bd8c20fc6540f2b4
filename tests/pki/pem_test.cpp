// SPDX-License-Identifier: Apache-2.0
// The PEM scanner's tolerance and its limits, on small made-up blocks: what stands between blocks, how lines end,
// what makes a block unreadable, and that a hostile text takes no longer than an honest one of its size.
#include "pki/pem.hpp"

#include <gtest/gtest.h>

#include <string>

namespace originpull::pki {
namespace {

const std::string kBlock = "-----BEGIN CERTIFICATE-----\nZm9v\nYmFy\n-----END CERTIFICATE-----\n";

TEST(ScanPem, reads_label_and_bytes) {
  const auto blocks = scan_pem(kBlock);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].label, "CERTIFICATE");
  EXPECT_TRUE(blocks[0].readable);
  EXPECT_FALSE(blocks[0].encrypted);
  EXPECT_EQ(blocks[0].der.reveal(), "foobar");
}

TEST(ScanPem, tolerates_crlf_indentation_and_text_around_the_blocks) {
  const auto blocks = scan_pem(
      "Certificate:\r\n    Data: ----\r\n  -----BEGIN CERTIFICATE-----  \r\n\tZm9v\r\n\r\n YmFy \r\n"
      "-----END CERTIFICATE-----\r\n# the end\r\n" +
      kBlock + "trailing");
  ASSERT_EQ(blocks.size(), 2U);
  for (const auto& block : blocks) {
    EXPECT_TRUE(block.readable);
    EXPECT_EQ(block.der.reveal(), "foobar");
  }
}

TEST(ScanPem, needs_no_final_newline) { EXPECT_TRUE(scan_pem(kBlock.substr(0, kBlock.size() - 1)).at(0).readable); }

TEST(ScanPem, sees_the_headers_of_an_encrypted_block) {
  const auto blocks = scan_pem(
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nZm9v\n"
      "-----END RSA PRIVATE KEY-----\n");
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_TRUE(blocks[0].encrypted);
  EXPECT_TRUE(blocks[0].readable);
}

TEST(ScanPem, reports_a_broken_block_instead_of_skipping_it) {
  for (const char* text : {"-----BEGIN X-----\nZm9v\n", "-----BEGIN X-----\nZm9\n-----END X-----\n",
                           "-----BEGIN X-----\n!!!!\n-----END X-----\n", "-----BEGIN X-----\nZm9v\n-----END Y-----\n",
                           "-----BEGIN X-----\n-----END X-----\n", "-----BEGIN X-----\nZm9v\nfoo -----END X-----\n"}) {
    const auto blocks = scan_pem(text);
    ASSERT_EQ(blocks.size(), 1U) << text;
    EXPECT_FALSE(blocks[0].readable) << text;
  }
}

TEST(ScanPem, lets_the_next_begin_end_a_block_that_was_cut_off) {
  const auto blocks = scan_pem("-----BEGIN CERTIFICATE-----\nZm9v\n" + kBlock);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_FALSE(blocks[0].readable);
  EXPECT_TRUE(blocks[1].readable);
}

TEST(ScanPem, finds_nothing_where_there_is_nothing) {
  for (const char* text : {"", "\n\n", "-----BEGIN", "----- BEGIN X-----", "-----END X-----", "-----BEGIN ----"}) {
    EXPECT_TRUE(scan_pem(text).empty()) << text;
  }
}

TEST(ScanPem, reads_a_megabyte_of_opened_blocks_in_linear_memory) {
  std::string text;
  while (text.size() < kMaxPemBytes) text += "-----BEGIN X-----\n";
  const auto blocks = scan_pem(text);
  EXPECT_EQ(blocks.size(), text.size() / 18);
}

TEST(WritePem, breaks_lines_at_64_and_is_read_back) {
  const std::string bytes(100, 'x');
  const std::string pem = write_pem("CERTIFICATE", bytes);
  EXPECT_EQ(pem.find('\n', 28), 28U + 64U);
  EXPECT_TRUE(pem.ends_with("-----END CERTIFICATE-----\n"));
  EXPECT_EQ(scan_pem(pem).at(0).der.reveal(), bytes);
  EXPECT_EQ(write_pem("CERTIFICATE", "foobar"), "-----BEGIN CERTIFICATE-----\nZm9vYmFy\n-----END CERTIFICATE-----\n");
}

}  // namespace
}  // namespace originpull::pki
