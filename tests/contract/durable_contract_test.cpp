// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

using testing::ElementsAre;

class Durable : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Store, Durable, testing::ValuesIn(durable_backends()), backend_name);

TEST_P(Durable, EverythingIsThereAfterReopening) {
  claim(0, alice, 500);
  claim(1, bob, 600);
  Commit one = next_commit(0, 3);
  one.snapshots = {{.entity = "m", .position = 3, .bytes = "state", .pinned = false},
                   {.entity = "p", .position = 2, .bytes = "program", .pinned = true}};
  one.segments = {{.entity = "m", .first_sequence = 1, .bytes = "segment"}};
  one.due = {{.entity = "m", .from_ms = 0, .to_ms = 42}};
  one.checkpoint = 2;
  const Head head = must_commit(one);
  ASSERT_TRUE(store().put_projection_cursor(1, "ledger", {9, 8}));
  const auto shard0 = owner(0);

  reopen();
  EXPECT_EQ(store().shards(), shard_count);
  EXPECT_EQ(owner(0).fence, shard0.fence);
  EXPECT_EQ(owner(0).head, head);
  EXPECT_EQ(owner(0).checkpoint, 2U);
  EXPECT_EQ(owner(1).fence, (Fence{.epoch = 600, .owner = bob}));
  EXPECT_EQ(owner(2).fence, Fence{});
  EXPECT_EQ(load(0, {"m"})[0], one.snapshots[0]);
  EXPECT_EQ(load(0, {"p"})[0], one.snapshots[1]);
  EXPECT_THAT(*store().pinned(0), ElementsAre(one.snapshots[1]));
  EXPECT_THAT(history(0, "m"), ElementsAre(one.segments[0]));
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{42, "m"}));
  EXPECT_THAT(block_ends(0), ElementsAre(3));
  EXPECT_EQ(*store().projection_cursor(1, "ledger"), (Head{9, 8}));
}

TEST_P(Durable, TheOwnerGoesOnWhereItStopped) {
  claim(0);
  for (int round = 0; round < 4; ++round) {
    must_commit(next_commit(0, 2));
    reopen();
  }
  must_commit(next_commit(0, 2));
  EXPECT_THAT(block_ends(0), ElementsAre(2, 4, 6, 8, 10));
}

TEST_P(Durable, AReleaseIsKept) {
  ASSERT_TRUE(store().release(0, claim(0, alice, 77).fence));
  reopen();
  EXPECT_EQ(owner(0).fence, (Fence{.epoch = 77, .owner = {}}));
}

TEST_P(Durable, ATrimIsKept) {
  claim(0);
  for (int i = 0; i < 3; ++i) must_commit(next_commit(0, 2));
  Commit covered = next_commit(0, 0);
  covered.checkpoint = 6;
  must_commit(covered);
  ASSERT_TRUE(store().trim(0, 6));
  reopen();
  EXPECT_TRUE(block_ends(0).empty());
  EXPECT_EQ(must_commit(next_commit(0)).position, 7U);
  reopen();
  EXPECT_THAT(block_ends(0), ElementsAre(7));
}

TEST_P(Durable, UnpinningIsKept) {
  claim(0);
  Commit one = next_commit(0);
  one.snapshots = {{.entity = "p", .position = 1, .bytes = "1", .pinned = true}};
  must_commit(one);
  reopen();
  Commit two = next_commit(0);
  two.snapshots = {{.entity = "p", .position = 2, .bytes = "2", .pinned = false}};
  must_commit(two);
  reopen();
  EXPECT_TRUE(store().pinned(0)->empty());
  EXPECT_EQ(load(0, {"p"})[0], two.snapshots[0]);
}

}  // namespace
}  // namespace loyalty::persistence::contract
