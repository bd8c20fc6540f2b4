// SPDX-License-Identifier: Apache-2.0
#include "net/server_stream.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "net/server_head.hpp"

namespace originpull::net {
namespace {

class Pulled final : public StreamThread {
 public:
  Pulled(std::shared_ptr<ServedStream> stream, Deliver deliver)
      : stream_(std::move(stream)), deliver_(std::move(deliver)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  void pull() override {
    {
      const std::lock_guard lock(mutex_);
      wanted_ = true;
    }
    asked_.notify_one();
  }

  void request_stop() override { thread_.request_stop(); }

 private:
  bool await_turn(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool asked = asked_.wait(lock, stop, [this] { return wanted_; });
    wanted_ = false;
    return asked && !stop.stop_requested();
  }

  void run(const std::stop_token& stop) {
    const StreamPiece last = deliver_parts(stop);
    stream_.reset();
    deliver_(last, {});
  }

  StreamPiece deliver_parts(const std::stop_token& stop) {
    try {
      while (await_turn(stop)) {
        std::string part;
        auto next = ServedStream::Next::kSilence;
        while (next == ServedStream::Next::kSilence && !stop.stop_requested()) {
          part.clear();
          next = stream_->next(part, Instant::max(), stop);
        }
        if (next != ServedStream::Next::kPart) return StreamPiece::kEnd;
        deliver_(StreamPiece::kPart, std::move(part));
      }
      return StreamPiece::kEnd;
    } catch (...) {
      return StreamPiece::kBroken;
    }
  }

  std::shared_ptr<ServedStream> stream_;
  const Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  bool wanted_ = false;
  std::jthread thread_;  // last: joined before the rest goes
};

}  // namespace

StreamOutlet::Next StreamOutlet::write(std::string bytes, std::string& to_write) {
  to_write = std::move(bytes);
  writing_ = true;
  return Next::kWrite;
}

StreamOutlet::Next StreamOutlet::end(std::string& to_write) {
  if (last_) return Next::kWait;
  last_ = true;
  return write(chunked_ ? kLastChunk : "", to_write);
}

StreamOutlet::Next StreamOutlet::take(StreamPiece piece, std::string part, std::string& to_write) {
  switch (piece) {
    case StreamPiece::kBroken: return Next::kCut;
    case StreamPiece::kEnd: ended_ = true; return writing_ ? Next::kWait : end(to_write);
    case StreamPiece::kPart:
      if (part.empty()) return Next::kPull;  // no chunk: it would be the last
      cut_ = truncated_;
      if (truncated_) part.resize(part.size() / 2);
      return write(chunked_ ? chunk_head(part.size()) + part + (cut_ ? "" : "\r\n") : std::move(part), to_write);
    case StreamPiece::kWritten: break;
  }
  writing_ = false;
  last_written_ = last_;
  if (cut_) return Next::kCut;
  if (last_) return Next::kGoodbye;
  return ended_ ? end(to_write) : Next::kPull;
}

std::unique_ptr<StreamThread> StreamThread::start(std::shared_ptr<ServedStream> stream, Deliver deliver) {
  return std::make_unique<Pulled>(std::move(stream), std::move(deliver));
}

bool StreamThreads::open(std::uint64_t number, std::shared_ptr<ServedStream> stream, std::shared_ptr<void> work) {
  if (entries_.size() >= max_) return false;
  try {
    auto thread = StreamThread::start(std::move(stream), [this, number](StreamPiece piece, std::string part) {
      deliver_(number, piece, std::move(part));
    });
    entries_.emplace(number, Entry{std::move(work), std::move(thread)});
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void StreamThreads::pull(std::uint64_t number) {
  const auto found = entries_.find(number);
  if (found != entries_.end()) found->second.thread->pull();
}

void StreamThreads::request_stop(std::uint64_t number) {
  const auto found = entries_.find(number);
  if (found != entries_.end()) found->second.thread->request_stop();
}

void StreamThreads::forget(std::uint64_t number) { entries_.erase(number); }

}  // namespace originpull::net
