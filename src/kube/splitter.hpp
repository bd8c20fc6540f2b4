// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two machines that cut a stream of bytes into JSON texts while it arrives, so that no list and no watch is ever in
// memory as a whole. `ItemSplitter` cuts the objects of a list's top-level "items" array out and keeps the rest, the
// envelope, which is small; `FrameSplitter` cuts a watch into its lines. Both keep one item at most, bounded, and do
// not care how the bytes were chunked. They find the limits of a text and leave its truth to the parser. Owned by one
// thread. A text too long, or brackets that do not match, is a fault that stays.
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace originpull::kube {

struct SplitLimits {
  std::size_t item = std::size_t{16} << 20;     // bytes of an item or frame
  std::size_t envelope = std::size_t{1} << 20;  // bytes of everything else in a list
  std::size_t depth = 256;                      // of an item
};

class ItemSplitter {
 public:
  using Taker = std::function<void(std::string_view item)>;  // valid during the call
  explicit ItemSplitter(Taker take, SplitLimits limits = {}) : take_(std::move(take)), limits_(limits) {}

  // False: there is a fault, now or before.
  bool feed(std::span<const char> part);
  // Whether the top-level value has ended, and nothing but blanks came after it.
  bool complete() const { return fault_.empty() && ended_; }
  const std::string& fault() const { return fault_; }        // empty: none
  const std::string& envelope() const { return envelope_; }  // the list with an empty "items"

 private:
  std::size_t string_bytes(std::string_view text, std::size_t at);
  void structure(std::string_view text, std::size_t at);
  void opened(std::string_view text, std::size_t at);
  void closed(std::string_view text, std::size_t at);
  void item_ended(std::string_view text, std::size_t end);
  void store(std::string_view text, std::size_t end);
  bool between_items() const { return in_items_ && !in_item_; }
  void fault(std::string what);

  Taker take_;
  SplitLimits limits_;
  std::string envelope_;
  std::string item_;  // the part of an item that came with earlier bytes
  std::string fault_;
  std::string open_;      // the open brackets, outermost first
  std::string key_;       // of the top level, as far as read
  std::size_t kept_ = 0;  // bytes of the present part that are stored or done with
  bool ended_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  bool key_next_ = false;  // the next string of the top level is a key
  bool reading_key_ = false;
  bool items_next_ = false;  // the value of "items" comes next
  bool in_items_ = false;    // within that array
  bool in_item_ = false;     // within an object of it
};

class FrameSplitter {
 public:
  using Taker = std::function<bool(std::string_view frame)>;  // false: enough
  explicit FrameSplitter(Taker take, SplitLimits limits = {}) : take_(std::move(take)), limits_(limits) {}

  // False: there is a fault, or the taker had enough.
  bool feed(std::span<const char> part);
  const std::string& fault() const { return fault_; }
  std::size_t frames() const { return frames_; }

 private:
  bool give(std::string_view frame);

  Taker take_;
  SplitLimits limits_;
  std::string begun_;
  std::string fault_;
  std::size_t frames_ = 0;
};

}  // namespace originpull::kube
