// SPDX-License-Identifier: Apache-2.0
// A name lookup cannot be interrupted, and cpprestsdk has one thread for all of them; a call must return in its own
// time all the same. The lookup is made slow by a `getaddrinfo` of this program, which every library in the process
// then calls; it waits four seconds for names below "slow.test" and is the system's for all others.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>

#include "net/cpprest_network.hpp"
#include "net/network_contract.hpp"

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  if (node != nullptr && std::string_view(node).ends_with("slow.test")) {
    ::poll(nullptr, 0, 4000);
    return EAI_NONAME;
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return next(node, service, hints, result);
}

namespace originpull::net {
namespace {

class NetworkSlowLookup : public NetworkContract {
 protected:
  // Nothing of a slow lookup may disturb the test that comes after.
  void TearDown() override { EXPECT_TRUE(drain_process(Duration(15'000))); }
};

INSTANTIATE_TEST_SUITE_P(Network, NetworkSlowLookup, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkSlowLookup, the_lookup_is_really_slow_and_a_patient_call_sees_it_fail) {
  const Instant before = env_.now();
  const auto answer = open({.base_url = "http://patient.slow.test"})->send(mutation(), {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  EXPECT_GE(env_.now() - before, Duration(3900)) << "the lookup was not delayed: this suite would prove nothing";
}

TEST_P(NetworkSlowLookup, the_total_deadline_is_kept) {
  Request request = mutation();
  request.total = Duration(500);
  const Instant before = env_.now();
  const auto answer =
      open({.base_url = "https://deadline.slow.test", .tls = {.ca_pem = test_ca().certificate_pem}})->send(request, {});
  const auto time = env_.now() - before;
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << "nothing can have been sent before the name was known";
  EXPECT_GE(time, Duration(500));
  EXPECT_LT(time, Duration(1500));
}

TEST_P(NetworkSlowLookup, a_stop_ends_the_call_at_once) {
  Request request = get_request();
  request.total = Duration(0);
  Call call(env_, open({.base_url = "http://stop.slow.test"}), request);
  pause_until(env_, env_.now() + Duration(100), {});
  const Instant before = env_.now();
  call.request_stop();
  EXPECT_FALSE(call.wait().has_value());
  EXPECT_LT(env_.now() - before, Duration(1000));
  EXPECT_FALSE(drain_process(Duration(100))) << "the abandoned lookup is counted until it has ended";
}

}  // namespace
}  // namespace originpull::net
