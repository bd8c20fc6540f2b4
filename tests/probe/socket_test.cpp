// SPDX-License-Identifier: Apache-2.0
// A socket that never waits longer than it may: addresses, deadlines, stops. Loopback only.
#include "probe/socket.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "env/real_env.hpp"

namespace originpull::probe {
namespace {

// Listens, and takes nothing: connections wait in its queue.
class Listener {
 public:
  Listener() : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(handle_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(handle_, 4), 0);
    EXPECT_EQ(::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~Listener() { ::close(handle_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  const std::string& address() const { return address_; }

 private:
  int handle_;
  std::string address_;
};

TEST(ProbeSocket, takes_numeric_addresses_and_localhost_only) {
  for (const char* good : {"127.0.0.1:1", "[::1]:65535", "localhost:443"}) EXPECT_TRUE(is_address(good)) << good;
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:1x", "::1:443",
                          "[::1:443", "example.com:443", "1.2.3:4"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
  env::RealEnv env;
  std::unique_ptr<Socket> socket;
  EXPECT_TRUE(Socket::connect(env, "nowhere", Instant::max(), {}, socket).is(Happened::kUnreachable));
  EXPECT_EQ(socket, nullptr);
}

TEST(ProbeSocket, waits_until_its_deadline_or_a_stop) {
  env::RealEnv env;
  const Listener listener;
  std::unique_ptr<Socket> socket;
  ASSERT_TRUE(
      Socket::connect(env, listener.address(), env.now() + Duration(5'000), {}, socket).is(Happened::kConnected));
  const Instant deadline = env.now() + Duration(120);
  EXPECT_EQ(socket->wait_to_read(deadline, {}), Socket::Ready::kTimedOut);
  EXPECT_GE(env.now(), deadline);
  EXPECT_EQ(socket->wait_to_write(env.now() + Duration(5'000), {}), Socket::Ready::kYes);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(socket->wait_to_read(Instant::max(), stop.get_token()), Socket::Ready::kStopped);
}

TEST(ProbeSocket, says_in_words_what_the_system_says) { EXPECT_EQ(system_reason(ECONNREFUSED), "Connection refused"); }

}  // namespace
}  // namespace originpull::probe
