// SPDX-License-Identifier: Apache-2.0
// The reaction that a fault asks for, as a table of all its cases. That cpprestsdk's own texts are read rightly is
// shown by the contract suites, which produce each of them on a real socket.
#include "net/cpprest_errors.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace originpull::net {
namespace {

ErrorKind kind(const Fault& fault, Method method) { return to_error(fault, method, "attempt").kind; }

TEST(CpprestErrors, what_was_not_sent_is_unavailable_for_every_method) {
  for (const Method method : {Method::kGet, Method::kPut, Method::kPost, Method::kPatch, Method::kDelete}) {
    EXPECT_EQ(kind({.sent = false, .why = ""}, method), ErrorKind::kUnavailable);
    EXPECT_EQ(kind({.sent = false, .broke_http = true, .why = ""}, method), ErrorKind::kUnavailable);
  }
}

TEST(CpprestErrors, a_mutation_that_may_have_been_sent_has_an_unknown_outcome_whatever_went_wrong_then) {
  for (const Method method : {Method::kPut, Method::kPost, Method::kPatch, Method::kDelete}) {
    EXPECT_EQ(kind({.why = ""}, method), ErrorKind::kUnknownOutcome);
    EXPECT_EQ(kind({.broke_http = true, .why = ""}, method), ErrorKind::kUnknownOutcome);
    EXPECT_EQ(kind({.dead_connection = true, .why = ""}, method), ErrorKind::kUnknownOutcome);
  }
}

TEST(CpprestErrors, a_get_that_failed_is_unavailable_and_one_whose_answer_broke_the_rules_is_internal) {
  EXPECT_EQ(kind({.why = ""}, Method::kGet), ErrorKind::kUnavailable);
  EXPECT_EQ(kind({.broke_http = true, .why = ""}, Method::kGet), ErrorKind::kInternal);
}

TEST(CpprestErrors, an_error_says_what_was_attempted_and_why_it_failed) {
  const Error error = to_error({.why = "the reason"}, Method::kGet, "GET https://host/path");
  EXPECT_EQ(describe(error), "GET https://host/path: the reason");
}

TEST(CpprestErrors, an_exception_that_nobody_knows_counts_as_sent) {
  const Fault of_library = classify(std::make_exception_ptr(std::runtime_error("the answer has a hole")), {});
  EXPECT_TRUE(of_library.sent);
  EXPECT_TRUE(of_library.broke_http);
  EXPECT_EQ(of_library.why, "the answer has a hole");
  const Fault of_no_type = classify(std::make_exception_ptr(42), {});
  EXPECT_TRUE(of_no_type.sent);
  EXPECT_NE(of_no_type.why, "");
}

}  // namespace
}  // namespace originpull::net
