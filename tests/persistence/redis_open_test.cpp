// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "persistence/redis_format.hpp"
#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RedisOpen : public RedisTest {
 protected:
  std::size_t keys() { return std::stoul(server_.ask({"DBSIZE"})); }
  fs::path id_file() {
    for (const auto& entry : fs::directory_iterator(options_.state_directory)) {
      if (entry.path().extension() == ".store") return entry.path();
    }
    return {};
  }
};

TEST_F(RedisOpen, AStoreOfSixtyFourShardsIsTheDefault) {
  options_.shards = 0;
  open();
  EXPECT_EQ(store().shards(), 64);
  EXPECT_TRUE(store().may_regress());
  EXPECT_EQ(store().describe(), url_ + "?db=0 (fsync)");
}

TEST_F(RedisOpen, AStoreHasAnIdOfItsOwnForEver) {
  open();
  const std::string id = store().id();
  EXPECT_FALSE(id.empty());
  close();
  open();
  EXPECT_EQ(store().id(), id);
  close();
  url_ += "?db=1";
  options_.state_directory = (scratch_ / "other state").string();
  open();
  EXPECT_NE(store().id(), id);
}

TEST_F(RedisOpen, OtherKeysInTheDatabaseAreLeftAlone) {
  server_.ask({"SET", "somebody:else", "1"});
  open();
  must_commit();
  close();
  EXPECT_EQ(server_.ask({"GET", "somebody:else"}), "1");
}

TEST_F(RedisOpen, ItNeedsAPlaceToRemember) {
  options_.state_directory.clear();
  EXPECT_EQ(refused().kind, StoreFault::Kind::invalid);
}

TEST_F(RedisOpen, AnInterruptedCreationIsFinished) {
  open();
  close();
  server_.ask({"DEL", "loy:{m}:cfg", "loy:{p:001}:own", "loy:{p:000}:own"});
  fs::remove_all(options_.state_directory);
  open();
  must_commit();
}

TEST_F(RedisOpen, KeysWithoutAFormatRecordArePartOfALostStore) {
  open();
  must_commit(3);
  close();
  fs::remove_all(options_.state_directory);
  server_.ask({"DEL", "loy:{m}:cfg"});
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message, HasSubstr("format record"));
}

TEST_F(RedisOpen, AnEmptiedDatabaseIsRefusedByShardAndPosition) {
  open();
  must_commit(3);
  close();
  server_.ask({"FLUSHALL"});
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message, HasSubstr("shard 0"));
  EXPECT_THAT(fault.message, HasSubstr("position 3 was acknowledged"));
}

TEST_F(RedisOpen, AnOldCopyIsRefusedByShardAndPosition) {
  open();
  must_commit(3);
  close();
  server_.kill();
  const auto directory = server_.directory() / "appendonlydir";
  copy_directory(directory, scratch_ / "copy");
  server_.start();
  open();
  must_commit(2);
  close();
  server_.kill();
  copy_directory(scratch_ / "copy", directory);
  server_.start();
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message, HasSubstr("shard 0: the store ends at position 3, but position 5"));
}

TEST_F(RedisOpen, AnotherHistoryOfTheSameLengthIsRefused) {
  open();
  must_commit(3);
  close();
  server_.kill();
  const auto directory = server_.directory() / "appendonlydir";
  copy_directory(directory, scratch_ / "copy");
  server_.start();
  open();
  must_commit(2);
  close();
  const std::string mine = read_file(id_file());
  const fs::path watermarks = scratch_ / "watermarks";
  copy_directory(options_.state_directory, watermarks);
  server_.kill();
  copy_directory(scratch_ / "copy", directory);
  server_.start();
  fs::remove_all(options_.state_directory);
  open();
  Commit other = next_commit(0);
  BlockBuilder builder;
  builder.add("something");
  builder.add("else");
  other.block = std::move(builder).finish(0, other.fence.epoch, other.expected);
  must_commit(other);
  must_commit(1);
  close();
  copy_directory(watermarks, options_.state_directory);
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::damaged);
  EXPECT_THAT(fault.message, HasSubstr("what is at position 5 is not what was acknowledged"));
}

TEST_F(RedisOpen, AnotherFormatIsRefusedByItsNumber) {
  open();
  close();
  server_.ask({"HSET", "loy:{m}:cfg", "v", "9"});
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::foreign);
  EXPECT_THAT(fault.message, HasSubstr("store format 9"));
}

TEST_F(RedisOpen, AnotherStoreIsRefusedByItsNameUntilTheFileIsRemoved) {
  open();
  must_commit();
  close();
  server_.ask({"FLUSHALL"});
  const std::string own_state = options_.state_directory;
  options_.state_directory = (scratch_ / "of another server").string();
  open();
  close();
  options_.state_directory = own_state;
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::foreign);
  EXPECT_THAT(fault.message, HasSubstr("remove " + id_file().string()));
  fs::remove(id_file());
  open();
  must_commit();
}

TEST_F(RedisOpen, ALostOrDamagedWatermarkIsRefused) {
  open();
  must_commit();
  close();
  for (const auto& entry : fs::directory_iterator(options_.state_directory)) {
    if (entry.path().extension() == ".watermark") fs::remove(entry.path());
  }
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
  write_file(id_file(), "nonsense");
  EXPECT_EQ(refused().kind, StoreFault::Kind::damaged);
}

TEST_F(RedisOpen, ASecondServerIsRefusedByName) {
  open();
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
  EXPECT_THAT(fault.message, HasSubstr("another server ("));
  EXPECT_THAT(fault.message, HasSubstr("pid " + std::to_string(::getpid())));
  must_commit();
  close();
  EXPECT_EQ(server_.ask({"HLEN", "loy:{m}:nodes"}), "0");
}

TEST_F(RedisOpen, AServerOfThisMachineThatWasKilledMakesRoomAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) {
    open();
    must_commit();
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(server_.ask({"HLEN", "loy:{m}:nodes"}), "1");
  const auto begin = std::chrono::steady_clock::now();
  open();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(must_commit().position, 2U);
}

TEST_F(RedisOpen, AServerThatDiedIsForgotten) {
  open();
  close();
  server_.ask({"HSET", "loy:{m}:nodes", "somebody", "without a seal"});
  open();
  EXPECT_EQ(server_.ask({"HLEN", "loy:{m}:nodes"}), "1");
}

TEST_F(RedisOpen, LookingIntoAStoreWritesNothing) {
  open();
  must_commit(2);
  options_.inspect = true;
  auto reader = try_open();
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->owner(0)->head.position, 2U);
  EXPECT_EQ(*(*reader)->stable(0), 2U);
  const Commit one = next_commit();
  EXPECT_EQ((*reader)->commit({&one, 1})[0].status, CommitStatus::unavailable);
  EXPECT_FALSE((*reader)->claim(0, one.fence, {.high = 1, .low = 1}, 5000));
  EXPECT_FALSE((*reader)->release(0, one.fence));
  EXPECT_FALSE((*reader)->trim(0, 1));
  EXPECT_FALSE((*reader)->put_projection_cursor(0, "q", {}));
  EXPECT_EQ(server_.ask({"HLEN", "loy:{m}:nodes"}), "1") << "only the one that is open";
  EXPECT_THAT((*reader)->describe(), HasSubstr("read only"));
  must_commit(one);
}

TEST_F(RedisOpen, LookingIntoAnEmptyDatabaseMakesNoStore) {
  options_.inspect = true;
  EXPECT_THAT(refused().message, HasSubstr("holds no store"));
  EXPECT_EQ(keys(), 0U);
}

}  // namespace
}  // namespace loyalty::persistence
