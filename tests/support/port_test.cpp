// SPDX-License-Identifier: Apache-2.0
// A port is nobody else's while its object lives. Tested by taking several from one process (each search starts at the
// same number, so only the lock keeps them apart) and by a listener that holds one without any lock.
#include "support/port.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <optional>

namespace originpull::support {
namespace {

int listener_at(std::uint16_t number) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(number);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 1) != 0) {
    ::close(socket);
    return -1;
  }
  return socket;
}

TEST(Port, is_free_for_a_server_and_given_to_one_only) {
  const auto first = Port::take();
  const auto second = Port::take();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->number(), second->number());
  const int server = listener_at(first->number());
  EXPECT_GE(server, 0);
  ::close(server);
  EXPECT_EQ(first->address(), "127.0.0.1:" + std::to_string(first->number()));
}

TEST(Port, can_be_taken_again_when_its_object_is_gone) {
  std::uint16_t number = 0;
  {
    auto first = Port::take();
    ASSERT_TRUE(first);
    const Port moved = std::move(*first);
    number = moved.number();
  }
  const auto again = Port::take();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number(), number) << "the search starts at the same number and finds it free";
}

TEST(Port, that_a_stranger_listens_on_is_passed_over) {
  std::uint16_t number = 0;
  {
    const auto first = Port::take();
    ASSERT_TRUE(first);
    number = first->number();
  }
  const int stranger = listener_at(number);
  ASSERT_GE(stranger, 0);
  const auto other = Port::take();
  ASSERT_TRUE(other);
  EXPECT_NE(other->number(), number);
  ::close(stranger);
}

}  // namespace
}  // namespace originpull::support
