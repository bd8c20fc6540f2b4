// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <array>
#include <cstdint>

#include "base/secret_string.hpp"

namespace originpull {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> values() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNone);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}
constexpr auto kValues = values();

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= count ? kAlphabet[group >> (18 - 6 * k) & 0x3fU] : '=';
  }
  return out;
}

Result<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  const auto refuse = [&](const char* why) {
    wipe(out);
    return fail(ErrorKind::kInvalid, "decode base64", why);
  };
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kNone) return refuse("it holds a character that is not base64");
    if (padding > 0) return refuse("it goes on after its padding");
    group = group << 6U | value;
    if (++digits % 4 != 0) continue;
    for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(group >> shift & 0xffU);
    group = 0;
  }
  const int rest = digits % 4;
  if (rest == 1 || padding != (4 - rest) % 4) return refuse("its length or padding is wrong; it may be cut off");
  if (rest == 2 && (group & 0xfU) != 0) return refuse("its last bits are not zero");
  if (rest == 3 && (group & 0x3U) != 0) return refuse("its last bits are not zero");
  if (rest == 2) out += static_cast<char>(group >> 4U & 0xffU);
  if (rest == 3) {
    out += static_cast<char>(group >> 10U & 0xffU);
    out += static_cast<char>(group >> 2U & 0xffU);
  }
  return out;
}

}  // namespace originpull
