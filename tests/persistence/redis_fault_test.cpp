// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RedisFaults : public RedisTest {};

TEST_F(RedisFaults, WithoutAServerThereIsNoStore) {
  server_.kill();
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
  EXPECT_THAT(fault.message, HasSubstr(server_.socket()));
}

TEST_F(RedisFaults, AReplicaIsNotWritten) {
  open();
  must_commit();
  server_.ask({"REPLICAOF", "127.0.0.1", "1"});
  const auto result = commit(next_commit());
  EXPECT_EQ(result.status, CommitStatus::unavailable);
  close();
  EXPECT_THAT(refused().message, HasSubstr("is a replica"));
  server_.ask({"REPLICAOF", "NO", "ONE"});
  open();
  EXPECT_EQ(must_commit().position, 2U);
}

TEST_F(RedisFaults, APrimaryThatBecomesAReplicaAndBackIsWrittenAgain) {
  open();
  const Commit one = next_commit();
  server_.ask({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(commit(one).detail, HasSubstr("READONLY"));
  EXPECT_EQ(commit(one).status, CommitStatus::unavailable) << "after connecting anew";
  server_.ask({"REPLICAOF", "NO", "ONE"});
  must_commit(one);
}

TEST_F(RedisFaults, WithTooFewReplicasNothingIsWritten) {
  open();
  const Commit one = next_commit();
  server_.ask({"CONFIG", "SET", "min-replicas-to-write", "1"});
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::unavailable);
  EXPECT_THAT(result.detail, HasSubstr("NOREPLICAS"));
  server_.ask({"CONFIG", "SET", "min-replicas-to-write", "0"});
  must_commit(one);
}

TEST_F(RedisFaults, WithoutMemoryNothingIsWrittenAndReadsGoOn) {
  open();
  Commit one = next_commit();
  one.snapshots = {{.entity = "m", .position = 1, .bytes = "s", .pinned = false}};
  one.segments = {{.entity = "m", .first_sequence = 1, .bytes = "h"}};
  must_commit(one);
  const Commit two = next_commit();
  server_.ask({"CONFIG", "SET", "maxmemory", "1"});
  const auto result = commit(two);
  EXPECT_EQ(result.status, CommitStatus::full) << result.detail;
  EXPECT_EQ(head(), one.block ? (Head{1, one.block->chain}) : Head{});
  EXPECT_TRUE(store().load(0, std::vector<std::string>{"m"}));
  EXPECT_TRUE(store().history(0, "m", [](const Segment&) { return true; }));
  EXPECT_THAT(block_ends(), ElementsAre(1));
  server_.ask({"CONFIG", "SET", "maxmemory", "0"});
  must_commit(two);
}

TEST_F(RedisFaults, ScriptsThatAreForgottenAreLoadedAgain) {
  open();
  must_commit();
  server_.ask({"SCRIPT", "FLUSH"});
  must_commit();
  EXPECT_TRUE(store().load(0, std::vector<std::string>{"m"}));
  EXPECT_TRUE(store().stable(0));
}

TEST_F(RedisFaults, AServerThatDiedAndCameBackIsUsedAgain) {
  open();
  for (int round = 1; round <= 5; ++round) {
    const Commit one = next_commit();
    server_.kill();
    EXPECT_EQ(commit(one).status, CommitStatus::unavailable);
    EXPECT_FALSE(store().load(0, std::vector<std::string>{"m"}));
    server_.start();
    must_commit(one);
  }
  EXPECT_THAT(block_ends(), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(RedisFaults, AFrozenServerLeavesTheOutcomeUnknown) {
  options_.request_timeout = std::chrono::milliseconds(300);
  open();
  const Commit one = next_commit();
  server_.freeze();
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::unknown);
  EXPECT_THAT(result.detail, HasSubstr("no answer in"));
  server_.thaw();
  EXPECT_TRUE(insist(one));
  EXPECT_THAT(block_ends(), ElementsAre(1));
}

TEST_F(RedisFaults, AFrozenServerIsWaitedForOnceWhenAllShardsAreReleased) {
  options_.request_timeout = std::chrono::milliseconds(300);
  open();
  const auto fence = store().owner(0)->fence;
  const auto other = store().claim(1, store().owner(1)->fence, {9, 9}, 1000);
  ASSERT_TRUE(other);
  server_.freeze();
  EXPECT_THAT(store().release(0, fence).error().message, HasSubstr("no answer in"));
  EXPECT_THAT(store().release(1, other->fence).error().message, HasSubstr("not tried"));
  server_.thaw();
  EXPECT_TRUE(test::eventually([&] {
    const auto released = store().release(0, fence);
    return released && *released;
  }));
  EXPECT_TRUE(*store().release(1, other->fence));
}

TEST_F(RedisFaults, AnEmptiedDatabaseFencesItsOwner) {
  open();
  must_commit();
  const Commit one = next_commit();
  server_.ask({"FLUSHALL"});
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::fenced);
  EXPECT_THAT(result.detail, HasSubstr("the owner record loy:{p:000}:own is gone"));
  const auto never = [](const auto&) { return true; };
  const auto is_damaged = [](const auto& answer) {
    return !answer && answer.error().kind == StoreFault::Kind::damaged;
  };
  EXPECT_TRUE(is_damaged(store().owner(0)));
  EXPECT_TRUE(is_damaged(store().load(0, std::vector<std::string>{"m"})));
  EXPECT_TRUE(is_damaged(store().pinned(0)));
  EXPECT_TRUE(is_damaged(store().entities(0, never)));
  EXPECT_TRUE(is_damaged(store().blocks(0, 0, never)));
  EXPECT_TRUE(is_damaged(store().history(0, "m", never)));
  EXPECT_TRUE(is_damaged(store().due(0, 0, 9, 9)));
  EXPECT_TRUE(is_damaged(store().trim(0, 9)));
  EXPECT_TRUE(is_damaged(store().stable(0)));
  EXPECT_TRUE(is_damaged(store().projection_cursor(0, "q")));
  EXPECT_TRUE(is_damaged(store().put_projection_cursor(0, "q", {})));
}

TEST_F(RedisFaults, AKeyOfAnotherTypeIsFoundBeforeAnythingIsWritten) {
  open();
  server_.ask({"SET", "loy:{p:000}:t", "not a sorted set"});
  Commit one = next_commit();
  one.due = {{.entity = "m", .from_ms = 0, .to_ms = 5}};
  EXPECT_EQ(commit(one).status, CommitStatus::unknown);
  EXPECT_EQ(head(), Head{});
  EXPECT_TRUE(block_ends().empty());
  EXPECT_EQ(store().due(0, 0, 9, 9).error().kind, StoreFault::Kind::damaged);
}

class RedisLink : public RedisLinkTest {};

TEST_F(RedisLink, ALostAnswerIsUnknownAndTheSameCommitTellsThatItWasWritten) {
  open();
  const Commit one = next_commit();
  proxy_.swallow_answers(true);
  EXPECT_EQ(commit(one).status, CommitStatus::unknown);
  proxy_.swallow_answers(false);
  const auto again = commit(one);
  EXPECT_EQ(again.status, CommitStatus::head) << again.detail;
  EXPECT_EQ(again.head, (Head{1, one.block->chain}));
}

TEST_F(RedisLink, AnAnswerThatIsNoneOfRedisIsUnknown) {
  open();
  const Commit one = next_commit();
  for (const auto* lie :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "*2\r\n$2\r\nok\r\n:1\r\n", "*1\r\n$7\r\nmaybe n\r\n",
        ":7\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "*2147483647\r\n", "*99999999999999\r\n",
        "$9\r\nok", "+OK\r\n", "-ERR made up\r\n"}) {
    head();  // connects
    proxy_.answer_with(lie);
    EXPECT_EQ(commit(one).status, CommitStatus::unknown) << lie;
    proxy_.answer_with("");
  }
  EXPECT_TRUE(insist(one));
  EXPECT_THAT(block_ends(), ElementsAre(1));
}

TEST_F(RedisLink, ReadsAreNotTakenInByAStranger) {
  open();
  Commit one = next_commit();
  one.snapshots = {{.entity = "m", .position = 1, .bytes = "s", .pinned = false}};
  must_commit(one);
  const auto never = [](const auto&) { return true; };
  for (const auto* lie :
       {"*0\r\n*0\r\n", "$1\r\nx\r\n$1\r\nx\r\n", ":1\r\n:1\r\n", "*1\r\n*0\r\n*1\r\n$-1\r\n",
        "*9999999\r\n", "-ERR x\r\n-ERR x\r\n", "junk"}) {
    proxy_.answer_with(lie);
    EXPECT_FALSE(store().load(0, std::vector<std::string>{"m"})) << lie;
    EXPECT_FALSE(store().owner(0)) << lie;
    EXPECT_FALSE(store().pinned(0)) << lie;
    EXPECT_FALSE(store().blocks(0, 0, never)) << lie;
    EXPECT_FALSE(store().history(0, "m", never)) << lie;
    EXPECT_FALSE(store().entities(0, never)) << lie;
    EXPECT_FALSE(store().due(0, 0, 9, 9)) << lie;
    EXPECT_FALSE(store().projection_cursor(0, "q")) << lie;
    EXPECT_FALSE(store().stable(0)) << lie;
  }
  proxy_.answer_with("");
  EXPECT_TRUE(test::eventually(
      [&] { return static_cast<bool>(store().load(0, std::vector<std::string>{"m"})); }));
}

TEST_F(RedisLink, AServerThatSpeaksSomethingElseIsNoStore) {
  proxy_.answer_with("220 mail.example ESMTP\r\n");
  const auto fault = refused();
  EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
  EXPECT_THAT(fault.message, HasSubstr("none of Redis"));
}

TEST_F(RedisLink, AServerThatIsSilentIsGivenUp) {
  proxy_.freeze(true);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(refused().kind, StoreFault::Kind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace loyalty::persistence
