// SPDX-License-Identifier: Apache-2.0
// Answers made to harm: chunk sizes that are negative or enormous, a head of 100 MB. Whatever comes, the call ends
// with an error by its deadline, the process lives, and the next request, to a good server, is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/network_contract.hpp"

namespace originpull::net {
namespace {

class NetworkHostile : public NetworkContract {
 protected:
  // Sends `answer_with` the request, expects an error within the deadline (and a second for a busy machine), and that
  // the same adapter still works.
  void expect_survived(const TlsTestServer::Script& answer_with, Duration total) {
    TlsTestServer hostile(tls(), [&](Peer& peer) {
      if (peer.read()) answer_with(peer);
    });
    Request request = get_request();
    request.total = total;
    const Instant before = env_.now();
    const auto answer = open(endpoint_of(hostile))->send(request, {});
    EXPECT_FALSE(answer.has_value()) << "taken for an answer of " << answer->body.size() << " bytes";
    EXPECT_LT(env_.now() - before, total + Duration(1000));

    TlsTestServer good(tls(), [](Peer& peer) {
      while (peer.read()) peer.answer(200, "good");
    });
    const auto next = get(endpoint_of(good));
    ASSERT_TRUE(next.has_value()) << describe(next.error());
    EXPECT_EQ(next->body, "good");
  }
};

INSTANTIATE_TEST_SUITE_P(Network, NetworkHostile, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkHostile, a_chunk_of_negative_or_impossible_size_is_an_error) {
  for (const std::string size :
       {"-1", "-2", "-40", "-7fffffff", "80000000", "ffffffff", "ffffffffffffffff", "7fffffff"}) {
    SCOPED_TRACE(size);
    expect_survived(
        [&](Peer& peer) {
          peer.begin_chunked();
          peer.chunk("begin");
          peer.write(size + "\r\nsome bytes that are not so many\r\n0\r\n\r\n");
          peer.wait_until_gone();
        },
        Duration(500));
  }
}

TEST_P(NetworkHostile, a_chunk_that_ends_in_the_middle_is_an_error) {
  expect_survived(
      [](Peer& peer) {
        peer.begin_chunked();
        peer.write("5\r\nab");
      },
      Duration(5000));
}

TEST_P(NetworkHostile, a_head_of_100_megabytes_that_ends_is_an_error) {
  expect_survived(
      [](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\n");
        const std::string field = "X-Field: " + std::string(1U << 20U, 'x') + "\r\n";
        for (int i = 0; i < 100; ++i) {
          if (!peer.write(field)) return;
        }
        peer.write("Content-Length: 2\r\n\r\nok");
        peer.wait_until_gone();
      },
      Duration(10'000));
}

TEST_P(NetworkHostile, a_head_of_100_megabytes_that_never_ends_is_an_error_by_the_deadline) {
  expect_survived(
      [](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nX-Field: ");
        const std::string block(1U << 20U, 'x');
        for (int i = 0; i < 100; ++i) {
          if (!peer.write(block)) return;
        }
        peer.wait_until_gone();
      },
      Duration(2000));
}

TEST_P(NetworkHostile, a_body_that_contradicts_itself_is_never_taken_for_more_than_it_says) {
  TlsTestServer server(tls(), [](Peer& peer) {
    if (peer.read()) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and an answer that nobody asked for");
    if (peer.read()) peer.answer(200, "to the second");
  });
  const auto transport = open(endpoint_of(server));
  const auto first = transport->send(get_request("/1"), {});
  ASSERT_TRUE(first.has_value()) << describe(first.error());
  EXPECT_EQ(first->body, "ok");
}

}  // namespace
}  // namespace originpull::net
