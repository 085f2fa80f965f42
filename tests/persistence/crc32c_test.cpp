// SPDX-License-Identifier: Apache-2.0
#include "persistence/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

#include "persistence/block.hpp"

namespace loyalty::persistence {
namespace {

TEST(Crc32c, HasTheKnownValues) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
  // RFC 3720, B.4.
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

TEST(Crc32c, TablesAndInstructionAgreeAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(crc32c_extend(0, bytes), crc32c_extend_portable(0, bytes)) << i;
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Crc32c, CanBeContinued) {
  const std::string_view whole = "a checksum over two parts, or over one";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_EQ(crc32c_extend(crc32c(whole.substr(0, cut)), whole.substr(cut)), crc32c(whole));
    EXPECT_EQ(crc32c_extend_portable(crc32c(whole.substr(0, cut)), whole.substr(cut)),
              crc32c(whole));
  }
}

}  // namespace
}  // namespace loyalty::persistence
