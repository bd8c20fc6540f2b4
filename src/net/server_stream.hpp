// SPDX-License-Identifier: Apache-2.0
#pragma once
// `StreamThread` pulls one ServedStream on a thread of its own, so that a watch of ten minutes takes no worker of the
// server. The one idea is a turn: the connection asks for the next part when it has written the last one, so a slow
// reader makes the stream wait and no part piles up. Its functions are called on the server's I/O thread; `deliver` is
// called on the stream's own, never while a lock is held: with each part that was asked for, and once with the end,
// after which the thread is about to be over. Destruction asks the stream to stop and joins. Starting one may throw,
// as std::thread does where the system gives no thread.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/server.hpp"

namespace originpull::net {

// What comes to a connection of its stream; kBroken: it threw, or the client has gone. kWritten: the last piece was.
enum class StreamPiece { kPart, kEnd, kBroken, kWritten };

// What a connection does next with its stream, which has one write under way at most. Made when the head is being
// written; of the I/O thread.
class StreamOutlet {
 public:
  enum class Next { kWrite, kPull, kWait, kCut, kGoodbye };
  StreamOutlet(bool chunked, bool truncated) : chunked_(chunked), truncated_(truncated) {}
  Next take(StreamPiece, std::string part, std::string& to_write);
  bool over() const { return last_written_; }

 private:
  Next write(std::string bytes, std::string& to_write);
  Next end(std::string& to_write);

  const bool chunked_;
  const bool truncated_;  // cut within the first part
  bool writing_ = true;
  bool ended_ = false;
  bool cut_ = false;
  bool last_ = false;
  bool last_written_ = false;
};

class StreamThread {
 public:
  using Deliver = std::function<void(StreamPiece, std::string)>;
  static std::unique_ptr<StreamThread> start(std::shared_ptr<ServedStream>, Deliver);
  virtual ~StreamThread() = default;
  virtual void pull() = 0;          // the next part, please; never before the last one was delivered
  virtual void request_stop() = 0;  // the end is delivered soon, whatever was asked for
};

// The streams of a server by the number of their connection. Of the I/O thread, but for what `deliver` is.
class StreamThreads {
 public:
  using Deliver = std::function<void(std::uint64_t number, StreamPiece, std::string)>;
  StreamThreads(unsigned max, Deliver deliver) : max_(max), deliver_(std::move(deliver)) {}
  // `work` is kept until `forget`. False: there are too many, or the system gives no thread.
  bool open(std::uint64_t number, std::shared_ptr<ServedStream>, std::shared_ptr<void> work);
  void pull(std::uint64_t number);
  void request_stop(std::uint64_t number);
  void forget(std::uint64_t number);  // after its end was delivered

 private:
  struct Entry {
    std::shared_ptr<void> work;
    std::unique_ptr<StreamThread> thread;
  };
  const unsigned max_;
  const Deliver deliver_;
  std::map<std::uint64_t, Entry> entries_;
};

}  // namespace originpull::net
