// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_cluster.hpp"

#include <gtest/gtest.h>

#include "persistence/redis_format.hpp"
#include "persistence/redis_reply.hpp"

namespace loyalty::persistence {
namespace {

TEST(RedisCluster, SlotsAreThoseOfTheSpecification) {
  EXPECT_EQ(slot_of("123456789"), 0x31C3);
  EXPECT_EQ(slot_of("foo"), 12182);
  EXPECT_EQ(slot_of(""), 0);
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
  EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
  EXPECT_NE(slot_of("foo{}bar"), slot_of("foo{}"));
}

TEST(RedisCluster, AllKeysOfAShardShareASlot) {
  const ShardKeys keys(12);
  EXPECT_EQ(keys.own, "loy:{p:012}:own");
  for (const auto& key : {keys.own, keys.journal, keys.snapshots, keys.pinned, keys.history,
                          keys.index, keys.timers, keys.cursors}) {
    EXPECT_EQ(slot_of(key), keys.slot) << key;
  }
}

TEST(RedisCluster, RedirectionsAreRead) {
  const RedisEndpoint asked{.host = "h", .port = 7000, .path = {}};
  const auto moved = parse_redirection("MOVED 3999 127.0.0.1:6381", asked);
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->for_good);
  EXPECT_EQ(moved->slot, 3999);
  EXPECT_EQ(moved->to.name(), "127.0.0.1:6381");
  const auto ask = parse_redirection("ASK 1 ::1:7001", asked);
  ASSERT_TRUE(ask);
  EXPECT_FALSE(ask->for_good);
  EXPECT_EQ(ask->to.host, "::1");
  EXPECT_EQ(parse_redirection("MOVED 1 :7002", asked)->to.name(), "h:7002");
  for (const auto* text : {"", "MOVED", "MOVED x", "MOVED 1", "MOVED 16384 h:1", "MOVED 1 h",
                           "MOVED 1 h:0", "MOVED 1 h:99999", "ERR 1 h:1"}) {
    EXPECT_FALSE(parse_redirection(text, asked)) << text;
  }
}

TEST(RedisReply, ErrorsAreToldApart) {
  for (const auto* text :
       {"READONLY You can't write against a read only replica.", "LOADING Redis is loading",
        "MASTERDOWN Link with MASTER is down", "CLUSTERDOWN The cluster is down"}) {
    EXPECT_TRUE(is_wrong_server(text)) << text;
    EXPECT_TRUE(is_transient(text)) << text;
  }
  for (const auto* text : {"NOREPLICAS Not enough good replicas to write.", "MISCONF Errors",
                           "BUSY Redis is busy", "TRYAGAIN Multiple keys", "NOPERM no"}) {
    EXPECT_FALSE(is_wrong_server(text)) << text;
    EXPECT_TRUE(is_transient(text)) << text;
  }
  for (const auto* text : {"ERR something", "", "WRONGTYPE Operation"}) {
    EXPECT_FALSE(is_transient(text)) << text;
  }
}

TEST(RedisFormat, DueEntriesSortByInstantAndName) {
  using namespace std::string_literals;
  const ShardKeys keys(3);
  const std::vector<DueEntry> sorted = {{-5, "z"},   {-1, "a"},     {1, ""},         {1, "a"},
                                        {1, "a\0"s}, {1, "a\0\1"s}, {1, "a\1"s},     {1, "ab"},
                                        {1, "b"},    {2, "a"},      {1LL << 60, "a"}};
  std::string before;
  for (const auto& entry : sorted) {
    const std::string member = timer_member(keys, entry.at_ms, entry.entity);
    EXPECT_LT(before, member);
    EXPECT_EQ(parse_timer_member(keys, member), entry);
    EXPECT_FALSE(parse_timer_member(ShardKeys(4), member)) << "of another shard";
    before = member;
    for (auto& byte : before) {
      byte = static_cast<char>(byte ^ 1);
      EXPECT_FALSE(parse_timer_member(keys, before));
      byte = static_cast<char>(byte ^ 1);
    }
  }
  EXPECT_FALSE(parse_timer_member(keys, ""));
}

}  // namespace
}  // namespace loyalty::persistence
