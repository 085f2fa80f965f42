// SPDX-License-Identifier: Apache-2.0
#include "persistence/packed_block.hpp"

#include <gtest/gtest.h>

#include "persistence/block.hpp"
#include "persistence/bytes.hpp"
#include "persistence/crc32c.hpp"
#include "persistence/rocksdb_format.hpp"
#include "tests/support/noise.hpp"

/// Journal blocks on their way into a store's value and back.
namespace loyalty::persistence {
namespace {

constexpr Head previous{.position = 41, .chain = 0x1122334455667788};

Block block_of(const std::vector<std::string>& records) {
  BlockBuilder builder;
  for (const auto& record : records) builder.add(record);
  return std::move(builder).finish(3, 9, previous);
}

/// Records as purchases leave them: names that are the same, and numbers.
Block block_of_alike(int count) {
  std::vector<std::string> records;
  for (int i = 0; i < count; ++i) {
    std::string record = "member " + std::to_string(i * 7919);
    for (const std::string_view field : {"credited", "balances", "progress", "remaining"}) {
      record.append(field).append(" of a purchase: ").append(std::to_string(i * 104'729));
    }
    records.push_back(std::move(record));
  }
  return block_of(records);
}

std::string key_of(const Block& block) { return journal_key(3, block.last_position); }

std::string stored(const Block& block) {
  const StoredValue value = store_block(key_of(block), block);
  return value.head + std::string(value.bytes());
}

void expect_to_come_back(const Block& block) {
  const auto loaded = load_block(key_of(block), stored(block));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->last_position, block.last_position);
  EXPECT_EQ(loaded->count, block.count);
  EXPECT_EQ(loaded->chain, block.chain);
  EXPECT_EQ(loaded->bytes, block.bytes);
}

TEST(PackedBlock, OfRecordsThatAreAlikeTakesAThird) {
  const Block block = block_of_alike(100);
  EXPECT_LT(stored(block).size(), block.bytes.size() / 3);
  expect_to_come_back(block);
}

TEST(PackedBlock, IsNotMadeOfAShortOne) {
  const Block block = block_of_alike(5);
  EXPECT_EQ(pack_block(block.bytes), std::nullopt);
  expect_to_come_back(block);
}

TEST(PackedBlock, IsNotMadeOfOneThatStaysLong) {
  const Block block = block_of({test::noise(100'000)});
  EXPECT_EQ(pack_block(block.bytes), std::nullopt);
  expect_to_come_back(block);
}

TEST(PackedBlock, WithAFlippedBitIsFound) {
  const Block block = block_of_alike(60);
  ASSERT_TRUE(pack_block(block.bytes));
  const std::string value = stored(block);
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string flipped = value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto loaded = load_block(key_of(block), flipped);
    EXPECT_TRUE(!loaded || !parse_block(3, previous, *loaded)) << bit;
  }
}

TEST(PackedBlock, UnderAnotherKeyIsFound) {
  const Block block = block_of_alike(60);
  EXPECT_FALSE(load_block(journal_key(3, block.last_position + 1), stored(block)));
}

TEST(PackedBlock, OfWhichAPartIsMissingIsFound) {
  const Block block = block_of_alike(60);
  const std::string value = stored(block);
  for (std::size_t size = 0; size < value.size(); ++size) {
    const auto loaded = load_block(key_of(block), value.substr(0, size));
    EXPECT_TRUE(!loaded || !parse_block(3, previous, *loaded)) << size;
  }
}

TEST(PackedBlock, ALongOneThatWasStoredAsItIsIsRead) {
  const Block block = block_of_alike(60);
  std::string value;
  append_le(value, block.count);
  append_le(value, block.chain);
  append_le(value, crc32c(key_of(block) + value));
  const auto loaded = load_block(key_of(block), value + block.bytes);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->bytes, block.bytes);
}

}  // namespace
}  // namespace loyalty::persistence
