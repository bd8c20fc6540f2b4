// SPDX-License-Identifier: Apache-2.0
#include "probe/tls_client.hpp"

#include <array>

namespace originpull::probe {

Result<Client> Client::make(env::Env& env, const TlsOptions& options) {
  return Client(env, TRY(make_tls_context(options)));
}

Opened Client::open(const Target& target, Instant deadline, const std::stop_token& stop) const {
  env::forbid_in_monitor("connect to a server");
  Opened opened;
  std::unique_ptr<Socket> socket;
  opened.outcome = Socket::connect(*env_, target.address, deadline, stop, socket);
  if (!socket) return opened;
  if (!context_) {
    opened.connection = std::make_unique<Connection>(plain_stream(std::move(socket)));
    return opened;
  }
  TlsStart start = start_tls(std::move(socket), context_.get(), target.server_name, deadline, stop);
  opened.outcome = std::move(start.outcome);
  opened.facts = start.facts;
  if (start.stream) opened.connection = std::make_unique<Connection>(std::move(start.stream), std::move(start.facts));
  return opened;
}

Outcome Client::ask(const Target& target, const HttpRequest& request, Instant deadline, const std::stop_token& stop,
                    HandshakeFacts* facts) const {
  const Opened opened = open(target, deadline, stop);
  if (facts != nullptr) *facts = opened.facts;
  return opened.connection ? opened.connection->exchange(request, deadline, stop) : opened.outcome;
}

Outcome Connection::exchange(const HttpRequest& request, Instant deadline, const std::stop_token& stop) {
  env::forbid_in_monitor("ask a server");
  usable_ = false;
  AnswerReader reader(request.method == "HEAD", request.max_body);
  const Io sent = stream_->write(write_request(request), deadline, stop);
  if (sent.kind == Io::Kind::kTimedOut || sent.kind == Io::Kind::kStopped) return ended(sent, reader);
  // A server that has gone may have left a word: an alert, or an early answer.
  std::array<char, 16384> bytes;
  AnswerReader::State state = AnswerReader::State::kNeedsMore;
  Io got;
  while (state == AnswerReader::State::kNeedsMore) {
    got = stream_->read(bytes.data(), bytes.size(), deadline, stop);
    if (got.kind == Io::Kind::kBytes) {
      state = reader.take({bytes.data(), got.count});
    } else {
      if (got.kind == Io::Kind::kEnd) state = reader.end();
      break;
    }
  }
  if (state == AnswerReader::State::kBroken) {
    return {.happened = Happened::kNotHttp, .detail = reader.why(), .answer_began = true};
  }
  if (state == AnswerReader::State::kNeedsMore) return ended(got, reader);
  ++exchanges_;
  usable_ = reader.keeps_alive() && got.kind == Io::Kind::kBytes && sent.kind == Io::Kind::kBytes;
  return {.happened = Happened::kAnswered, .answer = std::move(reader.answer()), .answer_began = true};
}

Outcome Connection::ended(const Io& io, const AnswerReader& reader) const {
  Outcome outcome{.happened = Happened::kClosed, .detail = io.detail, .answer_began = reader.began()};
  if (io.kind == Io::Kind::kTimedOut) outcome.happened = Happened::kAnswerTimedOut;
  if (io.kind == Io::Kind::kStopped) outcome.happened = Happened::kStopped;
  // In TLS 1.3 the client is done with the handshake before the server has judged the client's certificate.
  const bool first_word = exchanges_ == 0 && !reader.began();
  if (io.kind == Io::Kind::kAlert && first_word) outcome.happened = Happened::kHandshakeRefused;
  return outcome;
}

bool Connection::reusable() { return usable_ && stream_->is_quiet(); }

}  // namespace originpull::probe
