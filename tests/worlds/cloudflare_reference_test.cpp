// SPDX-License-Identifier: Apache-2.0
// The page about the behaviours in docs/ is the one that the table renders today.
#include "worlds/cloudflare_reference.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "worlds/cloudflare_behaviours.hpp"

namespace originpull::worlds {
namespace {

TEST(BehavioursReference, the_page_in_docs_is_up_to_date) {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/docs/reference/cloudflare-behaviours.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, behaviours_reference())
      << "run `cloudflare-sim --behaviours > docs/reference/cloudflare-behaviours.md` and commit it";
}

TEST(BehavioursReference, every_behaviour_has_a_line) {
  const std::string page = behaviours_reference();
  for (const BehaviourFacts& one : behaviours()) {
    EXPECT_THAT(page, testing::HasSubstr("| `" + std::string(one.name) + "` | " + std::string(one.text) + " |"));
  }
}

}  // namespace
}  // namespace originpull::worlds
