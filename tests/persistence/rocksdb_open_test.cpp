// SPDX-License-Identifier: Apache-2.0
#include <sys/fsuid.h>
#include <unistd.h>

#include "persistence/rocksdb_format.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RocksDbOpen : public RocksDbTest {};

/// Touches files as a user who owns nothing here, if the test runs as one who may do everything.
class Unprivileged {
 public:
  Unprivileged() {
    if (::geteuid() == 0) ::setfsuid(65534);
  }
  ~Unprivileged() {
    if (::geteuid() == 0) ::setfsuid(0);
  }
};

TEST_F(RocksDbOpen, ASecondOpenOfTheSameDirectoryIsRefused) {
  open();
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
  EXPECT_THAT(fault.message, HasSubstr("another server is using"));
  close();
  EXPECT_TRUE(try_open(directory_));
}

TEST_F(RocksDbOpen, ADatabaseThatAToolHoldsIsRefused) {
  open();
  close();
  tamper([&](Database&) { EXPECT_THAT(refused().message, HasSubstr("another server is using")); });
}

TEST_F(RocksDbOpen, TheNumberOfShardsIsKeptFromCreation) {
  open();
  close();
  const auto again = open_rocksdb_store(directory_.string(), {.shards = 7});
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->shards(), 2);
}

TEST_F(RocksDbOpen, ADirectoryWithOtherFilesIsForeignAndNotTouched) {
  fs::create_directory(directory_);
  write_file(directory_ / "notes.txt", "mine");
  EXPECT_EQ(refused().kind, StoreFault::Kind::foreign);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(RocksDbOpen, AFileInPlaceOfTheDirectoryIsRefused) {
  write_file(directory_, "a file");
  EXPECT_EQ(refused().kind, StoreFault::Kind::unavailable);
}

TEST_F(RocksDbOpen, AnotherProgramsDatabaseIsForeign) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, directory_.string(), &db).ok());
  std::unique_ptr<rocksdb::DB> owned(db);
  owned.reset();
  EXPECT_EQ(refused().kind, StoreFault::Kind::foreign);
}

TEST_F(RocksDbOpen, AFamilyOfALaterVersionIsForeign) {
  open();
  close();
  tamper([](Database& database) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(database.db().CreateColumnFamily({}, "invention", &handle).ok());
    ASSERT_TRUE(database.db().DestroyColumnFamilyHandle(handle).ok());
  });
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::foreign);
  EXPECT_THAT(fault.message, HasSubstr("invention"));
}

TEST_F(RocksDbOpen, AnotherFormatVersionIsForeign) {
  open();
  close();
  tamper([](Database& database) {
    put(database, Family::meta, std::string(meta_key), store_meta(store_format_version + 1, 2));
  });
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::foreign);
  EXPECT_THAT(fault.message, HasSubstr("format 2"));
}

TEST_F(RocksDbOpen, ADirectoryThatCannotBeWrittenIsRefused) {
  open();
  close();
  fs::permissions(directory_.parent_path(), fs::perms(0755));
  fs::permissions(directory_, fs::perms(0555));
  {
    const Unprivileged as_nobody;
    const auto fault = refused();
    EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
    EXPECT_THAT(fault.message, HasSubstr("Permission denied"));
    EXPECT_EQ(refused(directory_ / "below").kind, StoreFault::Kind::unavailable);
  }
  fs::permissions(directory_, fs::perms(0755));
}

TEST_F(RocksDbOpen, AnInterruptedCreationIsFinished) {
  open();
  close();
  const std::string fresh_watermark = read_file(directory_ / "watermark");
  fs::remove_all(directory_);
  fs::create_directory(directory_);
  write_file(directory_ / "watermark", fresh_watermark);
  open();  // no database yet
  close();
  tamper([](Database& database) {
    for (const auto family : {Family::meta, Family::own}) {
      ASSERT_TRUE(
          database.db()
              .DeleteRange(rocksdb::WriteOptions(), database.family(family), "", "\xff\xff\xff")
              .ok());
    }
  });
  open();  // a database without a first record
  must_commit();
}

TEST_F(RocksDbOpen, WhatWasAcknowledgedSurvivesTheDeathOfTheProcess) {
  crash_after([this] {
    open();
    for (int i = 0; i < 20; ++i) must_commit(3);
  });
  open();
  EXPECT_EQ(head().position, 60U);
  EXPECT_TRUE(read_all(store()));
}

TEST_F(RocksDbOpen, DescribesItself) {
  open();
  EXPECT_EQ(store().describe(), "rocksdb:" + directory_.string() + " (fsync)");
}

TEST(OpenStore, RefusesWhatItDoesNotKnow) {
  for (const auto* url : {"", "memory:", "rocksdb", "rocksdb:", "redis:localhost", "/tmp"}) {
    EXPECT_FALSE(open_store(url, {})) << url;
  }
  EXPECT_FALSE(open_store("memory", {.shards = 1025}));
  EXPECT_TRUE(open_store("memory", {}));
}

}  // namespace
}  // namespace loyalty::persistence
