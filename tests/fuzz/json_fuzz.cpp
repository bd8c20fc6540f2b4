// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as JSON: nothing may crash, whatever is asked of the Decoder; what was parsed and written is parsed
// again to the same text; and the Writer makes valid JSON of any bytes.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bug.hpp"
#include "json/decoder.hpp"
#include "json/json.hpp"
#include "json/writer.hpp"

namespace json = originpull::json;

namespace {

void ask_everything(json::Decoder& d, int depth) {
  for (const std::string& key : d.keys()) {
    d.want<std::string>(key);
    d.want<bool>(key);
    d.want<std::int64_t>(key);
    d.want<std::vector<std::string>>(key);
    d.want<std::map<std::string, std::string>>(key);
    if (depth == 0) continue;
    json::Decoder inner = d.at(key);
    ask_everything(inner, depth - 1);
    d.each(key, [&](json::Decoder& item) { ask_everything(item, depth - 1); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  originpull::check(json::parse("[" + json::quote(text) + "]").has_value(), "a quoted text is not JSON");
  auto document = json::parse(text);
  if (!document) return 0;
  json::Decoder d(*document);
  ask_everything(d, 3);
  const std::string once = d.text();
  const auto again = json::parse(once);
  originpull::check(again.has_value(), "what was written is not JSON");
  originpull::check(json::Decoder(*again).text() == once, "what was written is read as something else");
  document->wipe();
  return 0;
}
