// SPDX-License-Identifier: Apache-2.0
// QuietErrors' one promise: the queue of this thread is empty afterwards, whatever was in it.
#include "pki/openssl.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace originpull::pki {
namespace {

TEST(QuietErrors, empties_the_queue_when_it_goes) {
  {
    const QuietErrors quiet;
    ERR_raise(ERR_LIB_USER, 1);
    EXPECT_NE(ERR_peek_error(), 0U);
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace originpull::pki
