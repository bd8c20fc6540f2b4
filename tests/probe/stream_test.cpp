// SPDX-License-Identifier: Apache-2.0
// A plain stream over a pair of connected sockets, whose other end the test holds.
#include "probe/stream.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "env/real_env.hpp"

namespace originpull::probe {
namespace {

class PlainStream : public testing::Test {
 public:
  ~PlainStream() override { hang_up(); }

 protected:
  PlainStream() {
    int handles[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, handles), 0);
    stream = plain_stream(std::make_unique<Socket>(env, handles[0]));
    other = handles[1];
  }
  void hang_up() {
    if (other >= 0) ::close(other);
    other = -1;
  }
  void say(std::string_view text) const {
    ASSERT_EQ(::send(other, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  Io read() { return stream->read(buffer, sizeof buffer, env.now() + Duration(100), {}); }

  env::RealEnv env;
  std::unique_ptr<Stream> stream;
  int other = -1;
  char buffer[64];
};

TEST_F(PlainStream, reads_what_is_there_and_tells_silence_from_the_end) {
  EXPECT_EQ(read().kind, Io::Kind::kTimedOut);
  say("abc");
  EXPECT_EQ(read().count, 3U);
  hang_up();
  EXPECT_EQ(read().kind, Io::Kind::kEnd);
}

TEST_F(PlainStream, is_quiet_until_something_comes) {
  EXPECT_TRUE(stream->is_quiet());
  say("a");
  EXPECT_FALSE(stream->is_quiet());
  EXPECT_EQ(read().count, 1U) << "looking takes nothing away";
  EXPECT_TRUE(stream->is_quiet());
  hang_up();
  EXPECT_FALSE(stream->is_quiet());
}

TEST_F(PlainStream, writes_all_or_says_why_not) {
  EXPECT_EQ(stream->write("abc", env.now() + Duration(100), {}).count, 3U);
  const std::string much(std::size_t{8} << 20, 'x');
  EXPECT_EQ(stream->write(much, env.now() + Duration(100), {}).kind, Io::Kind::kTimedOut) << "nobody reads";
  hang_up();
  const Io broken = stream->write("abc", env.now() + Duration(100), {});
  EXPECT_EQ(broken.kind, Io::Kind::kBroken) << "and no signal ends the process";
  EXPECT_FALSE(broken.detail.empty());
}

TEST_F(PlainStream, a_stop_ends_the_wait) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(stream->read(buffer, sizeof buffer, Instant::max(), stop.get_token()).kind, Io::Kind::kStopped);
}

}  // namespace
}  // namespace originpull::probe
