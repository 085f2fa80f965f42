// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

constexpr OwnerNonce me{.high = 7, .low = 8};

}  // namespace

void RedisTest::open() {
  auto opened = try_open();
  ASSERT_TRUE(opened) << opened.error().message;
  store_ = std::move(*opened);
  const auto owner = store().owner(0);
  ASSERT_TRUE(owner) << owner.error().message;
  if (owner->fence.owner == me || options_.inspect) return;
  const auto claimed = store().claim(0, owner->fence, me, 1000);
  ASSERT_TRUE(claimed) << claimed.error().message;
}

StoreFault RedisTest::refused() {
  auto opened = try_open();
  EXPECT_FALSE(opened);
  return opened ? StoreFault{} : opened.error();
}

Commit RedisTest::next_commit(std::uint32_t records) {
  Commit next;
  const auto owner = store().owner(0);
  EXPECT_TRUE(owner) << owner.error().message;
  if (!owner) return next;
  next.fence = owner->fence;
  next.expected = owner->head;
  if (records == 0) return next;
  BlockBuilder builder;
  for (std::uint32_t i = 0; i < records; ++i) builder.add("record " + std::to_string(i));
  next.block = std::move(builder).finish(0, owner->fence.epoch, owner->head);
  return next;
}

Head RedisTest::must_commit(const Commit& one) {
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::ok) << result.detail;
  return result.head;
}

bool RedisTest::insist(const Commit& one) {
  bool written = false;
  EXPECT_TRUE(test::eventually([&] {
    const auto result = commit(one);
    written = result.status == CommitStatus::ok ||
              (result.status == CommitStatus::head &&
               result.head == Head{one.block->last_position, one.block->chain});
    return result.status == CommitStatus::ok || result.status == CommitStatus::head ||
           result.status == CommitStatus::fenced;
  }));
  return written;
}

Head RedisTest::head() {
  const auto owner = store().owner(0);
  EXPECT_TRUE(owner) << owner.error().message;
  return owner ? owner->head : Head{};
}

std::vector<std::uint64_t> RedisTest::block_ends() {
  std::vector<std::uint64_t> ends;
  Head previous;
  const auto read = store().blocks(0, 0, [&](const Block& block) {
    EXPECT_TRUE(parse_block(0, previous, block));
    previous = {block.last_position, block.chain};
    ends.push_back(block.last_position);
    return true;
  });
  EXPECT_TRUE(read) << read.error().message;
  return ends;
}

}  // namespace loyalty::persistence
