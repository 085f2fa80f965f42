// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "persistence/log_frame.hpp"
#include "persistence/rocksdb_inspection.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

/// The files of the log: those of `fsync` are of frames and are used again, those of `relaxed` are
/// RocksDB's own, and each kind of store reads both.
namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;

class RocksDbLogs : public RocksDbTest {
 protected:
  bool log_is_framed() const { return is_framed_log(read_file(newest_log(directory_))); }

  /// What a file is known by, whatever it is called.
  static auto inode(const fs::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_ino;
  }

  void commit_relaxed(int commits) {
    const auto opened =
        open_rocksdb_store(directory_.string(), {.durability = Durability::relaxed, .shards = 2});
    ASSERT_TRUE(opened) << opened.error().message;
    Store& relaxed = **opened;
    const auto seen = relaxed.owner(0);
    ASSERT_TRUE(relaxed.claim(0, seen->fence, {.high = 1, .low = 1}, 1000));
    for (int i = 0; i < commits; ++i) {
      const auto now = *relaxed.owner(0);
      BlockBuilder builder;
      builder.add("relaxed");
      Commit one;
      one.fence = now.fence;
      one.expected = now.head;
      one.block = std::move(builder).finish(0, now.fence.epoch, now.head);
      ASSERT_EQ(relaxed.commit({&one, 1}).front().status, CommitStatus::ok);
    }
  }
};

TEST_F(RocksDbLogs, ALogThatIsNotNeededAnyMoreBecomesTheNext) {
  open();
  must_commit(2);
  ASSERT_TRUE(log_is_framed());
  const auto first = inode(newest_log(directory_));
  close();
  open();  // writes the log into tables
  must_commit(2);
  close();
  ASSERT_EQ(files_ending(directory_, ".spare").size(), 1U);
  EXPECT_EQ(inode(files_ending(directory_, ".spare").front()), first);
  open();
  must_commit(2);
  EXPECT_EQ(inode(newest_log(directory_)), first);
  close();
  open();
  EXPECT_EQ(head().position, 6U);
  EXPECT_EQ(read_all(store())->block_ends, (std::vector<std::uint64_t>{2, 4, 6}));
}

TEST_F(RocksDbLogs, WhatAFileHeldAsAnOlderLogNeverComesBack) {
  for (int start = 0; start < 12; ++start) {
    open();
    // Fewer each time: behind the end of each log stand whole records of the one before.
    for (int i = start; i < 12; ++i) must_commit();
    const auto content = *read_all(store());
    close();
    crash_after([this] { open(); });
    open();
    EXPECT_EQ(*read_all(store()), content);
    close();
  }
}

TEST_F(RocksDbLogs, SyncsDoNotMakeTheFileGrow) {
  open();
  must_commit();
  const auto size = fs::file_size(newest_log(directory_));
  for (int i = 0; i < 50; ++i) must_commit();
  EXPECT_EQ(fs::file_size(newest_log(directory_)), size);
  for (int i = 0; i < 20; ++i) {
    Commit large = next_commit();
    large.snapshots.front().bytes = std::string(100'000, 'x');
    ASSERT_EQ(commit(large).status, CommitStatus::ok);
  }
  const auto content = *read_all(store());
  close();
  open();
  EXPECT_EQ(*read_all(store()), content);
}

TEST_F(RocksDbLogs, FewFilesAreKept) {
  for (int start = 0; start < 60; ++start) {
    open();
    must_commit();
    close();
  }
  EXPECT_LE(files_ending(directory_, ".spare").size() + files_ending(directory_, ".log").size(),
            3U);
}

TEST_F(RocksDbLogs, AStoreGoesBetweenTheDurabilitiesWithAllThatItHas) {
  open();
  must_commit(2);
  close();
  open();
  must_commit(2);
  close();
  commit_relaxed(3);
  EXPECT_FALSE(log_is_framed());
  EXPECT_TRUE(files_ending(directory_, ".spare").empty()) << "nobody needs them any more";
  open();
  EXPECT_TRUE(log_is_framed() || fs::file_size(newest_log(directory_)) == 0);
  EXPECT_EQ(head().position, 7U);
  must_commit(1);
  close();
  open();
  EXPECT_EQ(read_all(store())->block_ends, (std::vector<std::uint64_t>{2, 4, 5, 6, 7, 8}));
}

TEST_F(RocksDbLogs, WhoReadsBesideTheWriterSeesWhatIsInItsFrames) {
  open();
  for (int i = 0; i < 5; ++i) must_commit();
  const auto before = *read_all(store());
  const auto logs = files_ending(directory_, ".log");
  const auto inspection = open_rocksdb_inspection(directory_.string());
  ASSERT_TRUE(inspection) << inspection.error().message;
  must_commit();
  EXPECT_EQ(*read_all(**inspection), before);
  EXPECT_EQ(files_ending(directory_, ".log"), logs);
}

}  // namespace
}  // namespace loyalty::persistence
