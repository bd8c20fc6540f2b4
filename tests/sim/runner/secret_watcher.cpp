// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/secret_watcher.hpp"

#include <cstring>

#include "base/base64.hpp"
#include "base/bug.hpp"

namespace originpull::sim {
namespace {

// Long enough that no chance makes it, short enough to be found where a text was cut or wrapped.
constexpr std::size_t kNeedle = 20;
constexpr std::size_t kPemLine = 64;

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

// The lines between the two that begin and end a PEM.
std::string body_of(const std::string& pem) {
  std::string body;
  for (std::size_t at = 0; at < pem.size();) {
    const auto end = std::min(pem.find('\n', at), pem.size());
    const std::string line = pem.substr(at, end - at);
    if (!line.starts_with("-----")) body += line;
    at = end + 1;
  }
  return body;
}

// Of the first four bytes there.
std::uint32_t beginning(const char* text) {
  std::uint32_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return (word * 0x9e3779b1U) >> 16U;
}

}  // namespace

void SecretWatcher::plant(Needle needle) {
  check(needle.text.size() >= kNeedle, "a planted secret is too short to be told from chance");
  beginnings_.set(beginning(needle.text.data()));
  needles_.push_back(std::move(needle));
}

void SecretWatcher::plant_key(const std::string& name, const std::string& key_pem) {
  const auto add = [&](std::string text, const char* form) {
    plant({std::move(text), "the private key of " + name + form, true});
  };
  const std::string body = body_of(key_pem);
  const auto der = decode_base64(body);
  check(der.has_value(), "a planted key is no PEM");
  // In a PKCS#8 P-256 key the scalar follows "04 20" (an octet string of 32).
  const auto mark = der->find("\x04\x20");
  check(mark != std::string::npos && mark + 34 <= der->size(), "a planted key is no P-256 key");
  const std::string scalar = der->substr(mark + 2, 32);
  // The scalar's characters are those from the 48th to the 91st; a PEM has a line break after the 64th.
  add(body.substr(kPemLine, kNeedle), ", as its PEM");
  add(body.substr(kPemLine - kNeedle / 2, kNeedle), ", as its PEM without line breaks");
  add(scalar.substr(4, kNeedle), ", as its DER");
  add(hex(scalar).substr(8, kNeedle), ", as hex");
  add(encode_base64(scalar).substr(8, kNeedle), ", as base64 of its bytes");
  const std::string wrapped = encode_base64(key_pem);
  add(wrapped.substr(wrapped.size() / 2, kNeedle), ", as base64 of its PEM");
}

void SecretWatcher::plant_token(const std::string& name, const std::string& token) {
  plant({token.substr(0, kNeedle), "the API token " + name, false});
  plant({encode_base64(token).substr(0, kNeedle), "the API token " + name + ", as base64", false});
}

std::string SecretWatcher::find(std::string_view text, bool keys, bool tokens) const {
  for (std::size_t at = 0; at + kNeedle <= text.size(); ++at) {
    if (!beginnings_.test(beginning(text.data() + at))) continue;
    const std::string_view rest = text.substr(at);
    for (const Needle& needle : needles_)
      if ((needle.is_key ? keys : tokens) && rest.starts_with(needle.text)) return needle.name;
  }
  return {};
}

}  // namespace originpull::sim
