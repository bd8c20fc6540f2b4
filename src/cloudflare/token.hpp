// SPDX-License-Identifier: Apache-2.0
#pragma once
// A token Secret must look like what it is before its bytes are sent anywhere: otherwise a resource could be
// used to send some other Secret's content to Cloudflare, and a pasted newline would become an unusable
// header. Pure function, any thread. The text is never printed, not even in part: the errors speak of its
// form alone.
#include <string_view>

#include "base/result.hpp"
#include "base/secret_string.hpp"

namespace originpull::cloudflare {

// The API token in a Secret's value, without surrounding white space. kInvalid: empty, too short or long (20 to 200), a
// character that no token has, a Global API Key (which is not a token), an Origin CA key.
Result<SecretString> read_token(std::string_view text);

}  // namespace originpull::cloudflare
