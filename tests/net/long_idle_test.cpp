// SPDX-License-Identifier: Apache-2.0
// A watch on a quiet cluster: longer silent than the 30 seconds after which cpprestsdk gives up by default. Real time,
// because it is a library's own timer that must not fire; hence the one slow test of this room (33 s).
#include <gtest/gtest.h>

#include "net/network_contract.hpp"

namespace originpull::net {
namespace {

class NetworkLongIdle : public NetworkContract {};

INSTANTIATE_TEST_SUITE_P(Network, NetworkLongIdle, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkLongIdle, a_watch_may_be_silent_for_longer_than_30_seconds) {
  TlsTestServer server(tls(), [&](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    peer.chunk("before;");
    pause_until(env_, env_.now() + Duration(33'000), {});
    peer.chunk("after");
    peer.chunk("");
  });
  Request request = get_request();
  request.total = Duration(0);
  request.idle = Duration(60'000);
  Endpoint endpoint = endpoint_of(server);
  endpoint.idle = Duration(1000);
  Recorder recorder(env_);
  const Instant before = env_.now();
  const auto outcome = open(endpoint)->stream(request, recorder, {});
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(recorder.body(), "before;after");
  EXPECT_GE(env_.now() - before, Duration(33'000));
}

}  // namespace
}  // namespace originpull::net
