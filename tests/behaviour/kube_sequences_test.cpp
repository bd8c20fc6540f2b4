// SPDX-License-Identifier: Apache-2.0
// Random conversations, held with the real server and with the simulated one, and compared answer by answer, list by
// list and event by event. A difference is shrunk by leaving steps out, and printed with the seed, the index, the
// request and both answers. ORIGINPULL_SEQUENCES=FROM-TO holds these of them, ORIGINPULL_SEQUENCE=SEED:INDEX that one
// alone; with ORIGINPULL_SURVEY=1 each difference is told as it was found, and all of them.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "behaviour/kube_sequence.hpp"
#include "cluster/parts.hpp"

namespace originpull::behaviour {
namespace {

constexpr std::uint64_t kSeed = 20'261'124;
constexpr std::size_t kSequences = 200;
constexpr std::size_t kEnoughToRead = 5;  // of differences; the next run tells the rest

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::uint64_t number(const std::string& text, std::uint64_t otherwise) {
  std::uint64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool surveys() { return !variable("ORIGINPULL_SURVEY").empty(); }

// The first of the sequences and the one after the last.
std::pair<std::size_t, std::size_t> range(std::size_t otherwise) {
  const std::string text = variable("ORIGINPULL_SEQUENCES");
  if (text.empty()) return {0, otherwise};
  const auto dash = text.find('-');
  if (dash == std::string::npos) return {0, number(text, otherwise)};
  return {number(text, 0), number(text.substr(dash + 1), otherwise)};
}

// Where two texts of the same question differ: "200 {…}" and "409 {…}".
std::string difference_of(const std::string& real, const std::string& world) {
  using nlohmann::json;
  const auto body = [](const std::string& text) {
    return json::parse(text.substr(std::min(text.find('{'), text.size())), nullptr, false);
  };
  const json one = body(real);
  const json two = body(world);
  const std::string whole = "  real:  " + real.substr(0, 1'500) + "\n  world: " + world.substr(0, 1'500) + "\n";
  if (!one.is_object() || !two.is_object()) return whole;
  std::string text = whole;
  for (const json& op : json::diff(two, one)) text += "  to be the real one: " + op.dump().substr(0, 500) + "\n";
  return text;
}

struct Difference {
  std::size_t step = 0;  // the last one that is needed to see it; the number of steps if it shows at the end
  std::string text = {};
};

std::optional<Difference> compare(const std::vector<Step>& steps, const Heard& real, const Heard& world) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (real.answers[i] == world.answers[i]) continue;
    return Difference{i, "step " + std::to_string(i) + ": " + steps[i].describe() + "\n" +
                             difference_of(real.answers[i], world.answers[i])};
  }
  for (const auto& [plural, list] : real.lists) {
    if (list != world.lists.at(plural)) {
      return Difference{steps.size(),
                        "the last list of " + plural + "\n" + difference_of(list, world.lists.at(plural))};
    }
  }
  for (const auto& [key, events] : real.events) {
    const auto other = world.events.find(key);
    const std::string theirs = other == world.events.end() ? "none" : other->second;
    if (events != theirs)
      return Difference{steps.size(), "the events of " + key + "\n real:\n" + events + " world:\n" + theirs};
  }
  for (const auto& [key, events] : world.events) {
    if (!real.events.contains(key)) return Difference{steps.size(), "events of " + key + " that are none\n" + events};
  }
  return std::nullopt;
}

class Sequences : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string why_not;
    if (real_side_is_possible(why_not)) return;
    if (cluster::real_parts_are_required()) FAIL() << why_not;
    GTEST_SKIP() << why_not;
  }

  std::optional<Difference> hold(const std::vector<Step>& steps) {
    const std::string ns = fresh_ns();
    const Heard real = play(real_side(), ns, steps);
    const Heard world = play(*make_world_side(), ns, steps);
    requests_ += steps.size();
    for (const std::string& answer : real.answers) accepted_ += answer.starts_with("2") ? 1 : 0;
    return compare(steps, real, world);
  }

  std::string fresh_ns() { return "talk-" + std::to_string(++held_) + "-x"; }

  // Leaves out what is not needed for the two to differ.
  std::vector<Step> shrink(std::vector<Step> steps, Difference& difference) {
    if (difference.step < steps.size()) steps.resize(difference.step + 1);
    for (std::size_t size = steps.size() / 2; size >= 1; size /= 2) {
      for (std::size_t at = 0; at + 1 < steps.size();) {
        std::vector<Step> fewer = steps;
        const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(at);
        fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, fewer.size() - at)));
        auto still = hold(fewer);
        if (!still) {
          at += size;
          continue;
        }
        difference = std::move(*still);
        steps = std::move(fewer);
        if (difference.step < steps.size()) steps.resize(difference.step + 1);
      }
    }
    return steps;
  }

  void hold_and_explain(std::uint64_t seed, std::size_t index) {
    std::vector<Step> steps = sequence_of(seed, index);
    auto difference = hold(steps);
    if (!difference) return;
    ++different_;
    if (!surveys()) steps = shrink(std::move(steps), *difference);
    std::string story;
    for (const Step& step : steps) story += "  " + step.describe() + "\n";
    ADD_FAILURE() << "ORIGINPULL_SEQUENCE=" << seed << ":" << index << " shows a difference\n"
                  << difference->text << " after\n"
                  << story;
  }

  std::size_t requests_ = 0;
  std::size_t different_ = 0;
  std::size_t accepted_ = 0;  // by the real server

 private:
  inline static int held_ = 0;  // the real server is one for all tests
};

TEST_F(Sequences, are_answered_alike_by_both_sides) {
  const std::string one = variable("ORIGINPULL_SEQUENCE");
  if (!one.empty()) {
    hold_and_explain(number(one, 0), number(one.substr(std::min(one.find(':') + 1, one.size())), 0));
    return;
  }
  const auto [from, to] = range(kSequences);
  std::size_t index = from;
  for (; index < to && (different_ < kEnoughToRead || surveys()); ++index) hold_and_explain(kSeed, index);
  std::cout << index - from << " sequences (" << from << " to " << index - 1 << ") compared with seed " << kSeed << ": "
            << requests_ << " requests, of which " << accepted_ << " were accepted; " << different_ << " differ\n";
  EXPECT_GT(requests_, 0U);
  EXPECT_GT(accepted_ * 10, requests_ * 3) << "conversations of refusals say little";
}

// What is left to chance or to the clock must not look like a difference, or the comparison would be about nothing.
TEST_F(Sequences, show_no_difference_between_the_real_server_and_itself) {
  for (std::size_t index = 0; index < range(12).second; ++index) {
    const std::vector<Step> steps = sequence_of(kSeed, index);
    const Heard once = play(real_side(), fresh_ns(), steps);
    const Heard again = play(real_side(), fresh_ns(), steps);
    const auto difference = compare(steps, once, again);
    EXPECT_FALSE(difference) << "sequence " << index << "\n" << (difference ? difference->text : "");
  }
}

TEST(SequenceGenerator, gives_the_same_steps_for_the_same_seed_and_others_for_another) {
  const auto told = [](std::uint64_t seed, std::size_t index) {
    std::string text;
    for (const Step& step : sequence_of(seed, index)) text += step.describe() + "\n";
    return text;
  };
  EXPECT_EQ(told(1, 2), told(1, 2));
  EXPECT_NE(told(1, 2), told(1, 3));
  EXPECT_NE(told(1, 2), told(2, 2));
}

}  // namespace
}  // namespace originpull::behaviour
