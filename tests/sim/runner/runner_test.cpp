// SPDX-License-Identifier: Apache-2.0
// What the runner promises: names that can be read back, base scenarios that break nothing, runs that are the same in
// another process, and oracles that see. The exhaustive set itself is the program `sim`.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

#include "sim/runner/bases.hpp"
#include "sim/runner/campaign.hpp"
#include "sim/runner/command.hpp"

namespace originpull::sim {
namespace {

std::string all_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(RunNames, can_be_read_back) {
  for (const char* text :
       {"rotation:none:1", "a-b-a:F3@17:2", "drift:F17.jump=-30@9+F1@12:77", "rotation:F14.cut@4:1"}) {
    const auto id = read_run_id(text);
    ASSERT_TRUE(id) << text;
    EXPECT_EQ(to_text(*id), text);
  }
}

TEST(RunNames, that_make_no_sense_are_refused) {
  for (const char* text : {"", "rotation", "rotation:F3@17", "rotation:F3:1", "rotation:F99@3:1", "rotation:F3@x:1",
                           "rotation:F3@3+:1", "rotation:F17.pause=x@3:1", "rotation:none:one"})
    EXPECT_FALSE(read_run_id(text)) << text;
}

TEST(Mishaps, are_listed_for_each_call_that_they_can_befall) {
  const std::vector<Call> calls = {{.number = 1, .method = net::Method::kGet},
                                   {.number = 2, .cloudflare = true, .method = net::Method::kPost}};
  const std::array<std::string, 1> twice = {"F4"};
  const std::vector<Mishap> mutations = every_mishap(calls, twice);
  ASSERT_EQ(mutations.size(), 1U);
  EXPECT_EQ(to_text(mutations[0]), "F4@2");
  const std::array<std::string, 1> crash = {"F1"};
  EXPECT_EQ(every_mishap(calls, crash).size(), 2U);
  EXPECT_GT(every_mishap(calls, {}).size(), 30U);
}

std::size_t count_of(const std::vector<Mishap>& all, std::string_view family, unsigned call) {
  return static_cast<std::size_t>(std::ranges::count_if(
      all, [&](const Mishap& one) { return one.call == call && one.kind.substr(0, one.kind.find('.')) == family; }));
}

TEST(Mishaps, of_a_large_family_are_drawn_one_for_each_call_and_of_a_small_one_stay_all) {
  const std::vector<Call> calls = {{.number = 1, .who = "p0.1/worker-0", .method = net::Method::kGet},
                                   {.number = 2, .who = "p0.1/worker-0", .method = net::Method::kPut}};
  const std::vector<Mishap> all = every_mishap(calls, {});
  const std::vector<Mishap> thin = thinned_out(all, calls, 1);
  for (const unsigned call : {1U, 2U}) {
    for (const char* family : {"F9", "F10", "F11", "F12", "F17", "F18", "F19"}) {
      EXPECT_GT(count_of(all, family, call), 1U) << family;
      EXPECT_EQ(count_of(thin, family, call), 1U) << family;
    }
    for (const char* family : {"F1", "F2", "F3", "F4", "F5", "F6", "F8"})
      EXPECT_EQ(count_of(thin, family, call), count_of(all, family, call)) << family;
  }
  EXPECT_EQ(thin, thinned_out(all, calls, 1));
  EXPECT_NE(thin, thinned_out(all, calls, 2));
}

TEST(Mishaps, at_a_renewal_right_after_a_renewal_are_those_of_the_first) {
  const auto renewal = [](unsigned number, const char* who) {
    return Call{.number = number, .who = who, .method = net::Method::kPut, .target = "/leases/x"};
  };
  const std::vector<Call> calls = {renewal(1, "p0.1/lease"), renewal(2, "p0.1/lease"), renewal(3, "p1.1/lease")};
  const std::vector<Mishap> thin = thinned_out(every_mishap(calls, {}), calls, 1);
  EXPECT_GT(count_of(thin, "F1", 1), 0U);
  EXPECT_EQ(count_of(thin, "F1", 2), 0U);
  EXPECT_GT(count_of(thin, "F1", 3), 0U);
}

class BaseScenario : public testing::TestWithParam<std::string> {};

TEST_P(BaseScenario, without_mishaps_breaks_nothing) {
  Campaign campaign;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const RunReport& report = campaign.reference(GetParam(), seed);
    EXPECT_TRUE(report.broken.empty()) << GetParam() << ":none:" << seed << "\n" << all_of(report.broken);
    EXPECT_FALSE(report.end.empty());
    EXPECT_GT(report.calls.size(), 20U);
  }
}

std::vector<std::string> base_names() {
  std::vector<std::string> names;
  for (const Base& base : bases()) names.emplace_back(base.name);
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, BaseScenario, testing::ValuesIn(base_names()), test_name);

// What another process says of a run.
std::string elsewhere(const std::string& run) {
  const std::string command = std::string(ORIGINPULL_SIM) + " --explain " + run;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> process(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> buffer;
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), process.get()))
    text.append(buffer.data(), n);
  return text;
}

TEST(Runs, are_the_same_in_two_processes) {
  for (const char* run :
       {"rotation:none:1", "a-b-a:F3@40:2", "two-replicas:F6@50:1", "drift:F5@33:4", "foreign:F1@44:3",
        "many-pairs:F2@70:5", "downtime:F4@20:6", "off-and-on:F17.pause=16@30:7"}) {
    const std::string once = elsewhere(run);
    EXPECT_NE(once.find("hash "), std::string::npos) << once.substr(0, 500);
    EXPECT_EQ(once, elsewhere(run)) << run;
  }
}

TEST(Runs, tell_their_story) {
  std::ostringstream out, err;
  EXPECT_EQ(run_command({"--explain", "rotation:F3@30:2"}, out, err), 0) << out.str().substr(0, 2000);
  for (const char* what : {"MISHAP F3@30", "a human puts the pair", "the edge presents", "nothing is broken"})
    EXPECT_NE(out.str().find(what), std::string::npos) << what;
}

TEST(Commands, that_make_no_sense_are_refused) {
  std::ostringstream out, err;
  EXPECT_EQ(run_command({"--explian"}, out, err), 2);
  EXPECT_EQ(run_command({"--explain", "nowhere:none:1"}, out, err), 2);
  EXPECT_EQ(run_command({"--slice", "3/2"}, out, err), 2);
  EXPECT_EQ(run_command({"--scenario", "nowhere"}, out, err), 2);
}

}  // namespace
}  // namespace originpull::sim
