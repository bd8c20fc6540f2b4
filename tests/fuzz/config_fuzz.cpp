// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as an OriginPullConfig: nothing may crash, and a status that was read is written as JSON that reads
// and writes the same again, or the operator would find news in its own words.
#include <cstdint>
#include <string>
#include <string_view>

#include "api/codec.hpp"
#include "base/bug.hpp"

namespace api = originpull::api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto config = api::decode_config({reinterpret_cast<const char*>(data), size});
  if (!config) return 0;
  const std::string once = api::encode_status_update(*config);
  std::string stored = once;  // as the API server keeps it: beside a spec
  stored.insert(1, R"("spec":{"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"t"},)"
                   R"("certificate":{"secretRef":{"name":"s"}}},)");
  const auto again = api::decode_config(stored);
  originpull::check(again.has_value(), "a written status cannot be read");
  originpull::check(api::encode_status_update(*again) == once, "a status reads back as another one");
  return 0;
}
