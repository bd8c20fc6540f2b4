// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ByteStream` is one end of a TCP connection, plain or TLS, as the relay needs it: bytes in, bytes out, and a number
// to poll. It stands below relay.cpp and is made of sockets and OpenSSL alone, so that it shares no code with the
// client under test. `Tls` is a certificate to present or a CA to expect, kept by the relay for all its connections.
// A stream belongs to the one thread that pumps it; `cut` may be called from any. Nothing fails but by the
// connection's end, which is an answer.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace originpull::e2e {

class Tls {
 public:
  // A server's: presents this certificate. A client's: trusts this CA.
  static std::shared_ptr<Tls> server(const std::filesystem::path& certificate, const std::filesystem::path& key);
  static std::shared_ptr<Tls> client(const std::filesystem::path& ca);
  virtual ~Tls() = default;
};

class ByteStream {
 public:
  // Takes over the socket; `tls` may be empty. The handshake is done on construction; a failed one reads as the end.
  static std::unique_ptr<ByteStream> accepted(int socket, const std::shared_ptr<Tls>& tls);
  static std::unique_ptr<ByteStream> connect(std::uint16_t port, const std::shared_ptr<Tls>& tls);  // null: refused
  virtual ~ByteStream() = default;                                                                  // closes

  virtual int handle() const = 0;
  virtual bool read(std::string& to) = 0;  // appends what is there now, maybe nothing; false: the other side has ended
  virtual bool write(std::string_view bytes) = 0;
  virtual void cut() = 0;  // both ways, at once: whoever polls it sees the end
};

// A listening socket on a free port of loopback.
int listen_on_loopback(std::uint16_t& port);

}  // namespace originpull::e2e
