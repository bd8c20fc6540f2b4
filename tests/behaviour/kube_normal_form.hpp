// SPDX-License-Identifier: Apache-2.0
#pragma once
// The form in which the answers of two servers are compared. What each must choose for itself (versions, uids, times,
// continue tokens, addresses) is replaced by a word; versions and uids by their ordinal of first appearance, so that
// "the version did not move" still shows. Entries of managedFields stand in the order of their managers, because the
// server's own order depends on the second in which a write fell. One object for one conversation; owned by one
// thread; a body that is no JSON stays as it is.
#include <map>
#include <string>
#include <utility>

#include "behaviour/kube_http.hpp"

namespace originpull::behaviour {

class NormalForm {
 public:
  // `ns` is the namespace of the conversation, which is called {ns} in every text.
  explicit NormalForm(std::string ns) : ns_(std::move(ns)) {}

  std::string of(const Answer&);
  std::string of_object(const std::string& json);

 private:
  std::string ordinal(std::map<std::string, std::string>& seen, char letter, const std::string& value);
  std::string text(std::string value) const;
  class Walk;

  const std::string ns_;
  std::map<std::string, std::string> versions_ = {};
  std::map<std::string, std::string> uids_ = {};
};

}  // namespace originpull::behaviour
