// SPDX-License-Identifier: Apache-2.0
// The ledger's one question: is this fingerprint ours?
#include "api/ledger.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace originpull::api {
namespace {

TEST(Ledger, finds_a_record_by_its_fingerprint_and_never_by_its_id) {
  Ledger ledger;
  ledger.certificates = {{.fingerprint = "aa", .id = "1"}, {.fingerprint = "bb", .id = "2"}};
  EXPECT_EQ(ledger.find("bb"), &ledger.certificates[1]);
  EXPECT_EQ(ledger.find("2"), nullptr);
  EXPECT_EQ(std::as_const(ledger).find("aa"), &ledger.certificates[0]);
  EXPECT_EQ(Ledger{}.find("aa"), nullptr);
}

TEST(Ledger, lets_a_found_record_be_changed) {
  Ledger ledger;
  ledger.certificates = {{.fingerprint = "aa"}};
  ledger.find("aa")->intent = Intent::kDelete;
  EXPECT_EQ(ledger.certificates[0].intent, Intent::kDelete);
}

}  // namespace
}  // namespace originpull::api
