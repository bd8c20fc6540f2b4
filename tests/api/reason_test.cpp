// SPDX-License-Identifier: Apache-2.0
// The table of reasons as users meet it: words that Kubernetes accepts and that are unique, texts that are sentences,
// and the page in docs/ equal to what the table renders. Order and completeness are static checks beside the table.
#include "api/reason.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace originpull::api {
namespace {

TEST(Reasons, are_unique_words_that_kubernetes_accepts) {
  const std::regex word("[A-Z][A-Za-z]{3,62}");
  std::set<std::string_view> seen;
  for (const ReasonEntry& entry : reasons()) {
    EXPECT_TRUE(std::regex_match(std::string(entry.word), word)) << entry.word;
    EXPECT_TRUE(seen.insert(entry.word).second) << entry.word;
    EXPECT_EQ(to_string(entry.reason), entry.word);
  }
}

TEST(Reasons, keep_the_words_that_the_product_promises) {
  for (const auto& [reason, word] : {std::pair{Reason::kEncryptionModeTooLow, "EncryptionModeTooLow"},
                                     {Reason::kZoneConflict, "ZoneConflict"},
                                     {Reason::kForeignCertificate, "ForeignCertificate"},
                                     {Reason::kZoneNotFound, "ZoneNotFound"},
                                     {Reason::kZoneAmbiguous, "ZoneAmbiguous"},
                                     {Reason::kZoneChanged, "ZoneChanged"},
                                     {Reason::kIssuerUnknown, "IssuerUnknown"},
                                     {Reason::kTooManyLive, "TooManyLive"},
                                     {Reason::kPlanPending, "PlanPending"},
                                     {Reason::kSuspended, "Suspended"},
                                     {Reason::kNotYetSupported, "NotYetSupported"}}) {
    EXPECT_EQ(to_string(reason), word);
  }
}

TEST(Reasons, explain_themselves_in_sentences_of_their_own) {
  std::set<std::string_view> meanings;
  for (const ReasonEntry& entry : reasons()) {
    EXPECT_TRUE(meanings.insert(entry.meaning).second) << entry.word;
    for (const std::string_view text : {entry.meaning, entry.advice}) {
      EXPECT_TRUE(text.ends_with('.')) << entry.word;
      EXPECT_GT(text.size(), 12U) << entry.word;
    }
  }
}

TEST(Reasons, are_rendered_afresh_in_the_docs) {
  const std::string path = ORIGINPULL_SOURCE_DIR "/docs/reference/reasons.md";
  if (std::getenv("ORIGINPULL_RENEW_DOCS") != nullptr) std::ofstream(path) << render_reasons_page();
  std::ifstream file(path);
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), render_reasons_page()) << "docs/reference/reasons.md is older than the table: run this test "
                                                  "with ORIGINPULL_RENEW_DOCS=1 and commit the page";
}

}  // namespace
}  // namespace originpull::api
