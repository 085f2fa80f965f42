// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/contract/store_contract.hpp"
#include "tests/support/noise.hpp"
#include "tests/support/redis_server.hpp"

namespace loyalty::persistence::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Journal : public StoreContract {
 protected:
  Journal() {
    claim(0);
    claim(1);
  }

  void expect_to_come_back(const std::vector<std::string>& records) {
    BlockBuilder builder;
    for (const auto& record : records) builder.add(record);
    Commit commit = next_commit(0, 0);
    commit.block = std::move(builder).finish(0, owner(0).fence.epoch, owner(0).head);
    must_commit(commit);
    std::size_t seen = 0;
    ASSERT_TRUE(store().blocks(0, 0, [&](const Block& block) {
      EXPECT_EQ(block.bytes, commit.block->bytes);
      ++seen;
      return true;
    }));
    EXPECT_EQ(seen, 1U);
  }
};
INSTANTIATE_TEST_SUITE_P(Store, Journal, testing::ValuesIn(all_backends()), backend_name);

TEST_P(Journal, BlocksComeBackInOrderAndVerify) {
  for (std::uint32_t records = 1; records <= 5; ++records) must_commit(next_commit(0, records));
  must_commit(next_commit(1));
  Head previous;
  std::size_t records = 0;
  const auto visited = store().blocks(0, 0, [&](const Block& block) {
    const auto parsed = parse_block(0, previous, block);
    EXPECT_TRUE(parsed);
    if (parsed) records += parsed->records.size();
    previous = {block.last_position, block.chain};
    return true;
  });
  EXPECT_TRUE(visited);
  EXPECT_EQ(records, 15U);
  EXPECT_EQ(previous, owner(0).head);
}

TEST_P(Journal, BlocksAfterAPositionAreThoseThatEndBehindIt) {
  for (int i = 0; i < 3; ++i) must_commit(next_commit(0, 2));
  EXPECT_THAT(block_ends(0, 0), ElementsAre(2, 4, 6));
  EXPECT_THAT(block_ends(0, 1), ElementsAre(2, 4, 6));
  EXPECT_THAT(block_ends(0, 2), ElementsAre(4, 6));
  EXPECT_THAT(block_ends(0, 6), IsEmpty());
  EXPECT_THAT(block_ends(0, std::numeric_limits<std::uint64_t>::max()), IsEmpty());
}

TEST_P(Journal, VisitingBlocksStopsWhenToldTo) {
  for (int i = 0; i < 3; ++i) must_commit(next_commit(0));
  int seen = 0;
  EXPECT_TRUE(store().blocks(0, 0, [&](const Block&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_P(Journal, AVisitorMayUseTheStore) {
  must_commit(next_commit(0));
  must_commit(next_commit(0));
  EXPECT_TRUE(store().blocks(0, 0, [&](const Block&) {
    must_commit(next_commit(1));
    return true;
  }));
  EXPECT_EQ(owner(1).head.position, 2U);
}

TEST_P(Journal, ManyBlocksComeBack) {
  for (int i = 0; i < 300; ++i) must_commit(next_commit(0));
  const auto ends = block_ends(0);
  ASSERT_EQ(ends.size(), 300U);
  EXPECT_EQ(ends.back(), 300U);
}

TEST_P(Journal, TrimForgetsOldBlocks) {
  for (int i = 0; i < 4; ++i) must_commit(next_commit(0, 2));
  must_commit(next_commit(1, 2));
  Commit covered = next_commit(0, 0);
  covered.checkpoint = 8;
  must_commit(covered);
  ASSERT_TRUE(store().trim(0, 5));
  EXPECT_THAT(block_ends(0), ElementsAre(6, 8)) << "the block that holds 5 ends at 6";
  ASSERT_TRUE(store().trim(0, 8));
  EXPECT_THAT(block_ends(0), IsEmpty());
  EXPECT_THAT(block_ends(1), ElementsAre(2));
  EXPECT_EQ(owner(0).head.position, 8U);
}

TEST_P(Journal, TrimNeverGoesBeyondTheCheckpoint) {
  for (int i = 0; i < 3; ++i) must_commit(next_commit(0, 2));
  ASSERT_TRUE(store().trim(0, 6));
  EXPECT_THAT(block_ends(0), ElementsAre(2, 4, 6));
  Commit covered = next_commit(0, 0);
  covered.checkpoint = 4;
  must_commit(covered);
  ASSERT_TRUE(store().trim(0, std::numeric_limits<std::uint64_t>::max()));
  EXPECT_THAT(block_ends(0), ElementsAre(6));
}

TEST_P(Journal, AfterATrimTheJournalGoesOn) {
  Commit first = next_commit(0, 2);
  first.checkpoint = 2;
  must_commit(first);
  ASSERT_TRUE(store().trim(0, 2));
  must_commit(next_commit(0, 2));
  EXPECT_THAT(block_ends(0), ElementsAre(4));
}

TEST_P(Journal, WhatIsCommittedBecomesStable) {
  must_commit(next_commit(0, 3));
  const auto is_stable = [&] {
    const auto stable = store().stable(0);
    return stable && *stable == 3U;
  };
  // A replica, or a sync once a second, takes its time; an embedded store may not.
  EXPECT_TRUE(store().may_regress() ? test::eventually(is_stable) : is_stable());
}

TEST_P(Journal, ABlockOfAMebibyteComesBack) {
  expect_to_come_back({test::noise(std::size_t{1} << 20)});
}

TEST_P(Journal, ABlockOfManyRecordsThatAreAlikeComesBack) {
  std::vector<std::string> records;
  for (int i = 0; i < 200; ++i) records.push_back("a purchase of " + std::string(i, 'x'));
  expect_to_come_back(records);
}

}  // namespace
}  // namespace loyalty::persistence::contract
