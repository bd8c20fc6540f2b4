// SPDX-License-Identifier: Apache-2.0
// The shelf of kept connections, by plain connections to a server of the house.
#include "cli/edge_pool.hpp"

#include <gtest/gtest.h>

#include "env/real_env.hpp"
#include "net/server.hpp"
#include "support/poll_until.hpp"

namespace originpull::cli {
namespace {

class EdgePoolTest : public testing::Test {
 protected:
  EdgePoolTest() {
    auto started = net::Server::start({.threads = 2, .max_connections = 1000},
                                      [](const net::ServedRequest&) { return net::Served{.body = "x"}; });
    server = std::move(*started);
  }
  EdgePool::Kept connection(const std::string& presented) {
    auto opened = probe::Client::plain(env).open({.address = "127.0.0.1:" + std::to_string(server->port())},
                                                 env.now() + Duration(5'000), {});
    EXPECT_TRUE(opened.connection);
    EXPECT_TRUE(
        opened.connection->exchange({.host = "x"}, env.now() + Duration(5'000), {}).is(probe::Happened::kAnswered));
    return {.connection = std::move(opened.connection), .presented = presented};
  }

  env::RealEnv env;
  std::unique_ptr<net::Server> server;
};

TEST_F(EdgePoolTest, gives_back_the_newest_of_a_key_with_what_it_presented) {
  EdgePool pool(env, Duration(60'000));
  pool.put("a", connection("1"));
  pool.put("a", connection("2"));
  pool.put("b", connection("3"));
  EXPECT_EQ(pool.size(), 3U);
  EXPECT_EQ(pool.take("a")->presented, "2");
  EXPECT_EQ(pool.take("a")->presented, "1");
  EXPECT_FALSE(pool.take("a"));
  EXPECT_EQ(pool.take("b")->presented, "3");
  EXPECT_FALSE(pool.take("c"));
}

TEST_F(EdgePoolTest, gives_none_that_is_too_old_or_that_the_server_has_ended) {
  EdgePool impatient(env, Duration(-1));
  impatient.put("a", connection("1"));
  EXPECT_FALSE(impatient.take("a"));

  EdgePool pool(env, Duration(60'000));
  pool.put("a", connection("1"));
  server->stop();
  EXPECT_TRUE(support::poll_until(Duration(5'000), [&] {
    auto kept = pool.take("a");
    if (kept) pool.put("a", std::move(*kept));
    return !kept;
  }));
}

TEST_F(EdgePoolTest, stays_bounded_and_can_be_emptied) {
  EdgePool pool(env, Duration(60'000));
  for (int i = 0; i < 140; ++i) pool.put("a", connection(std::to_string(i)));
  EXPECT_EQ(pool.size(), 128U);
  EXPECT_EQ(pool.take("a")->presented, "139") << "the oldest go";
  pool.clear();
  EXPECT_EQ(pool.size(), 0U);
}

}  // namespace
}  // namespace originpull::cli
