// SPDX-License-Identifier: Apache-2.0
// The table of checks held against the list of behaviours: each item is shown somewhere, each known difference names a
// check, and the page about it all is fresh. ORIGINPULL_WRITE_PAGE=1 writes the page instead.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "behaviour/kube_checks.hpp"
#include "behaviour/kube_items.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kPage = ORIGINPULL_SOURCE_DIR "/docs/reference/kubernetes-world.md";

TEST(KubeTable, every_item_of_1_to_69_and_109_to_140_is_shown_somewhere) {
  std::set<int> shown;
  for (const Check& check : checks()) shown.merge(items_of(check.items));
  std::size_t by_checks = 0;
  for (int item = 1; item <= 140; item = item == 69 ? 109 : item + 1) {
    by_checks += shown.count(item);
    EXPECT_TRUE(shown.contains(item) || shown_elsewhere().contains(item)) << "item " << item << " is shown nowhere";
    EXPECT_FALSE(shown.contains(item) && shown_elsewhere().contains(item))
        << "item " << item << " is shown by a check: take it out of the list of those that are not";
    EXPECT_TRUE(items().contains(item)) << item;
  }
  std::cout << checks().size() << " checks on each side, " << by_checks << " of 101 items shown by them, "
            << known_differences().size() << " known differences\n";
  EXPECT_GE(checks().size(), 120U);
  EXPECT_LE(known_differences().size(), 5U) << "the list of known differences stays short";
}

TEST(KubeTable, names_are_not_used_twice_and_known_differences_name_checks) {
  std::set<std::string> names;
  for (const Check& check : checks()) EXPECT_TRUE(names.insert(check.name).second) << check.name;
  for (const KnownDifference& one : known_differences()) EXPECT_TRUE(names.contains(one.check)) << one.check;
}

TEST(KubeTable, the_page_is_fresh) {
  const std::string page = reference_page();
  if (std::getenv("ORIGINPULL_WRITE_PAGE") != nullptr) std::ofstream(kPage) << page;
  std::ifstream file(kPage);
  const std::string there{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(there == page) << "run `ORIGINPULL_WRITE_PAGE=1 behaviour_test --gtest_filter=KubeTable.*` and commit it";
}

}  // namespace
}  // namespace originpull::behaviour
