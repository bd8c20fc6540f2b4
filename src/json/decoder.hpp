// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Decoder` reads one JSON object field by field and remembers the first thing that was wrong, with its path
// (`$.result[1].id: expected a string, found a number`). The idea: a decode function is a straight list of fields
// without a single branch for errors; `finish` at the end says whether all of it was true. A place that is absent
// reads as empty. It looks at a Document that must outlive it; children report to their parent. One thread at a time.
// Never throws, and never quotes a value, only its kind, because the object may be a Secret.
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "json/json.hpp"

namespace originpull::json {

class Decoder {
 public:
  explicit Decoder(const Document& document);  // the top must be an object
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // T: std::string, bool, std::int64_t, std::vector<std::string>, std::map<std::string, std::string>, or an optional
  // of these.
  template <class T>
  T need(std::string_view key) {  // absent, null or of another kind: a fault
    T out{};
    read(key, true, out);
    return out;
  }
  template <class T>
  T want(std::string_view key, T fallback = {}) {  // absent or null: the fallback; of another kind: a fault
    T out{};
    if (!read(key, false, out)) out = std::move(fallback);
    return out;
  }

  // The object under `key`; absent or null: an empty place, whose `want`s give fallbacks and whose `need`s are faults.
  Decoder at(std::string_view key);

  // f(Decoder&) for each object of the array under `key`; absent or null: no round.
  template <class F>
  void each(std::string_view key, F f) {
    const std::size_t count = length(key);
    for (std::size_t i = 0; i < count; ++i) {
      Decoder element = item(key, i);
      f(element);
    }
  }

  bool has(std::string_view key) const;  // present and not null
  bool is_null(std::string_view key) const { return !has(key); }
  bool is_object(std::string_view key) const;
  bool is_array(std::string_view key) const;
  bool is_string(std::string_view key) const;
  std::vector<std::string> keys() const;         // of this object, in byte order
  std::string text(std::string_view key) const;  // the value as compact JSON; absent: empty
  std::string text() const;                      // this object as compact JSON

  // Records a fault of the caller's own: `reject("mode", "expected Manage, Observe or Suspend")`. Empty key: this
  // object.
  void reject(std::string_view key, std::string_view what);
  bool failed() const { return !fault_->empty(); }
  const std::string& fault() const { return *fault_; }

  template <class T>
  Result<T> finish(T value, ErrorKind kind = ErrorKind::kInternal, std::string attempted = "read JSON") const {
    if (failed()) return fail(kind, std::move(attempted), fault());
    return value;
  }

 private:
  Decoder(const nlohmann::json& here, std::string path, std::string* fault);

  const nlohmann::json& find(std::string_view key) const;
  std::size_t length(std::string_view key);
  Decoder item(std::string_view key, std::size_t index);
  bool present(std::string_view key, bool required);
  void wrong(std::string_view key, std::string_view expected, const nlohmann::json& found);

  // Each: true if the field was there and of the right kind, with its value in `out`.
  bool read(std::string_view key, bool required, std::string& out);
  bool read(std::string_view key, bool required, bool& out);
  bool read(std::string_view key, bool required, std::int64_t& out);
  bool read(std::string_view key, bool required, std::vector<std::string>& out);
  bool read(std::string_view key, bool required, std::map<std::string, std::string>& out);
  template <class T>
  bool read(std::string_view key, bool required, std::optional<T>& out) {
    T value{};
    if (!read(key, required, value)) return false;
    out = std::move(value);
    return true;
  }

  const nlohmann::json* here_;
  std::string path_ = "$";
  std::string own_fault_;
  std::string* fault_;  // own_fault_ of the topmost decoder
};

// Parse and decode in one go: `decode(text, [](Decoder& d) { return Zone{.id = d.need<std::string>("id")}; })`.
template <class F>
auto decode(std::string_view text, F body, const Limits& limits = {}, ErrorKind kind = ErrorKind::kInternal)
    -> Result<std::invoke_result_t<F, Decoder&>> {
  const Document document = TRY(parse(text, limits, kind));
  Decoder decoder(document);
  auto value = body(decoder);
  return decoder.finish(std::move(value), kind);
}

}  // namespace originpull::json
