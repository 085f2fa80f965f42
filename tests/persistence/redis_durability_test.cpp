// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_durability.hpp"

#include <filesystem>

#include "persistence/redis_stability.hpp"
#include "persistence/watermark.hpp"
#include "tests/persistence/redis_fixture.hpp"

namespace loyalty::persistence {
namespace {

using testing::HasSubstr;

class RedisDurability : public RedisTest {
 protected:
  void set(const std::string& name, const std::string& value) {
    ASSERT_EQ(server_.ask({"CONFIG", "SET", name, value}), "OK");
  }
};

struct Weak {
  Durability level;
  const char* setting;
  const char* value;
  const char* expected;
};

TEST_F(RedisDurability, WhatIsTooWeakIsRefusedByName) {
  const Weak table[] = {
      {Durability::relaxed, "appendonly", "no", "yes"},
      {Durability::relaxed, "maxmemory-policy", "allkeys-lru", "noeviction"},
      {Durability::fsync, "appendonly", "no", "yes"},
      {Durability::fsync, "appendfsync", "everysec", "always"},
      {Durability::fsync, "no-appendfsync-on-rewrite", "yes", "no"},
      {Durability::fsync, "maxmemory-policy", "volatile-ttl", "noeviction"},
      {Durability::replicated, "min-replicas-to-write", "0", "1 or more"},
  };
  set("min-replicas-to-write", "1");
  for (const auto& [level, setting, value, expected] : table) {
    const std::string before = server_.ask({"CONFIG", "GET", setting});
    set(setting, value);
    options_.durability = level;
    const auto fault = refused();
    EXPECT_EQ(fault.kind, StoreFault::Kind::unavailable);
    EXPECT_THAT(fault.message, HasSubstr(std::string(setting) + " is " + value + ", but"));
    EXPECT_THAT(fault.message, HasSubstr(std::string("needs ") + expected + " (set it with: "));
    set(setting, before.substr(before.find(' ') + 1));
  }
  options_.durability = Durability::replicated;
  EXPECT_THAT(refused().message, HasSubstr("the number of replicas online is 0"));
}

TEST_F(RedisDurability, RelaxedIsContentWithEverysec) {
  set("appendfsync", "everysec");
  options_.durability = Durability::relaxed;
  open();
  must_commit();
}

TEST_F(RedisDurability, TheSettingsAreCheckedAgainAtEachConnect) {
  open();
  must_commit();
  const Commit one = next_commit();
  set("appendfsync", "everysec");
  server_.ask({"CLIENT", "KILL", "TYPE", "normal"});
  const auto result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::unavailable);
  EXPECT_THAT(result.detail, HasSubstr("appendfsync is everysec"));
  set("appendfsync", "always");
  must_commit(one);
}

TEST_F(RedisDurability, SyncedAtOnceIsStableAtOnce) {
  open();
  must_commit(3);
  EXPECT_EQ(*store().stable(0), 3U);
}

TEST_F(RedisDurability, WhatIsSyncedOnceASecondIsStableLater) {
  set("appendfsync", "everysec");
  options_.durability = Durability::relaxed;
  open();
  const auto begin = std::chrono::steady_clock::now();
  must_commit(3);
  EXPECT_EQ(*store().stable(0), 0U);
  EXPECT_TRUE(test::eventually([&] { return *store().stable(0) == 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  must_commit(1);
  EXPECT_EQ(*store().stable(0), 3U);
}

TEST_F(RedisDurability, WhatMayStillBeLostIsRememberedSoThatItsLossIsTold) {
  set("appendfsync", "everysec");
  options_.durability = Durability::relaxed;
  open();
  must_commit(5);
  close();
  for (const auto& entry : std::filesystem::directory_iterator(options_.state_directory)) {
    if (entry.path().extension() != ".watermark") continue;
    const auto watermark = read_watermark(entry.path());
    ASSERT_TRUE(watermark && *watermark);
    EXPECT_EQ((**watermark)[0].position, 5U);
  }
  open();
  must_commit(1);
}

TEST(RedisInfo, IsRead) {
  const std::string info =
      "# Replication\r\nrole:master\r\nconnected_slaves:3\r\n"
      "slave0:ip=::1,port=1,state=online,offset=1,lag=0\r\n"
      "slave1:ip=::1,port=2,state=wait_bgsave,offset=0,lag=0\r\n"
      "slave2:ip=::1,port=3,state=online,offset=1,lag=0\r\nslave_like:x,state=online,\r\n";
  EXPECT_TRUE(is_primary(info));
  EXPECT_EQ(online_replicas(info), 2U);
  EXPECT_FALSE(is_primary("role:slave\r\n"));
  EXPECT_EQ(online_replicas(""), 0U);
}

/// A primary and its replica, over a proxy for the link between them.
class RedisReplication : public testing::Test {
 protected:
  RedisReplication()
      : primary_({.tcp = true,
                  .config = {"repl-diskless-sync-delay 0", "min-replicas-to-write 1",
                             "min-replicas-max-lag 30"}}),
        link_(primary_.port()),
        replica_({.tcp = true, .config = {"replicaof 127.0.0.1 " + std::to_string(link_.port())}}) {
    options_.shards = 2;
    options_.durability = Durability::replicated;
    options_.state_directory = (scratch_ / "state").string();
    EXPECT_TRUE(test::eventually([this] {
      return primary_.ask({"INFO", "replication"}).find("state=online") != std::string::npos;
    }));
    auto opened = open_store("redis://" + primary_.address(), options_);
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    // A replica that has just come online may still be busy with itself.
    EXPECT_TRUE(test::eventually([this] { return static_cast<bool>(store_->owner(0)); }));
    const auto claimed = store_->claim(0, {}, {.high = 1, .low = 2}, 1000);
    EXPECT_TRUE(claimed) << claimed.error().message;
    next_.fence = claimed->fence;
    prepare({});
  }

  /// A commit of one record behind that head.
  void prepare(const Head& head) {
    BlockBuilder builder;
    builder.add("record");
    next_.expected = head;
    next_.block = std::move(builder).finish(0, next_.fence.epoch, head);
  }
  CommitResult commit() { return store_->commit({&next_, 1})[0]; }

  ScratchDirectory scratch_;
  StoreOptions options_;
  test::RedisServer primary_;
  test::TcpProxy link_;
  test::RedisServer replica_;
  std::unique_ptr<Store> store_;
  Commit next_;
};

TEST_F(RedisReplication, WhatIsAnsweredIsOnTheReplica) {
  const auto result = commit();
  ASSERT_EQ(result.status, CommitStatus::ok) << result.detail;
  EXPECT_EQ(replica_.ask({"HGET", "loy:{p:000}:own", "h"}), "1");
}

TEST_F(RedisReplication, WhatTheReplicaDoesNotConfirmIsUnknownUntilItDoes) {
  link_.freeze(true);
  const auto result = commit();
  EXPECT_EQ(result.status, CommitStatus::unknown);
  EXPECT_THAT(result.detail, HasSubstr("0 of 1 replicas have confirmed it"));
  EXPECT_EQ(commit().status, CommitStatus::unknown) << "the same again is no confirmation";
  EXPECT_FALSE(store_->owner(0));
  EXPECT_EQ(*store_->stable(0), 0U);
  link_.freeze(false);
  CommitResult again;
  EXPECT_TRUE(test::eventually([&] {
    again = commit();
    return again.status == CommitStatus::head;
  }));
  EXPECT_EQ(again.head.position, 1U);
  EXPECT_EQ(replica_.ask({"HGET", "loy:{p:000}:own", "h"}), "1");
  EXPECT_TRUE(store_->owner(0));
}

TEST_F(RedisReplication, StableIsWhatTheReplicasHave) {
  const auto first = commit();
  ASSERT_EQ(first.status, CommitStatus::ok) << first.detail;
  EXPECT_TRUE(test::eventually([&] { return *store_->stable(0) == 1; }));
  link_.freeze(true);
  prepare(first.head);
  EXPECT_EQ(commit().status, CommitStatus::unknown);
  EXPECT_EQ(*store_->stable(0), 1U);
  link_.freeze(false);
  EXPECT_TRUE(test::eventually([&] { return commit().status == CommitStatus::head; }));
  EXPECT_TRUE(test::eventually([&] { return *store_->stable(0) == 2; }));
}

TEST(RedisFailover, TheOwnerFollowsTheSentinelAndAppendsAgainWhatWasLost) {
  test::RedisPair pair({});
  const ScratchDirectory scratch;
  StoreOptions options;
  options.shards = 2;
  options.state_directory = (scratch / "state").string();
  auto store = open_store(pair.url(), options);
  ASSERT_TRUE(store) << store.error().message;
  const auto owner = (*store)->claim(0, {}, {.high = 1, .low = 2}, 1000);
  ASSERT_TRUE(owner) << owner.error().message;

  std::vector<Commit> written;
  Head head;
  const auto append = [&](int count) {
    for (int i = 0; i < count; ++i) {
      BlockBuilder builder;
      builder.add("record " + std::to_string(i));
      Commit one{.fence = owner->fence, .expected = head};
      one.block = std::move(builder).finish(0, owner->fence.epoch, head);
      const auto result = (*store)->commit({&one, 1})[0];
      ASSERT_EQ(result.status, CommitStatus::ok) << result.detail;
      head = result.head;
      written.push_back(one);
    }
  };
  append(20);
  EXPECT_TRUE(test::eventually([&] { return *(*store)->stable(0) == 20; }));
  // Frozen first and killed then: the replica sees nothing of what comes, and the store promises
  // no more than that.
  pair.replica().freeze();
  append(10);
  EXPECT_EQ(*(*store)->stable(0), 20U);
  pair.primary().kill();
  pair.replica().thaw();
  CommitResult result;
  EXPECT_TRUE(test::eventually([&] {
    result = (*store)->commit({&written.back(), 1})[0];
    return result.status == CommitStatus::head;
  })) << result.detail;
  EXPECT_GE(result.head.position, 20U);
  for (std::size_t i = result.head.position; i < written.size(); ++i) {
    EXPECT_EQ((*store)->commit({&written[i], 1})[0].status, CommitStatus::ok);
  }
  EXPECT_EQ((*store)->owner(0)->head, head);
  // The primary that died may come back, and lead again: for a minute nothing new is stable.
  EXPECT_LT(*(*store)->stable(0), 30U);
}

TEST(ReplicaCount, WaitsAMinuteForAReplicaThatIsAway) {
  const Deadline start = RedisClock::now();
  ReplicaCount count;
  count.seen(2, start);
  count.seen(1, start + std::chrono::seconds(30));
  EXPECT_FALSE(count.complete(1));
  EXPECT_TRUE(count.complete(2));
  count.seen(1, start + std::chrono::seconds(61));
  EXPECT_TRUE(count.complete(1));
  EXPECT_FALSE(count.complete(0));
}

}  // namespace
}  // namespace loyalty::persistence
