// SPDX-License-Identifier: Apache-2.0
// Each planted bug is caught by the oracles of the simulation, and the same trial is clean without it; one that nothing
// catches is a failure. The trial that the record names comes first; a change of the program moves every history, so
// where it is of no use any more the search is made again.
#include "planted/planted.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "planted/catalogue.hpp"
#include "planted/record.hpp"

namespace originpull::planted {

// As GoogleTest shows it.
static void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.what; }

namespace {

constexpr int kMostTrials = 3'000;  // of a search
constexpr int kTrialsWithoutBug = 60;

std::string read_file(const std::string& path) {
  std::ifstream file(ORIGINPULL_SOURCE_DIR + ("/" + path));
  return {std::istreambuf_iterator<char>(file), {}};
}

Record record() { return read_record(read_file("tests/planted/caught.txt")); }

class Planted : public testing::TestWithParam<Bug> {
 protected:
  ~Planted() override { choose(0); }
};

TEST_P(Planted, bug_is_caught) {
  const Record all = record();
  const auto known = all.find(GetParam().number);
  ASSERT_NE(known, all.end()) << "nothing is recorded that catches it; look for a trial with tests/planted/hunt";
  Trial trial = known->second.by;
  choose(GetParam().number);
  if (!first_broken(trial)) {
    int left = kMostTrials;
    const auto caught = search(GetParam().number, hint_of(trial), [&] { return --left < 0; });
    ASSERT_TRUE(caught) << to_text(trial)
                        << " does not catch it any more; look for another one with tests/planted/hunt";
    trial = caught->by;
  }
  choose(0);
  EXPECT_EQ(first_broken(trial).value_or(""), "") << "without any bug: " << to_text(trial);
}

std::string name_of(const testing::TestParamInfo<Bug>& info) {
  std::string name = (info.param.number < 10 ? "0" : "") + std::to_string(info.param.number) + "_";
  for (const char c : info.param.name) name += c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Every, Planted, testing::ValuesIn(catalogue().begin(), catalogue().end()), name_of);

TEST(PlantedBugs, do_nothing_when_none_is_chosen) {
  int left = kTrialsWithoutBug;
  const auto broken = search(0, {}, [&] { return --left < 0; });
  EXPECT_FALSE(broken) << to_text(broken->by) << ": " << broken->says;
}

TEST(PlantedBugs, have_numbers_of_their_own) {
  std::set<int> numbers;
  for (const Bug& bug : catalogue()) EXPECT_TRUE(numbers.insert(bug.number).second) << bug.number;
  EXPECT_GE(numbers.size(), 32U);
  for (const auto& [number, caught] : record()) EXPECT_TRUE(numbers.contains(number)) << "in the record: " << number;
}

TEST(PlantedBugs, are_described_by_the_page_in_docs_as_they_are_today) {
  EXPECT_EQ(read_file("docs/reference/planted-bugs.md"), table(record()))
      << "run `planted_test --table > docs/reference/planted-bugs.md` and commit it";
}

}  // namespace
}  // namespace originpull::planted
