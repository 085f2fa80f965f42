// SPDX-License-Identifier: Apache-2.0
#include "persistence/block.hpp"

#include <gtest/gtest.h>

namespace loyalty::persistence {
namespace {

constexpr Head previous{.position = 41, .chain = 0x1122334455667788};

Block example() {
  BlockBuilder builder;
  builder.add("one");
  builder.add("");
  builder.add(std::string("t\0o", 3));
  return std::move(builder).finish(3, 9, previous);
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text.push_back(digits[static_cast<std::uint8_t>(byte) >> 4]);
    text.push_back(digits[static_cast<std::uint8_t>(byte) & 15]);
  }
  return text;
}

TEST(Block, ComesBackAsItWasBuilt) {
  const Block block = example();
  EXPECT_EQ(block.last_position, 44U);
  EXPECT_EQ(block.count, 3U);
  const auto parsed = parse_block(3, previous, block);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->epoch, 9U);
  EXPECT_EQ(announced_epoch(block), 9U);
  EXPECT_EQ(parsed->first_position, 42U);
  EXPECT_EQ(parsed->previous_chain, previous.chain);
  EXPECT_EQ(parsed->chain, block.chain);
  ASSERT_EQ(parsed->records.size(), 3U);
  EXPECT_EQ(parsed->records[0], "one");
  EXPECT_EQ(parsed->records[1], "");
  EXPECT_EQ(parsed->records[2], std::string_view("t\0o", 3));
}

// Computed by another program from docs/format.md; they change only with the format version.
TEST(Block, HasItsGoldenBytes) {
  EXPECT_EQ(hex(example().bytes),
            "4c594231"                // magic
            "03000000"                // shard, reserved
            "0900000000000000"        // epoch
            "2a00000000000000"        // first position
            "03000000"                // count
            "8877665544332211"        // previous chain
            "03000000e9b2942a6f6e65"  // record
            "0000000000000000"        // empty record
            "0300000061aeec9774006f"  // record
            "a5013593b2c17486"        // chain
  );
}

TEST(Block, BlocksFormAChain) {
  Head head;
  for (int i = 0; i < 3; ++i) {
    BlockBuilder builder;
    builder.add("the same record");
    const Block block = std::move(builder).finish(0, 1, head);
    EXPECT_TRUE(parse_block(0, head, block));
    EXPECT_NE(block.chain, head.chain);
    head = {block.last_position, block.chain};
  }
  EXPECT_EQ(head.position, 3U);
}

TEST(Block, AnyFlippedBitIsFound) {
  for (std::size_t at = 0; at < example().bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Block block = example();
      block.bytes[at] = static_cast<char>(block.bytes[at] ^ (1 << bit));
      EXPECT_FALSE(parse_block(3, previous, block)) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(Block, AnyTruncationAndAnyAdditionIsFound) {
  for (std::size_t size = 0; size < example().bytes.size(); ++size) {
    Block block = example();
    block.bytes.resize(size);
    EXPECT_FALSE(parse_block(3, previous, block)) << size;
  }
  Block block = example();
  block.bytes.push_back('\0');
  EXPECT_FALSE(parse_block(3, previous, block));
}

TEST(Block, AnotherShardsBlockIsRefused) { EXPECT_FALSE(parse_block(4, previous, example())); }

TEST(Block, ABlockThatFollowsAnotherChainIsRefused) {
  EXPECT_FALSE(parse_block(3, {previous.position, previous.chain + 1}, example()));
}

TEST(Block, ABlockAtAnotherPositionIsRefused) {
  EXPECT_FALSE(parse_block(3, {previous.position + 1, previous.chain}, example()));
  EXPECT_FALSE(parse_block(3, {~std::uint64_t{0}, previous.chain}, example()));
}

TEST(Block, ABlockUnderAnotherKeyIsRefused) {
  for (const auto change :
       {+[](Block& block) { ++block.last_position; }, +[](Block& block) { ++block.count; },
        +[](Block& block) { ++block.chain; }}) {
    Block block = example();
    change(block);
    EXPECT_FALSE(parse_block(3, previous, block));
  }
}

TEST(Block, ABlockWithoutRecordsIsRefused) {
  EXPECT_FALSE(parse_block(3, previous, BlockBuilder().finish(3, 9, previous)));
}

TEST(Block, TheFaultNamesShardAndPosition) {
  Block block = example();
  block.bytes[50] ^= 1;
  const auto parsed = parse_block(3, previous, block);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, StoreFault::Kind::damaged);
  EXPECT_NE(parsed.error().message.find("shard 3"), std::string::npos);
  EXPECT_NE(parsed.error().message.find("41"), std::string::npos);
}

}  // namespace
}  // namespace loyalty::persistence
