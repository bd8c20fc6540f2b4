// SPDX-License-Identifier: Apache-2.0
// The 66 behaviours of Cloudflare, each a test of its own, and the proof of these tests: with behaviour n turned off
// exactly check n fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <set>

#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

const std::vector<BehaviourCheck>& all_checks() {
  static const std::vector<BehaviourCheck> all = [] {
    std::vector<BehaviourCheck> checks;
    for (const auto& topic :
         {switch_checks(), upload_checks(), life_checks(), edge_checks(), access_checks(), answer_checks()}) {
      checks.insert(checks.end(), topic.begin(), topic.end());
    }
    std::sort(checks.begin(), checks.end(),
              [](const BehaviourCheck& a, const BehaviourCheck& b) { return a.behaviour < b.behaviour; });
    return checks;
  }();
  return all;
}

std::string named(Behaviour behaviour) {
  const auto& facts = behaviours()[static_cast<std::size_t>(number_of(behaviour)) - 1];
  const std::string number = std::to_string(number_of(behaviour));
  return (number.size() < 2 ? "0" : "") + number + "_" + std::string(facts.name);
}

// What does not hold; empty: all does. An answer of an unexpected form throws in nlohmann's hands.
std::string broken(const BehaviourCheck& one, const BehaviourSet& without = {}) {
  CloudflareHouse house(without);
  Findings findings;
  try {
    one.check(house, findings);
  } catch (const std::exception& error) {
    findings.that(false, error.what());
  }
  return findings.broken();
}

class Holds : public testing::Test {
 public:
  explicit Holds(const BehaviourCheck& one) : one_(one) {}
  void TestBody() override { EXPECT_EQ(broken(one_), ""); }

 private:
  const BehaviourCheck& one_;
};

class FailsAlone : public testing::Test {
 public:
  explicit FailsAlone(const BehaviourCheck& one) : one_(one) {}
  void TestBody() override {
    BehaviourSet without;
    without.add(one_.behaviour);
    for (const BehaviourCheck& other : all_checks()) {
      const std::string found = broken(other, without);
      if (other.behaviour == one_.behaviour) {
        EXPECT_NE(found, "") << "the check does not see that its behaviour is off";
      } else {
        EXPECT_EQ(found, "") << named(other.behaviour) << " stands on " << named(one_.behaviour);
      }
    }
  }

 private:
  const BehaviourCheck& one_;
};

bool register_all() {
  for (const BehaviourCheck& one : all_checks()) {
    const std::string name = named(one.behaviour);
    testing::RegisterTest("CloudflareBehaviour", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [&one]() -> Holds* { return new Holds(one); });
    testing::RegisterTest("CloudflareBehaviourSwitch", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [&one]() -> FailsAlone* { return new FailsAlone(one); });
  }
  return true;
}

[[maybe_unused]] const bool kRegistered = register_all();

TEST(CloudflareBehaviours, each_of_the_66_has_a_check_of_its_own) {
  std::set<Behaviour> checked;
  for (const BehaviourCheck& one : all_checks()) EXPECT_TRUE(checked.insert(one.behaviour).second);
  EXPECT_EQ(checked.size(), 66U);
  EXPECT_EQ(behaviours().size(), 66U);
}

}  // namespace
}  // namespace originpull::worlds
