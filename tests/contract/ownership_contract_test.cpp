// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

class Ownership : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Store, Ownership, testing::ValuesIn(all_backends()), backend_name);

TEST_P(Ownership, AStoreHasTheShardsItWasCreatedWith) {
  EXPECT_EQ(store().shards(), shard_count);
  EXPECT_FALSE(store().describe().empty());
}

TEST_P(Ownership, AFreshShardBelongsToNobodyAndIsEmpty) {
  const auto record = owner(0);
  EXPECT_EQ(record.fence, Fence{});
  EXPECT_EQ(record.head, Head{});
  EXPECT_EQ(record.checkpoint, 0U);
}

TEST_P(Ownership, AFreshShardCanBeClaimed) {
  const auto claimed = store().claim(1, Fence{}, alice, 1234);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->fence, (Fence{.epoch = 1234, .owner = alice}));
  EXPECT_EQ(owner(1).fence, claimed->fence);
  EXPECT_EQ(owner(2).fence, Fence{}) << "a claim is of one shard";
}

TEST_P(Ownership, AClaimOnAnOutdatedFenceFails) {
  const Fence seen = owner(0).fence;
  claim(0, alice);
  const auto late = store().claim(0, seen, bob, 5000);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, StoreFault::Kind::unavailable);
  EXPECT_EQ(owner(0).fence.owner, alice);
}

TEST_P(Ownership, AClaimComparesTheNonceToo) {
  Fence seen = claim(0, alice).fence;
  seen.owner.low ^= 1;
  EXPECT_FALSE(store().claim(0, seen, bob, 5000));
}

TEST_P(Ownership, EpochsFollowTheClockAndNeverGoBack) {
  EXPECT_EQ(claim(0, alice, 1000).fence.epoch, 1000U);
  EXPECT_EQ(claim(0, bob, 5000).fence.epoch, 5000U);
  EXPECT_EQ(claim(0, alice, 10).fence.epoch, 5001U) << "a clock that went back";
  EXPECT_EQ(claim(0, bob, -7).fence.epoch, 5002U) << "a clock before 1970";
}

TEST_P(Ownership, AClaimKeepsHeadAndCheckpoint) {
  claim(0, alice);
  auto first = next_commit(0, 3);
  first.checkpoint = 2;
  const Head head = must_commit(first);
  const auto taken = claim(0, bob);
  EXPECT_EQ(taken.head, head);
  EXPECT_EQ(taken.checkpoint, 2U);
}

TEST_P(Ownership, NobodyCannotClaim) { EXPECT_FALSE(store().claim(0, Fence{}, OwnerNonce{}, 1)); }

TEST_P(Ownership, AReleaseClearsTheOwnerAndKeepsTheEpoch) {
  const auto held = claim(0, alice, 700);
  const auto released = store().release(0, held.fence);
  ASSERT_TRUE(released);
  EXPECT_TRUE(*released);
  EXPECT_EQ(owner(0).fence, (Fence{.epoch = 700, .owner = {}}));
}

TEST_P(Ownership, AReleaseUnderAnotherFenceChangesNothing) {
  const auto old = claim(0, alice);
  const auto held = claim(0, bob);
  const auto released = store().release(0, old.fence);
  ASSERT_TRUE(released);
  EXPECT_FALSE(*released);
  EXPECT_EQ(owner(0).fence, held.fence);
}

TEST_P(Ownership, AReleasedShardCanBeClaimed) {
  ASSERT_TRUE(store().release(0, claim(0, alice, 700).fence));
  const auto taken = store().claim(0, owner(0).fence, bob, 1);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->fence, (Fence{.epoch = 701, .owner = bob}));
}

TEST_P(Ownership, ShardsOutOfRangeAreRefused) {
  const ShardId beyond = shard_count;
  EXPECT_FALSE(store().owner(beyond));
  EXPECT_FALSE(store().claim(beyond, Fence{}, alice, 1));
  EXPECT_FALSE(store().release(beyond, Fence{}));
  EXPECT_FALSE(store().load(beyond, {}));
  EXPECT_FALSE(store().pinned(beyond));
  EXPECT_FALSE(store().blocks(beyond, 0, [](const Block&) { return true; }));
  EXPECT_FALSE(store().history(beyond, "m", [](const Segment&) { return true; }));
  EXPECT_FALSE(store().due(beyond, 0, 1, 1));
  EXPECT_FALSE(store().trim(beyond, 1));
  EXPECT_FALSE(store().stable(beyond));
  EXPECT_FALSE(store().projection_cursor(beyond, "p"));
  EXPECT_FALSE(store().put_projection_cursor(beyond, "p", {}));
}

}  // namespace
}  // namespace loyalty::persistence::contract
