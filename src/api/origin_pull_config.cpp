// SPDX-License-Identifier: Apache-2.0
#include "api/origin_pull_config.hpp"

#include "api/words.hpp"

namespace originpull::api {

std::string_view to_string(Source value) { return word_of(value); }
std::string_view to_string(GlobalSetting value) { return word_of(value); }
std::string_view to_string(MinimumEncryptionMode value) { return word_of(value); }
std::string_view to_string(Takeover value) { return word_of(value); }
std::string_view to_string(IssuerChange value) { return word_of(value); }
std::string_view to_string(Mode value) { return word_of(value); }
std::string_view to_string(DeletionPolicy value) { return word_of(value); }
std::string_view to_string(ObjectKind value) { return word_of(value); }

}  // namespace originpull::api
