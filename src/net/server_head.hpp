// SPDX-License-Identifier: Apache-2.0
#pragma once
// The head of an answer of `Server` as text, and the framing of one that comes in chunks (RFC 9112, section 7.1): how
// much follows, and whether the connection goes on, is said here alone. The one rule: what a handler gave can neither
// split the answer nor contradict its framing; such a header is left out.
// Pure functions, called on the server's I/O thread; nothing fails.
#include <string>

#include "net/server.hpp"

namespace originpull::net {

bool may_have_body(int status);
// `chunked`: how a body that is a stream goes out; otherwise it ends with the connection, for HTTP/1.0.
std::string head_text(const Served&, bool keep_alive, bool chunked);
// Of the server itself, in plain words.
Served refusal(int status, const std::string& why);
std::string chunk_head(std::size_t size);
inline constexpr const char* kLastChunk = "0\r\n\r\n";

}  // namespace originpull::net
