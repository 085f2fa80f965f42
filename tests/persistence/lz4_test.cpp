// SPDX-License-Identifier: Apache-2.0
#include "persistence/lz4.hpp"

#include <gtest/gtest.h>

#include "tests/support/noise.hpp"

namespace loyalty::persistence {
namespace {

using test::noise;

constexpr std::size_t plenty = std::size_t{1} << 20;

std::string packed(std::string_view bytes) {
  std::string out;
  append_lz4(out, bytes);
  return out;
}

TEST(Lz4, ComesBackAsItWas) {
  for (const std::string& bytes :
       {std::string(), std::string("a"), noise(5000), std::string(100'000, 'x')}) {
    EXPECT_EQ(read_lz4(packed(bytes), plenty), bytes) << bytes.size();
  }
}

TEST(Lz4, GoesBehindWhatIsThere) {
  std::string out = "head";
  append_lz4(out, "bytes");
  EXPECT_TRUE(out.starts_with("head"));
  EXPECT_EQ(read_lz4(std::string_view(out).substr(4), plenty), "bytes");
}

TEST(Lz4, OfMoreThanIsWantedIsRefused) {
  const std::string bytes(1000, 'x');
  EXPECT_TRUE(read_lz4(packed(bytes), 1000));
  EXPECT_FALSE(read_lz4(packed(bytes), 999));
}

TEST(Lz4, AHeadThatSaysMoreThanCanBeInsideIsRefused) {
  std::string bytes = packed("hello");
  bytes[3] = '\x7f';
  EXPECT_FALSE(read_lz4(bytes, SIZE_MAX));
}

TEST(Lz4, OfWhichAPartIsMissingIsRefused) {
  const std::string whole = packed(noise(300) + std::string(300, 'x'));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_lz4(whole.substr(0, size), plenty)) << size;
  }
}

TEST(Lz4, WithAFlippedBitIsRefusedOrAsLong) {
  const std::string bytes = noise(300) + std::string(300, 'x');
  const std::string whole = packed(bytes);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto read = read_lz4(flipped, plenty);
    EXPECT_TRUE(!read || read->size() == bytes.size()) << bit;
  }
}

}  // namespace
}  // namespace loyalty::persistence
