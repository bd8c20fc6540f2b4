// SPDX-License-Identifier: Apache-2.0
#include "pki/pem.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/base64.hpp"

namespace originpull::pki {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The next line without its end and outer blanks, cut off the front of `rest`.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trim(line);
}

// "CERTIFICATE" for "-----BEGIN CERTIFICATE-----".
std::optional<std::string_view> label_of(std::string_view line, std::string_view opening) {
  if (!line.starts_with(opening) || !line.ends_with(kDashes) || line.size() < opening.size() + kDashes.size())
    return {};
  return line.substr(opening.size(), line.size() - opening.size() - kDashes.size());
}

// Reads the block whose BEGIN line has just been taken. A BEGIN within it ends it as unreadable, and is left in `rest`.
PemBlock read_block(std::string_view label, std::string_view& rest) {
  PemBlock block{.label = std::string(label)};
  std::string body;
  // Room for all that can follow, so that the body never grows: growing would leave copies of a key behind.
  body.reserve(std::min(rest.find(kDashes), rest.size()));
  while (!rest.empty()) {
    std::string_view after = rest;
    const auto line = next_line(after);
    if (label_of(line, kBegin)) break;
    rest = after;
    if (const auto ending = label_of(line, kEnd)) {
      auto der = decode_base64(body);
      block.readable = *ending == label && !body.empty() && der.has_value();
      if (der) block.der = SecretString(std::move(*der));
      break;
    }
    if (line.find(':') == std::string_view::npos) {
      if (body.size() + line.size() > body.capacity()) break;
      body += line;
    } else if (line.starts_with("Proc-Type:") && line.find("ENCRYPTED") != std::string_view::npos) {
      block.encrypted = true;
    }
  }
  wipe(body);
  return block;
}

}  // namespace

std::vector<PemBlock> scan_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  while (!text.empty()) {
    const auto line = next_line(text);
    if (const auto label = label_of(line, kBegin)) blocks.push_back(read_block(*label, text));
  }
  return blocks;
}

std::string write_pem(std::string_view label, std::string_view der) {
  constexpr std::size_t kBytesOfLine = 48;  // 64 characters
  const std::string name = std::string(label) + "-----\n";
  std::string out;
  out.reserve(kBegin.size() + kEnd.size() + 2 * name.size() + (der.size() / kBytesOfLine + 1) * 65);
  out.append(kBegin).append(name);
  for (std::size_t i = 0; i < der.size(); i += kBytesOfLine) {
    std::string line = encode_base64(der.substr(i, kBytesOfLine));
    out.append(line).append("\n");
    wipe(line);
  }
  return out.append(kEnd).append(name);
}

}  // namespace originpull::pki
