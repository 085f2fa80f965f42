// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_format.hpp"
#include "persistence/watermark.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class RocksDbDamage : public RocksDbTest {
 protected:
  /// A store of ten blocks, closed in order, so that the watermark is at its end.
  void make_closed_store() {
    open();
    for (int i = 0; i < 10; ++i) must_commit(2);
    content_ = *read_all(store());
    close();
  }

  /// The store as a crash after ten blocks leaves it, with a watermark from before the first.
  void make_crashed_store() {
    open();
    close();
    const std::string early = read_file(directory_ / "watermark");
    crash_after([this] {
      open();
      for (int i = 0; i < 10; ++i) must_commit(2);
    });
    write_file(directory_ / "watermark", early);
  }

  /// Opening must end in damage or in exactly the content that was written.
  void expect_refused_or_identical(const fs::path& directory, const std::string& what) {
    const auto opened = try_open(directory);
    if (!opened) {
      EXPECT_EQ(opened.error().kind, StoreFault::Kind::damaged)
          << what << ": " << opened.error().message;
      return;
    }
    const auto content = read_all(**opened);
    if (!content) {
      EXPECT_EQ(content.error().kind, StoreFault::Kind::damaged) << what;
      return;
    }
    EXPECT_EQ(*content, content_) << what;
  }

  Content content_;
  const fs::path copy_ = scratch_ / "copy";
};

TEST_F(RocksDbDamage, AnOldCopyOfTheDatabaseIsRefused) {
  open();
  must_commit(2);
  close();
  copy_directory(directory_, copy_);
  open();
  must_commit(3);
  close();
  fs::copy_file(directory_ / "watermark", copy_ / "watermark",
                fs::copy_options::overwrite_existing);
  const auto fault = refused(copy_);
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message,
              AllOf(HasSubstr("shard 0"), HasSubstr("position 2"), HasSubstr("position 5")));
}

TEST_F(RocksDbDamage, ADeletedLogIsRefused) {
  make_closed_store();
  for (const auto& log : files_ending(directory_, ".log")) fs::remove(log);
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message, AllOf(HasSubstr("shard 0"), HasSubstr("position 20")));
}

TEST_F(RocksDbDamage, ALogCutInHalfIsRefused) {
  make_closed_store();
  const auto log = newest_log(directory_);
  fs::resize_file(log, end_of_log(log) / 2);
  EXPECT_THAT(refused().message, HasSubstr("position 20 was acknowledged"));
}

TEST_F(RocksDbDamage, AnotherHistoryOfTheSameLengthIsRefused) {
  make_closed_store();
  Watermark other(2);
  other[0] = {20, 0xBAD};
  ASSERT_TRUE(write_watermark(directory_ / "watermark", other));
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
  other[0] = {8, 0xBAD};
  ASSERT_TRUE(write_watermark(directory_ / "watermark", other));
  EXPECT_THAT(refused().message, HasSubstr("position 8"));
}

TEST_F(RocksDbDamage, AMissingWatermarkIsRefused) {
  make_closed_store();
  fs::remove(directory_ / "watermark");
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RocksDbDamage, ADamagedWatermarkIsRefused) {
  make_closed_store();
  flip_byte(directory_ / "watermark", 9);
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RocksDbDamage, AVanishedDatabaseIsRefused) {
  make_closed_store();
  const std::string watermark = read_file(directory_ / "watermark");
  fs::remove_all(directory_);
  fs::create_directory(directory_);
  write_file(directory_ / "watermark", watermark);
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RocksDbDamage, ATornTailOfTheLogIsRecoveredToABlockBoundary) {
  make_crashed_store();
  const std::string log = read_file(newest_log(directory_));
  const auto end = end_of_log(newest_log(directory_));
  for (std::size_t cut = 1; cut < 500; cut += 23) {
    copy_directory(directory_, copy_);
    write_file(newest_log(copy_), log.substr(0, end - cut));
    const auto opened = try_open(copy_);
    ASSERT_TRUE(opened) << cut << ": " << opened.error().message;
    const auto content = read_all(**opened);
    ASSERT_TRUE(content) << cut << ": " << content.error().message;
    EXPECT_LT(content->block_ends.size(), 10U);
    EXPECT_GE(content->block_ends.size(), 7U);
    EXPECT_EQ((*opened)->owner(0)->head.position, content->block_ends.back());
  }
}

TEST_F(RocksDbDamage, ADamagedTailBehindTheWatermarkIsCutAndReported) {
  make_crashed_store();
  const auto log = newest_log(directory_);
  flip_byte(log, end_of_log(log) - 20);
  const auto opened = try_open(directory_);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_THAT((*opened)->describe(), HasSubstr("damaged"));
  EXPECT_EQ((*opened)->owner(0)->head.position, 18U);
  EXPECT_TRUE(read_all(**opened));
}

TEST_F(RocksDbDamage, ADamagedTailBeforeTheWatermarkIsRefusedAndLeftAlone) {
  make_closed_store();
  const auto log = newest_log(directory_);
  flip_byte(log, end_of_log(log) - 20);
  const std::string before = read_file(log);
  EXPECT_THAT(refused().message, HasSubstr("position 20 was acknowledged"));
  EXPECT_EQ(read_file(log), before);
}

TEST_F(RocksDbDamage, AFlippedBitAnywhereInTheLogIsRefusedOrHarmless) {
  make_closed_store();
  const auto size = end_of_log(newest_log(directory_)) + 100;
  for (std::size_t at = 0; at < size; at += size / 40) {
    copy_directory(directory_, copy_);
    flip_byte(newest_log(copy_), at);
    expect_refused_or_identical(copy_, "log byte " + std::to_string(at));
  }
}

TEST_F(RocksDbDamage, AFlippedBitInAnyOtherFileIsRefusedOrHarmless) {
  make_closed_store();
  open();  // moves the log into tables
  close();
  for (const std::string ending : {".sst", "CURRENT", "watermark"}) {
    for (const auto& file : files_ending(directory_, ending)) {
      const auto size = fs::file_size(file);
      for (std::size_t at = 0; at < size; at += size / 8 + 1) {
        copy_directory(directory_, copy_);
        flip_byte(copy_ / file.filename().string(), at);
        expect_refused_or_identical(copy_, file.string() + " byte " + std::to_string(at));
      }
    }
  }
}

TEST_F(RocksDbDamage, FlippedBitsInThePropertiesOfATableAreRefused) {
  make_closed_store();
  open();
  close();
  for (const auto& table : files_ending(directory_, ".sst")) {
    // The properties end with the number of their restarts, before their trailer of five bytes and
    // the metaindex. Its first entry starts with three lengths and names the filter, if any.
    const std::string bytes = read_file(table);
    const auto named = std::min(bytes.find("partitionedfilter."), bytes.find("rocksdb.properties"));
    ASSERT_NE(named, std::string::npos);
    const auto end = named - 3 - 5;
    for (const std::size_t back : {std::size_t{1}, std::size_t{4}, std::size_t{60}}) {
      copy_directory(directory_, copy_);
      flip_byte(copy_ / table.filename(), end - back, 0x80);
      const auto fault = refused(copy_);
      EXPECT_EQ(fault.kind, StoreFault::Kind::damaged) << table << " " << back;
      EXPECT_THAT(fault.message, HasSubstr("checksum of the table's properties"));
    }
  }
}

TEST_F(RocksDbDamage, AMissingTableIsRefused) {
  make_closed_store();
  open();
  close();
  for (const auto& table : files_ending(directory_, ".sst")) {
    copy_directory(directory_, copy_);
    fs::remove(copy_ / table.filename());
    expect_refused_or_identical(copy_, table.string());
  }
}

TEST_F(RocksDbDamage, ASnapshotWithAnotherByteIsFound) {
  make_closed_store();
  tamper([](Database& database) {
    const auto key = entity_key(0, "m3");
    auto value = **database.get(Family::snap, key, "");
    value.back() ^= 1;
    put(database, Family::snap, key, value);
  });
  open();
  const auto loaded = store().load(0, std::vector<std::string>{"m5", "m3"});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, StoreFault::Kind::damaged);
  EXPECT_THAT(loaded.error().message, AllOf(HasSubstr("shard 0"), HasSubstr("m3")));
  EXPECT_TRUE(store().load(0, std::vector<std::string>{"m5"})) << "the others are fine";
}

TEST_F(RocksDbDamage, ASnapshotUnderAnotherNameIsFound) {
  make_closed_store();
  tamper([](Database& database) {
    put(database, Family::snap, entity_key(0, "m3"),
        **database.get(Family::snap, entity_key(0, "m5"), ""));
  });
  open();
  EXPECT_FALSE(store().load(0, std::vector<std::string>{"m3"}));
}

TEST_F(RocksDbDamage, ADamagedSegmentIsFound) {
  open();
  Commit one = next_commit();
  one.segments = {{.entity = "m1", .first_sequence = 7, .bytes = "segment"}};
  ASSERT_EQ(commit(one).status, CommitStatus::ok);
  close();
  tamper([](Database& database) { put(database, Family::history, history_key(0, "m1", 7), "x"); });
  open();
  const auto read = store().history(0, "m1", [](const Segment&) { return true; });
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, AllOf(HasSubstr("m1"), HasSubstr("sequence 7")));
}

TEST_F(RocksDbDamage, ADamagedCursorIsFound) {
  open();
  ASSERT_TRUE(store().put_projection_cursor(0, "ledger", {1, 2}));
  close();
  tamper([](Database& database) { put(database, Family::cursor, entity_key(0, "ledger"), "x"); });
  open();
  EXPECT_FALSE(store().projection_cursor(0, "ledger"));
}

TEST_F(RocksDbDamage, ADamagedOwnerRecordIsRefused) {
  make_closed_store();
  tamper([](Database& database) {
    auto value = **database.get(Family::own, shard_key(0), "");
    value[0] ^= 1;
    put(database, Family::own, shard_key(0), value);
  });
  EXPECT_THAT(refused().message, AllOf(HasSubstr("shard 0"), HasSubstr("owner record")));
}

TEST_F(RocksDbDamage, AMissingLastBlockIsRefused) {
  make_closed_store();
  tamper([](Database& database) {
    ASSERT_TRUE(
        database.db()
            .Delete(rocksdb::WriteOptions(), database.family(Family::journal), journal_key(0, 20))
            .ok());
  });
  EXPECT_THAT(refused().message, HasSubstr("shard 0"));
}

TEST_F(RocksDbDamage, ADamagedBlockIsFoundByWhoReadsIt) {
  make_closed_store();
  tamper([](Database& database) {
    auto value = **database.get(Family::journal, journal_key(0, 6), "");
    value[60] ^= 1;
    put(database, Family::journal, journal_key(0, 6), value);
  });
  open();
  const auto content = read_all(store());
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, AllOf(HasSubstr("shard 0"), HasSubstr("position 4")));
}

}  // namespace
}  // namespace loyalty::persistence
