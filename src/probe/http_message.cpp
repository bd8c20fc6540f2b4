// SPDX-License-Identifier: Apache-2.0
#include "probe/http_message.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace originpull::probe {
namespace {

constexpr std::size_t kMaxHead = std::size_t{64} << 10;
constexpr std::size_t kMaxLine = 4096;  // of a chunk's size or a trailer

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whether a comma-separated header names `word`.
bool lists(const Headers& headers, std::string_view name, std::string_view word) {
  for (const auto& [key, value] : headers) {
    if (lower(key) != name) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      if (lower(trimmed(rest.substr(0, comma))) == word) return true;
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

}  // namespace

std::string write_request(const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + request.host + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_control(name) || has_control(value)) continue;
    text.append(name).append(": ").append(value).append("\r\n");
  }
  const bool says_length = !request.body.empty() || request.method == "POST" || request.method == "PUT";
  if (says_length) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

AnswerReader::State AnswerReader::state() const {
  if (part_ == Part::kDone) return State::kDone;
  return part_ == Part::kBroken ? State::kBroken : State::kNeedsMore;
}

bool AnswerReader::broken(std::string why) {
  part_ = Part::kBroken;
  why_ = std::move(why);
  return false;
}

AnswerReader::State AnswerReader::take(std::string_view bytes) {
  began_ = began_ || !bytes.empty();
  buffer_ += bytes;
  while (state() == State::kNeedsMore && step()) continue;
  // What stands behind an answer belongs to nothing that we asked.
  if (part_ == Part::kDone && !buffer_.empty()) keeps_alive_ = false;
  return state();
}

bool AnswerReader::step() {
  switch (part_) {
    case Part::kHead: return read_head();
    case Part::kSized: return read_counted(Part::kDone);
    case Part::kChunkSize: return read_chunk_size();
    case Part::kChunk: return read_counted(Part::kChunkEnd);
    case Part::kChunkEnd: return read_chunk_end();
    case Part::kTrailer: return read_trailer();
    case Part::kUntilEnd: return append(buffer_.size()) && false;
    case Part::kDone:
    case Part::kBroken: return false;
  }
  return false;
}

AnswerReader::State AnswerReader::end() {
  if (part_ == Part::kUntilEnd) part_ = Part::kDone;
  return state();
}

bool AnswerReader::read_line(std::string& line, std::size_t limit) {
  const auto end = buffer_.find("\r\n");
  if (end == std::string::npos ? buffer_.size() > limit : end > limit) return broken("a line is too long");
  if (end == std::string::npos) return false;
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

bool AnswerReader::read_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos ? buffer_.size() > kMaxHead : end > kMaxHead) return broken("the head is too long");
  const std::string_view start = "HTTP/1.";
  const auto known = std::min(start.size(), buffer_.size());
  if (std::string_view(buffer_).substr(0, known) != start.substr(0, known)) return broken("no HTTP/1.1 answer");
  if (end == std::string::npos) return false;
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  answer_ = {};
  const auto first = head.find("\r\n");
  const std::string status_line = head.substr(0, first);
  const auto status = status_line.size() >= 12 && status_line[8] == ' ' ? number(status_line.substr(9, 3), 10)
                                                                        : std::optional<std::size_t>();
  const bool ends_there = status_line.size() == 12 || (status_line.size() > 12 && status_line[12] == ' ');
  if (!status || *status < 100 || !ends_there) return broken("the status line is no HTTP/1.1");
  answer_.status = static_cast<int>(*status);
  for (std::size_t at = first; at != std::string::npos;) {
    const auto next = head.find("\r\n", at + 2);
    const std::string_view field =
        std::string_view(head).substr(at + 2, next == std::string::npos ? next : next - at - 2);
    const auto colon = field.find(':');
    if (colon == 0 || colon == std::string_view::npos || has_control(field)) return broken("a header is none");
    answer_.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    at = next;
  }
  keeps_alive_ = lists(answer_.headers, "connection", "keep-alive") ||
                 (status_line[7] == '1' && !lists(answer_.headers, "connection", "close"));
  if (answer_.status == 101) return broken("the protocol was switched, which nobody asked for");
  return answer_.status < 200 || choose_body();
}

bool AnswerReader::choose_body() {
  const bool chunked = lists(answer_.headers, "transfer-encoding", "chunked");
  std::optional<std::size_t> length;
  for (const auto& [name, value] : answer_.headers) {
    if (lower(name) != "content-length") continue;
    const auto one = number(value, 10);
    if (!one || chunked || (length && *length != *one)) return broken("the length is ambiguous");
    length = one;
  }
  if (head_only_ || answer_.status == 204 || answer_.status == 304) {
    part_ = Part::kDone;
  } else if (chunked) {
    part_ = Part::kChunkSize;
  } else if (length) {
    if (*length > max_body_) return broken("the body is longer than allowed");
    left_ = *length;
    part_ = left_ == 0 ? Part::kDone : Part::kSized;
  } else {
    keeps_alive_ = false;
    part_ = Part::kUntilEnd;
  }
  return true;
}

bool AnswerReader::append(std::size_t count) {
  if (count > max_body_ - answer_.body.size()) return broken("the body is longer than allowed");
  answer_.body.append(buffer_, 0, count);
  buffer_.erase(0, count);
  return true;
}

bool AnswerReader::read_counted(Part after) {
  const std::size_t count = std::min(left_, buffer_.size());
  if (!append(count)) return false;
  left_ -= count;
  if (left_ > 0) return false;
  part_ = after;
  return true;
}

bool AnswerReader::read_chunk_size() {
  std::string line;
  if (!read_line(line, kMaxLine)) return false;
  const auto size = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
  if (!size) return broken("the size of a chunk is no number");
  left_ = *size;
  part_ = left_ == 0 ? Part::kTrailer : Part::kChunk;
  return true;
}

bool AnswerReader::read_chunk_end() {
  std::string line;
  if (!read_line(line, kMaxLine)) return false;
  if (!line.empty()) return broken("a chunk is longer than it says");
  part_ = Part::kChunkSize;
  return true;
}

bool AnswerReader::read_trailer() {
  std::string line;
  if (!read_line(line, kMaxLine)) return false;
  if (line.empty()) part_ = Part::kDone;
  return true;
}

}  // namespace originpull::probe
