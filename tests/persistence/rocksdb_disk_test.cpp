// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/failing_disk.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

namespace loyalty::persistence {
namespace {

using testing::HasSubstr;

class RocksDbDisk : public RocksDbTest {
 protected:
  RocksDbDisk() { open_in(disk_.env()); }
  ~RocksDbDisk() override { close(); }

  void expect_nothing_lost(std::uint64_t position) {
    EXPECT_EQ(head().position, position);
    EXPECT_TRUE(read_all(store()));
    close();
    open();
    EXPECT_EQ(head().position, position);
    EXPECT_TRUE(read_all(store()));
  }

  FailingDisk disk_;
};

TEST_F(RocksDbDisk, AFullDiskRefusesWritesAndServesReads) {
  must_commit(2);
  const Commit next = next_commit();
  const auto before = *read_all(store());
  disk_.faults().full = true;
  for (int i = 0; i < 3; ++i) {
    const auto result = commit(next);
    EXPECT_EQ(result.status, CommitStatus::full) << result.detail;
    EXPECT_THAT(result.detail, HasSubstr("pace"));
    const auto now = read_all(store());
    ASSERT_TRUE(now) << now.error().message;
    EXPECT_EQ(*now, before);
  }
  disk_.faults().full = false;
  EXPECT_EQ(commit(next).status, CommitStatus::ok) << "the same commit again";
  must_commit();
  expect_nothing_lost(4);
}

TEST_F(RocksDbDisk, AFullDiskAtTheFirstWriteIsSurvived) {
  close();
  open_in(disk_.env());  // nothing in memory that RocksDB would flush
  const Commit next = next_commit();
  disk_.faults().full = true;
  EXPECT_EQ(commit(next).status, CommitStatus::full);
  disk_.faults().full = false;
  EXPECT_EQ(commit(next).status, CommitStatus::ok);
  expect_nothing_lost(1);
}

TEST_F(RocksDbDisk, AFullDiskGetsBackWhatWasKeptForTheNextLogs) {
  must_commit();
  close();
  open_in(disk_.env());
  must_commit();
  ASSERT_EQ(files_ending(directory_, ".spare").size(), 1U);
  disk_.faults().full = true;
  EXPECT_EQ(commit(next_commit()).status, CommitStatus::full);
  EXPECT_TRUE(files_ending(directory_, ".spare").empty());
  disk_.faults().full = false;
  must_commit();
  expect_nothing_lost(3);
}

TEST_F(RocksDbDisk, AFullDiskRefusesClaimsToo) {
  const auto fence = store().owner(1)->fence;
  disk_.faults().full = true;
  EXPECT_FALSE(store().claim(1, fence, {.high = 1, .low = 2}, 5));
  EXPECT_FALSE(store().owner(1)) << "not known before the write is settled";
  disk_.faults().full = false;
  ASSERT_TRUE(store().owner(1));
  EXPECT_EQ(store().owner(1)->fence, fence);
  EXPECT_TRUE(store().claim(1, fence, {.high = 1, .low = 2}, 5));
}

TEST_F(RocksDbDisk, AFullDiskIsLeftWithATornLogThatRecovers) {
  close();
  crash_after([this] {
    open_in(disk_.env());
    must_commit(2);
    const Commit next = next_commit();
    disk_.faults().full = true;
    EXPECT_EQ(commit(next).status, CommitStatus::full);
  });
  open();
  EXPECT_EQ(head().position, 2U);
}

TEST_F(RocksDbDisk, AFailedSyncIsUnknownAndSettledByTheOwnerRecord) {
  must_commit(2);
  for (auto* fault : {&disk_.faults().sync_fails, &disk_.faults().sync_full}) {
    const Commit again = next_commit();
    *fault = true;
    EXPECT_EQ(commit(again).status, CommitStatus::unknown);
    const auto settled = store().owner(0);
    ASSERT_TRUE(settled) << settled.error().message;
    const Head written{again.block->last_position, again.block->chain};
    EXPECT_TRUE(settled->head == again.expected || settled->head == written);
    const auto retried = commit(again);
    EXPECT_EQ(retried.status, settled->head == written ? CommitStatus::head : CommitStatus::ok);
    EXPECT_EQ(head(), written);
  }
  expect_nothing_lost(4);
}

}  // namespace
}  // namespace loyalty::persistence
