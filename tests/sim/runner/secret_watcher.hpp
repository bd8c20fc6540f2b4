// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SecretWatcher` knows the planted secrets of a run, the private keys in each form in which they could leak (lines of
// the PEM, the scalar as bytes, hex and base64, the PEM's base64 as a Secret holds it) and the API tokens, and says
// whether a text holds one of them (O15). Made once, then only read; any thread. Nothing fails; a finding names the
// secret, never its text.
#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::sim {

class SecretWatcher {
 public:
  void plant_key(const std::string& name, const std::string& key_pem);
  void plant_token(const std::string& name, const std::string& token);

  // "the private key a1b2…, as base64 of its PEM"; empty: nothing of the kind.
  std::string find(std::string_view text) const { return find(text, true, true); }
  std::string find_key(std::string_view text) const { return find(text, true, false); }
  std::string find_token(std::string_view text) const { return find(text, false, true); }

 private:
  struct Needle {
    std::string text;
    std::string name;
    bool is_key = false;
  };
  void plant(Needle);
  std::string find(std::string_view text, bool keys, bool tokens) const;

  std::vector<Needle> needles_ = {};
  std::bitset<65'536> beginnings_ = {};  // of the needles, so that a text is gone through once, not once for each
};

}  // namespace originpull::sim
