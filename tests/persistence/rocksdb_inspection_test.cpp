// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_inspection.hpp"

#include <atomic>
#include <optional>
#include <thread>

#include "tests/persistence/rocksdb_fixture.hpp"

/// Reading a RocksDB store beside the server that uses it.
namespace loyalty::persistence {
namespace {

class RocksDbInspection : public RocksDbTest {
 protected:
  StoreResult<std::unique_ptr<Store>> inspect() {
    return open_rocksdb_inspection(directory_.string());
  }
};

TEST_F(RocksDbInspection, SeesWhatWasAcknowledgedAndNothingThatComesLater) {
  open();
  for (int i = 0; i < 20; ++i) must_commit(3);
  const auto expected = read_all(store());
  const auto inspected = inspect();
  ASSERT_TRUE(inspected) << inspected.error().message;
  for (int i = 0; i < 20; ++i) must_commit(3);
  const auto seen = read_all(**inspected);
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, *expected);
  EXPECT_EQ((*inspected)->owner(0)->head.position, 60U);
}

TEST_F(RocksDbInspection, ChangesNothing) {
  open();
  must_commit(3);
  const auto inspected = inspect();
  ASSERT_TRUE(inspected);
  const Commit next = next_commit();
  EXPECT_EQ((*inspected)->commit({&next, 1}).at(0).status, CommitStatus::unavailable);
  EXPECT_FALSE((*inspected)->claim(0, next.fence, {.high = 9, .low = 9}, 2000));
  EXPECT_FALSE((*inspected)->trim(0, 3));
  EXPECT_EQ(commit(next).status, CommitStatus::ok);
}

/// Where the journal ends that a reader finds behind the checkpoint, each block following the last.
StoreResult<Head> end_of_journal(Store& store) {
  const auto owner = store.owner(0);
  if (!owner) return domain::Unexpected{owner.error()};
  std::optional<Head> end;
  const auto read = store.blocks(0, owner->checkpoint, [&](const Block& block) {
    EXPECT_TRUE(parse_block(0, end.value_or(announced_previous(block)), block));
    end = Head{block.last_position, block.chain};
    return true;
  });
  if (!read) return domain::Unexpected{read.error()};
  return end.value_or(owner->head);
}

TEST_F(RocksDbInspection, HasNoGapWhileItsServerWritesTrimsAndStartsAgain) {
  open();
  must_commit();
  std::atomic<bool> stop{false};
  std::atomic<int> looks{0};
  std::thread reader([&] {
    while (!stop || looks == 0) {
      const auto inspected = inspect();
      // A server that never rests may keep a reader out, but not mislead it.
      if (!inspected) {
        EXPECT_EQ(inspected.error().kind, StoreFault::Kind::unavailable)
            << inspected.error().message;
        continue;
      }
      const auto end = end_of_journal(**inspected);
      EXPECT_TRUE(end && *end == (*inspected)->owner(0)->head);
      ++looks;
    }
  });
  for (int i = 0; i < 300; ++i) {
    if (i % 50 == 49) open();  // what was in its log is flushed, and the log deleted
    Commit next = next_commit(5);
    const bool trims = i % 10 == 9;
    if (trims) next.checkpoint = next.expected.position;
    EXPECT_EQ(commit(next).status, CommitStatus::ok);
    EXPECT_TRUE(!trims || store().trim(0, next.expected.position));
  }
  stop = true;
  reader.join();
}

TEST_F(RocksDbInspection, RefusesWhatIsNoStore) {
  EXPECT_FALSE(inspect());
  EXPECT_FALSE(std::filesystem::exists(directory_)) << "it was made";
}

}  // namespace
}  // namespace loyalty::persistence
