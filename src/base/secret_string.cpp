// SPDX-License-Identifier: Apache-2.0
#include "base/secret_string.hpp"

#include <string.h>  // explicit_bzero

#include <utility>

namespace originpull {

void wipe(std::string& text) {
  // All of the capacity: a longer value may have been there before.
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

// A short text lives inside the object itself, so a move copies it and the source must be wiped too.
SecretString::SecretString(SecretString&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  other.wipe();
  return *this;
}

void SecretString::wipe() { originpull::wipe(text_); }

}  // namespace originpull
