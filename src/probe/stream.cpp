// SPDX-License-Identifier: Apache-2.0
#include "probe/stream.hpp"

#include <cerrno>

namespace originpull::probe {
namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

Io gave_up(Socket::Ready ready) {
  return {.kind = ready == Socket::Ready::kStopped ? Io::Kind::kStopped : Io::Kind::kTimedOut};
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}

  Io read(char* into, std::size_t size, Instant deadline, const std::stop_token& stop) override {
    for (;;) {
      const auto count = socket_->read(into, size);
      if (count > 0) return {.count = static_cast<std::size_t>(count)};
      if (count == 0) return {.kind = Io::Kind::kEnd};
      if (!would_block(errno)) return {.kind = Io::Kind::kBroken, .detail = system_reason(errno)};
      const auto ready = socket_->wait_to_read(deadline, stop);
      if (ready != Socket::Ready::kYes) return gave_up(ready);
    }
  }

  Io write(std::string_view all, Instant deadline, const std::stop_token& stop) override {
    const std::size_t size = all.size();
    while (!all.empty()) {
      const auto count = socket_->write(all.data(), all.size());
      if (count >= 0) {
        all.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (!would_block(errno)) return {.kind = Io::Kind::kBroken, .detail = system_reason(errno)};
      const auto ready = socket_->wait_to_write(deadline, stop);
      if (ready != Socket::Ready::kYes) return gave_up(ready);
    }
    return {.count = size};
  }

  bool is_quiet() override { return socket_->peek() < 0 && would_block(errno); }

 private:
  std::unique_ptr<Socket> socket_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(std::unique_ptr<Socket> socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace originpull::probe
