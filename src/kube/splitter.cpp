// SPDX-License-Identifier: Apache-2.0
#include "kube/splitter.hpp"

#include <cstring>

namespace originpull::kube {
namespace {

constexpr std::string_view kItems = "items";

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

bool ItemSplitter::feed(std::span<const char> part) {
  const std::string_view text(part.data(), part.size());
  kept_ = 0;
  for (std::size_t at = 0; at < text.size() && fault_.empty();) {
    if (in_string_) {
      at = string_bytes(text, at);
    } else {
      structure(text, at++);
    }
  }
  if (fault_.empty() && !between_items()) store(text, text.size());
  return fault_.empty();
}

// Passes the bytes of a string, up to its end or to the end of the part.
std::size_t ItemSplitter::string_bytes(std::string_view text, std::size_t at) {
  if (escaped_) {
    escaped_ = false;
    return at + 1;
  }
  const std::size_t stop = std::min(text.find_first_of("\"\\", at), text.size());
  if (reading_key_ && key_.size() <= kItems.size()) key_.append(text.substr(at, std::min<std::size_t>(stop - at, 8)));
  if (stop == text.size()) return stop;
  if (text[stop] == '\\') {
    escaped_ = true;
    key_ += '\\';  // a key with escapes is no key that we look for
    return stop + 1;
  }
  in_string_ = false;
  if (reading_key_) {
    reading_key_ = false;
    items_next_ = key_ == kItems;
  }
  return stop + 1;
}

void ItemSplitter::structure(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (blank(c) || c == ':') return;
  if (ended_) return fault("something follows the list");
  if (open_.empty() && c != '{') return fault("it is not a JSON object");
  if (c == '{' || c == '[') return opened(text, at);
  if (c == '}' || c == ']') return closed(text, at);
  if (c == ',') {
    key_next_ = open_.size() == 1;
    return;
  }
  if (between_items()) return fault("an item of the list is not an object");
  items_next_ = false;
  if (c != '"') return;
  in_string_ = true;
  if (!key_next_) return;
  key_next_ = false;
  reading_key_ = true;
  key_.clear();
}

void ItemSplitter::opened(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (open_.size() >= limits_.depth) return fault("it is nested deeper than " + std::to_string(limits_.depth));
  if (between_items()) {
    if (c != '{') return fault("an item of the list is not an object");
    in_item_ = true;
    item_.clear();
    kept_ = at;
  } else if (items_next_ && c == '[' && open_.size() == 1) {
    store(text, at + 1);
    in_items_ = true;
  }
  items_next_ = false;
  open_ += c;
  key_next_ = open_.size() == 1;
}

void ItemSplitter::closed(std::string_view text, std::size_t at) {
  if (open_.back() != (text[at] == '}' ? '{' : '[')) return fault("its brackets do not match");
  open_.pop_back();
  key_next_ = false;
  if (in_item_ && open_.size() == 2) return item_ended(text, at + 1);
  if (in_items_ && open_.size() == 1) {
    in_items_ = false;
    kept_ = at;
  }
  ended_ = open_.empty();
}

void ItemSplitter::item_ended(std::string_view text, std::size_t end) {
  if (item_.size() + (end - kept_) > limits_.item) return fault("an item is larger than " + megabytes(limits_.item));
  in_item_ = false;
  if (item_.empty()) {
    take_(text.substr(kept_, end - kept_));  // whole in this part: no copy
  } else {
    item_.append(text.substr(kept_, end - kept_));
    take_(item_);
  }
  kept_ = end;
}

// Keeps the bytes up to `end` that are not done with.
void ItemSplitter::store(std::string_view text, std::size_t end) {
  const std::string_view bytes = text.substr(kept_, end - kept_);
  kept_ = end;
  std::string& place = in_item_ ? item_ : envelope_;
  const std::size_t limit = in_item_ ? limits_.item : limits_.envelope;
  if (place.size() + bytes.size() > limit) {
    return fault(std::string(in_item_ ? "an item" : "what surrounds the items") + " is larger than " +
                 megabytes(limit));
  }
  place.append(bytes);
}

void ItemSplitter::fault(std::string what) {
  if (fault_.empty()) fault_ = std::move(what);
}

bool FrameSplitter::feed(std::span<const char> part) {
  if (!fault_.empty()) return false;
  std::string_view rest(part.data(), part.size());
  for (;;) {
    const std::size_t line = rest.find('\n');
    const std::string_view piece = rest.substr(0, line);
    if (begun_.size() + piece.size() > limits_.item) {
      fault_ = "an event is larger than " + megabytes(limits_.item);
      return false;
    }
    if (line == std::string_view::npos) {
      begun_.append(piece);
      return true;
    }
    rest.remove_prefix(line + 1);
    if (begun_.empty()) {
      if (!give(piece)) return false;
      continue;
    }
    begun_.append(piece);
    const bool more = give(begun_);
    begun_.clear();
    if (!more) return false;
  }
}

bool FrameSplitter::give(std::string_view frame) {
  if (frame.find_first_not_of(" \t\r") == std::string_view::npos) return true;
  ++frames_;
  return take_(frame);
}

}  // namespace originpull::kube
