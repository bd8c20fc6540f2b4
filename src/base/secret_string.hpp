// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SecretString` holds a token or a private key for as long as it is needed: it cannot be copied, printed or compared
// by accident, and its bytes are overwritten when it is destroyed or moved from. Whoever needs the text says
// `reveal()`, which is easy to find in a review. Owned by one function or struct at a time; no threads involved; cannot
// fail.
#include <ostream>
#include <string>
#include <string_view>

namespace originpull {

class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string text) : text_(std::move(text)) {}
  SecretString(SecretString&& other) noexcept;
  SecretString& operator=(SecretString&& other) noexcept;
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;
  ~SecretString() { wipe(); }

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  std::size_t size() const { return text_.size(); }
  SecretString clone() const { return SecretString(text_); }
  void wipe();

  friend std::ostream& operator<<(std::ostream&, const SecretString&) = delete;

 private:
  std::string text_;
};

// Overwrites the bytes of a text that held a secret (a request body, a decoded Secret) in a way that the compiler
// keeps.
void wipe(std::string& text);

}  // namespace originpull
