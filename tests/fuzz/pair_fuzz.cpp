// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as tls.crt, tls.key and ca.crt, divided by lines of "%%": nothing may crash or differ the second
// time, and a pair that is found good has a fingerprint that its own uploaded form repeats and a key that can be
// written.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bug.hpp"
#include "pki/describe.hpp"
#include "pki/pair.hpp"

namespace pki = originpull::pki;

namespace {

std::array<std::string_view, 3> split(std::string_view text) {
  constexpr std::string_view kDivider = "%%\n";
  std::array<std::string_view, 3> parts{};
  for (auto& part : parts) {
    const auto end = text.find(kDivider);
    part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + kDivider.size());
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [certificate, key_text, ca] = split({reinterpret_cast<const char*>(data), size});
  const originpull::Wall now{originpull::Seconds(1'800'000'000)};
  const originpull::SecretString key{std::string(key_text)};
  const pki::PairFacts facts = pki::inspect_pair(certificate, key, ca, now);
  const pki::PairFacts again = pki::inspect_pair(certificate, key, ca, now);
  originpull::check(facts.fault == again.fault && facts.detail == again.detail, "the same pair is judged differently");
  originpull::check(facts.anchors.size() == again.anchors.size(), "the same pair has other anchors");
  if (facts.fault == pki::Fault::kNone) {
    const auto leaf = pki::first_certificate(facts.leaf_pem);
    originpull::check(leaf && leaf->fingerprint == facts.fingerprint, "the uploaded leaf is another one");
    const auto written = pki::normalise_key(key);
    originpull::check(written.has_value(), "a good key cannot be written");
    originpull::check(pki::key_matches(facts.leaf_pem, written->reveal()), "the written key is another one");
  }
  (void)pki::describe_certificates(ca);
  return 0;
}
