// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

class Commits : public StoreContract {
 protected:
  Commits() {
    claim(0);
    claim(1);
  }
};
INSTANTIATE_TEST_SUITE_P(Store, Commits, testing::ValuesIn(all_backends()), backend_name);

TEST_P(Commits, ABlockMovesTheHead) {
  const Commit first = next_commit(0, 3);
  EXPECT_EQ(must_commit(first), (Head{3, first.block->chain}));
  EXPECT_EQ(owner(0).head, (Head{3, first.block->chain}));
  EXPECT_EQ(must_commit(next_commit(0, 2)).position, 5U);
  EXPECT_EQ(owner(1).head, Head{});
}

TEST_P(Commits, AnEmptyCallDoesNothing) { EXPECT_TRUE(store().commit({}).empty()); }

TEST_P(Commits, AnOldEpochIsFenced) {
  const Commit late = next_commit(0);
  claim(0, alice, 2000);
  EXPECT_EQ(commit(late).status, CommitStatus::fenced);
  EXPECT_EQ(owner(0).head, Head{});
  EXPECT_TRUE(block_ends(0).empty());
}

TEST_P(Commits, AnotherNonceIsFenced) {
  Commit foreign = next_commit(0);
  foreign.fence.owner = bob;
  EXPECT_EQ(commit(foreign).status, CommitStatus::fenced);
}

TEST_P(Commits, AReleasedShardIsFenced) {
  const Commit late = next_commit(0);
  ASSERT_TRUE(store().release(0, late.fence));
  EXPECT_EQ(commit(late).status, CommitStatus::fenced);
  Commit nobody = late;
  nobody.fence = owner(0).fence;
  EXPECT_EQ(commit(nobody).status, CommitStatus::fenced);
}

TEST_P(Commits, AShardNobodyHasClaimedIsFenced) {
  EXPECT_EQ(commit(next_commit(2)).status, CommitStatus::fenced);
}

TEST_P(Commits, TheFenceIsComparedBeforeTheHead) {
  Commit late = next_commit(0);
  must_commit(next_commit(0));
  claim(0, bob);
  EXPECT_EQ(commit(late).status, CommitStatus::fenced);
}

TEST_P(Commits, AWrongPositionIsAnsweredWithTheHead) {
  const Head head = must_commit(next_commit(0, 2));
  Commit wrong = next_commit(0);
  wrong.expected.position = 1;
  wrong.block = make_block(0, wrong.fence.epoch, wrong.expected, 1);
  const auto result = commit(wrong);
  EXPECT_EQ(result.status, CommitStatus::head);
  EXPECT_EQ(result.head, head);
  EXPECT_EQ(owner(0).head, head);
}

TEST_P(Commits, AWrongChainIsAnsweredWithTheHead) {
  const Head head = must_commit(next_commit(0, 2));
  Commit wrong = next_commit(0);
  wrong.expected.chain ^= 1;
  const auto result = commit(wrong);
  EXPECT_EQ(result.status, CommitStatus::head);
  EXPECT_EQ(result.head, head);
}

TEST_P(Commits, TheSameBlockAgainIsAnsweredWithTheHead) {
  const Commit once = next_commit(0, 2);
  const Head head = must_commit(once);
  const auto again = commit(once);
  EXPECT_EQ(again.status, CommitStatus::head);
  EXPECT_EQ(again.head, head);
  EXPECT_THAT(block_ends(0), testing::ElementsAre(2));
}

TEST_P(Commits, ABlockThatIsNotAsLongAsItSaysIsRefused) {
  Commit wrong = next_commit(0, 2);
  wrong.block->count = 3;
  EXPECT_EQ(commit(wrong).status, CommitStatus::head);
  wrong.block->count = 0;
  EXPECT_EQ(commit(wrong).status, CommitStatus::head);
  EXPECT_EQ(owner(0).head, Head{});
}

TEST_P(Commits, ARefusedCommitWritesNothingAtAll) {
  Commit wrong = next_commit(0);
  wrong.expected.position = 7;
  wrong.snapshots = {{.entity = "m", .position = 1, .bytes = "s", .pinned = false}};
  wrong.segments = {{.entity = "m", .first_sequence = 1, .bytes = "h"}};
  wrong.due = {{.entity = "m", .from_ms = 0, .to_ms = 5}};
  wrong.checkpoint = 1;
  EXPECT_EQ(commit(wrong).status, CommitStatus::head);
  EXPECT_FALSE(load(0, {"m"})[0]);
  EXPECT_TRUE(history(0, "m").empty());
  EXPECT_TRUE(due(0, 100).empty());
  EXPECT_EQ(owner(0).checkpoint, 0U);
}

TEST_P(Commits, WithoutABlockSnapshotsAndCheckpointAreWritten) {
  const Head head = must_commit(next_commit(0, 4));
  Commit only = next_commit(0, 0);
  only.snapshots = {{.entity = "m", .position = 4, .bytes = "state", .pinned = false}};
  only.checkpoint = 4;
  EXPECT_EQ(must_commit(only), head);
  EXPECT_EQ(load(0, {"m"})[0], only.snapshots[0]);
  EXPECT_EQ(owner(0).checkpoint, 4U);
}

TEST_P(Commits, WithoutABlockFenceAndHeadAreComparedAsWell) {
  Commit late = next_commit(0, 0);
  late.checkpoint = 0;
  must_commit(next_commit(0));
  EXPECT_EQ(commit(late).status, CommitStatus::head);
  late = next_commit(0, 0);
  claim(0, bob);
  EXPECT_EQ(commit(late).status, CommitStatus::fenced);
}

TEST_P(Commits, ACheckpointBeyondTheEndIsRefused) {
  Commit wrong = next_commit(0, 2);
  wrong.checkpoint = 3;
  EXPECT_EQ(commit(wrong).status, CommitStatus::head);
  wrong.checkpoint = 2;
  EXPECT_EQ(commit(wrong).status, CommitStatus::ok);
}

TEST_P(Commits, ACheckpointNeverGoesBack) {
  Commit first = next_commit(0, 5);
  first.checkpoint = 4;
  must_commit(first);
  Commit second = next_commit(0, 1);
  second.checkpoint = 2;
  must_commit(second);
  EXPECT_EQ(owner(0).checkpoint, 4U);
}

TEST_P(Commits, SeveralShardsInOneCallAreIndependent) {
  std::vector<Commit> all = {next_commit(0, 1), next_commit(1, 2), next_commit(2, 3)};
  const auto results = store().commit(all);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].status, CommitStatus::ok);
  EXPECT_EQ(results[1].status, CommitStatus::ok);
  EXPECT_EQ(results[1].head.position, 2U);
  EXPECT_EQ(results[2].status, CommitStatus::fenced) << "nobody claimed it";
  EXPECT_EQ(owner(0).head.position, 1U);
  EXPECT_EQ(owner(1).head.position, 2U);
  EXPECT_EQ(owner(2).head.position, 0U);
}

TEST_P(Commits, TwoOfOneShardInOneCallAreCheckedOneAfterTheOther) {
  const Commit first = next_commit(0, 2);
  Commit second = first;
  second.expected = {2, first.block->chain};
  second.block = make_block(0, first.fence.epoch, second.expected, 3);
  const auto results = store().commit(std::vector{first, second, first});
  EXPECT_EQ(results[0].status, CommitStatus::ok);
  EXPECT_EQ(results[0].head.position, 2U);
  EXPECT_EQ(results[1].status, CommitStatus::ok);
  EXPECT_EQ(results[1].head.position, 5U);
  EXPECT_EQ(results[2].status, CommitStatus::head);
  EXPECT_EQ(results[2].head, results[1].head);
  EXPECT_EQ(owner(0).head, results[1].head);
  EXPECT_THAT(block_ends(0), testing::ElementsAre(2, 5));
}

TEST_P(Commits, AShardOutOfRangeIsNotWritten) {
  Commit wrong = next_commit(0);
  wrong.shard = shard_count;
  const auto results = store().commit(std::vector{wrong, next_commit(1)});
  EXPECT_EQ(results[0].status, CommitStatus::fenced);
  EXPECT_EQ(results[1].status, CommitStatus::ok);
}

}  // namespace
}  // namespace loyalty::persistence::contract
