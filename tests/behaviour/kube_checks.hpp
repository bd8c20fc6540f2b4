// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table of the behaviour suite. Each check is one function over a Side, with the numbers of the items of the list
// of behaviours that it shows (or "operator", for what the operator uses beyond the list) and a name that is a law.
// The one idea: a check is written once and becomes two tests, `Real.<items>_<name>` and `World.<items>_<name>`, so
// neither side can be tested with kinder words. A check that is in the list of known differences must fail on the
// world: its failures are caught, and their absence is the failure. Registered before main, read only after it; one
// thread.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "behaviour/kube_side.hpp"

namespace originpull::behaviour {

struct Check {
  std::string items;  // "8 17", or "operator"
  std::string name;
  void (*body)(Side&);
  const char* file;
  int line;
};

const std::vector<Check>& checks();

struct KnownDifference {
  std::string check;   // its name
  std::string reason;  // what the world does instead, and why that is all right
};
const std::vector<KnownDifference>& known_differences();

struct Registration {
  Registration(std::string items, std::string name, void (*body)(Side&), const char* file, int line);
};

// `BEHAVIOUR("8 17", a_watch_from_a_forgotten_version_is_told) { … side … }`
#define BEHAVIOUR(items, name)                                                                                  \
  static void name(Side& side);                                                                                 \
  static const ::originpull::behaviour::Registration registered_##name(items, #name, name, __FILE__, __LINE__); \
  static void name([[maybe_unused]] Side& side)

// What a status line says, with the whole answer if it is another one.
#define EXPECT_VERDICT(answer, wanted) EXPECT_EQ((answer).verdict(), wanted) << (answer).body.substr(0, 2'000)
#define ASSERT_VERDICT(answer, wanted) ASSERT_EQ((answer).verdict(), wanted) << (answer).body.substr(0, 2'000)
#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

}  // namespace originpull::behaviour
