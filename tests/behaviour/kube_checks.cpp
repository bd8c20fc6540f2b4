// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_checks.hpp"

#include <gtest/gtest-spi.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "behaviour/kube_items.hpp"
#include "cluster/parts.hpp"

namespace originpull::behaviour {
namespace {

std::vector<Check>& table() {
  static std::vector<Check> all;
  return all;
}

const KnownDifference* known(const std::string& name) {
  for (const KnownDifference& difference : known_differences()) {
    if (difference.check == name) return &difference;
  }
  return nullptr;
}

class OnReal final : public ::testing::Test {
 public:
  explicit OnReal(Check check) : check_(std::move(check)) {}
  void TestBody() override {
    std::string why_not;
    if (!real_side_is_possible(why_not)) {
      if (cluster::real_parts_are_required()) FAIL() << why_not;
      GTEST_SKIP() << why_not;
    }
    Side& side = real_side();
    side.new_check();
    check_.body(side);
  }

 private:
  const Check check_;
};

class OnWorld final : public ::testing::Test {
 public:
  explicit OnWorld(Check check) : check_(std::move(check)) {}
  void TestBody() override {
    const KnownDifference* difference = known(check_.name);
    if (difference == nullptr) {
      check_.body(*make_world_side());
      return;
    }
    ::testing::TestPartResultArray failures;
    {
      const ::testing::ScopedFakeTestPartResultReporter catcher(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
      try {
        check_.body(*make_world_side());
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    }
    std::cout << "known difference: " << difference->reason << '\n';
    EXPECT_GT(failures.size(), 0) << "the world behaves as the real server now: take " << check_.name
                                  << " out of the list of known differences";
  }

 private:
  const Check check_;
};

}  // namespace

const std::vector<Check>& checks() { return table(); }

Registration::Registration(std::string items, std::string name, void (*body)(Side&), const char* file, int line) {
  std::string full = items + "_" + name;
  std::replace(full.begin(), full.end(), ' ', '_');
  const Check check{.items = std::move(items), .name = std::move(name), .body = body, .file = file, .line = line};
  table().push_back(check);
  using ::testing::Test;
  ::testing::RegisterTest("Real", full.c_str(), nullptr, nullptr, file, line,
                          [check]() -> Test* { return new OnReal(check); });
  ::testing::RegisterTest("World", full.c_str(), nullptr, nullptr, file, line,
                          [check]() -> Test* { return new OnWorld(check); });
}

}  // namespace originpull::behaviour
