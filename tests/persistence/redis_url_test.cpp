// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/open_store.hpp"
#include "tests/persistence/scratch_directory.hpp"

namespace loyalty::persistence {
namespace {

using testing::HasSubstr;

RedisUrl parsed(const std::string& text) {
  auto url = parse_redis_url(text);
  EXPECT_TRUE(url) << text << ": " << url.error().message;
  return url ? *url : RedisUrl{};
}

TEST(RedisUrl, NamesAServer) {
  const auto url = parsed("redis://shop@db.example:6380/3?password_file=/etc/pw");
  EXPECT_EQ(url.topology, RedisTopology::single);
  ASSERT_EQ(url.endpoints.size(), 1U);
  EXPECT_EQ(url.endpoints[0].host, "db.example");
  EXPECT_EQ(url.endpoints[0].port, 6380);
  EXPECT_EQ(url.database, 3U);
  EXPECT_EQ(url.user, "shop");
  EXPECT_EQ(url.password_file, "/etc/pw");
  EXPECT_EQ(parsed("redis://h:1").database, 0U);
  EXPECT_EQ(parsed("redis://[::1]:6379").endpoints[0].host, "::1");
  EXPECT_EQ(parsed("redis://[::1]:6379").endpoints[0].name(), "[::1]:6379");
}

TEST(RedisUrl, NamesASocket) {
  const auto url = parsed("redis+unix:/run/redis/a%3fb.sock?db=5&user=shop&password_file=pw");
  EXPECT_EQ(url.endpoints[0].path, "/run/redis/a?b.sock");
  EXPECT_EQ(url.database, 5U);
  EXPECT_EQ(url.user, "shop");
}

TEST(RedisUrl, NamesSentinels) {
  const auto url = parsed("redis-sentinel://a:26379,b:26380,c:26381/shop%20one?db=2");
  EXPECT_EQ(url.topology, RedisTopology::sentinel);
  EXPECT_EQ(url.endpoints.size(), 3U);
  EXPECT_EQ(url.master, "shop one");
  EXPECT_EQ(url.database, 2U);
}

TEST(RedisUrl, NamesACluster) {
  const auto url = parsed("redis-cluster://a:7000,b:7001?password_file=pw");
  EXPECT_EQ(url.topology, RedisTopology::cluster);
  EXPECT_EQ(url.endpoints.size(), 2U);
}

TEST(RedisUrl, TheIdentityLeavesOutWhoAsks) {
  EXPECT_EQ(parsed("redis://u@h:1/2?password_file=f").identity(), "redis://h:1/2");
  EXPECT_EQ(parsed("redis://h:1/2").identity(), "redis://h:1/2");
  EXPECT_EQ(parsed("redis-sentinel://a:1/m").identity(),
            parsed("redis-sentinel://b:2,a:1/m").identity());
  EXPECT_NE(parsed("redis+unix:/s?db=1").identity(), parsed("redis+unix:/s?db=2").identity());
}

struct Wrong {
  const char* url;
  const char* named;  ///< what the message must name
};

TEST(RedisUrl, NamesWhatIsWrong) {
  const Wrong table[] = {
      {"redis://", "'' is not HOST:PORT"},
      {"redis://host", "'host' is not HOST:PORT"},
      {"redis://host:", "'host:'"},
      {"redis://host:0", "'host:0'"},
      {"redis://host:70000", "'host:70000'"},
      {"redis://host:12x", "'host:12x'"},
      {"redis://:6379", "no host"},
      {"redis://::1:6379", "brackets"},
      {"redis://host:1/x", "database 'x'"},
      {"redis://host:1/-1", "database '-1'"},
      {"redis://@host:1", "no user before @"},
      {"redis://user@host:1", "user 'user' has no password_file"},
      {"redis://user:secret@host:1", "a password is read from a file"},
      {"redis://host:1?password=secret", "a password is read from a file"},
      {"redis://host:1?password_file=", "'password_file' has no value"},
      {"redis://host:1?colour=red", "'colour'"},
      {"redis+unix:", "no path"},
      {"redis+unix:/a%zz", "hexadecimal"},
      {"redis+unix:/a%4", "hexadecimal"},
      {"redis-sentinel://a:1", "name of the master"},
      {"redis-sentinel://a:1/", "name of the master"},
      {"redis-sentinel://a:1,/m", "''"},
      {"redis-cluster://a:1,b", "'b'"},
      {"redis-cluster://a:1?db=1", "no databases"},
  };
  for (const auto& [text, named] : table) {
    const auto url = parse_redis_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, StoreFault::Kind::invalid) << text;
    EXPECT_THAT(url.error().message, HasSubstr(named)) << text;
    EXPECT_THAT(url.error().message, testing::Not(HasSubstr("secret"))) << text;
    const auto store = open_store(text, {});
    ASSERT_FALSE(store) << text;
    EXPECT_EQ(store.error().kind, StoreFault::Kind::invalid) << text;
  }
  EXPECT_FALSE(is_redis_url("redis:host"));
}

TEST(RedisUrl, APasswordIsTheFirstLineOfItsFile) {
  const ScratchDirectory scratch;
  const auto file = scratch / "password";
  RedisUrl url;
  EXPECT_EQ(*read_password(url), "");
  url.password_file = file.string();
  EXPECT_EQ(read_password(url).error().kind, StoreFault::Kind::invalid);
  write_file(file, "s3cret word\r\n");
  EXPECT_EQ(*read_password(url), "s3cret word");
  write_file(file, "\n");
  EXPECT_THAT(read_password(url).error().message, HasSubstr("holds no password"));
}

TEST(OpenStore, OnlyRedisReplicates) {
  for (const auto* url : {"memory", "rocksdb:somewhere"}) {
    const auto store = open_store(url, {.durability = Durability::replicated});
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, StoreFault::Kind::invalid);
  }
  EXPECT_EQ((*open_store("memory", {}))->shards(), 16);
}

}  // namespace
}  // namespace loyalty::persistence
