// SPDX-License-Identifier: Apache-2.0
#pragma once
// HTTP/1.1 as a client needs it, on bytes alone: a request as text, and an answer read as it comes. The one idea: the
// reader is fed whatever has arrived and says whether it needs more, so that it knows no sockets and every odd answer
// can be tested. It takes Content-Length, chunks and "until the end", skips 1xx, and refuses what is ambiguous (two
// lengths that differ, a length beside chunks). One reader per answer, one thread; nothing fails, what is no HTTP is
// `kBroken` with a reason.
#include <cstddef>
#include <string>
#include <string_view>

#include "probe/outcome.hpp"

namespace originpull::probe {

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string host = {};
  Headers headers = {};  // without Host and Content-Length; one with a control character in it is left out
  std::string body = {};
  std::size_t max_body = std::size_t{16} << 20;  // of the answer
};
std::string write_request(const HttpRequest&);

class AnswerReader {
 public:
  enum class State { kNeedsMore, kDone, kBroken };

  // `head_only`: the answer to HEAD, whose length is not that of its body.
  AnswerReader(bool head_only, std::size_t max_body) : head_only_(head_only), max_body_(max_body) {}

  State take(std::string_view bytes);
  State end();  // the connection ended; a body without a length is whole then

  Answer& answer() { return answer_; }
  const std::string& why() const { return why_; }
  bool began() const { return began_; }
  // After kDone: whether the server takes another request on this connection.
  bool keeps_alive() const { return keeps_alive_; }

 private:
  enum class Part { kHead, kSized, kChunkSize, kChunk, kChunkEnd, kTrailer, kUntilEnd, kDone, kBroken };

  // Each understands a piece of the buffer; false: it needs more bytes, or the answer is broken.
  bool step();
  bool read_head();
  bool choose_body();
  bool read_counted(Part after);
  bool read_chunk_size();
  bool read_chunk_end();
  bool read_trailer();
  bool read_line(std::string& line, std::size_t limit);
  bool append(std::size_t count);
  bool broken(std::string why);  // false
  State state() const;

  const bool head_only_;
  const std::size_t max_body_;
  Part part_ = Part::kHead;
  std::string buffer_;  // not yet understood
  std::size_t left_ = 0;
  Answer answer_;
  std::string why_;
  bool began_ = false;
  bool keeps_alive_ = true;
};

}  // namespace originpull::probe
