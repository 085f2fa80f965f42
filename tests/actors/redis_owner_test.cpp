// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/entity_key.hpp"
#include "persistence/open_store.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/persistence/scratch_directory.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/tcp_proxy.hpp"

/// A node on a Redis that says something else than an owner record where one is expected.
namespace loyalty::actors {
namespace {

class RedisOwner : public NodeTest {
 protected:
  RedisOwner() : redis_({.tcp = true}), proxy_(redis_.port()) {
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_.push_back(line);
    };
    persistence::StoreOptions how;
    how.shards = 2;
    how.state_directory = (scratch_ / "state").string();
    how.request_timeout = std::chrono::milliseconds(400);
    auto opened = persistence::open_store("redis://" + proxy_.address() + "/0", how);
    EXPECT_TRUE(opened) << opened.error().message;
    redis_store_ = std::move(*opened);
  }
  ~RedisOwner() override { stop(); }

  void start_on_redis() {
    auto started = Node::start(options, *redis_store_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    node_ = std::move(*started);
    api::Call apply = apply_call(shop());
    apply.reply = {peer_, next_msgid_};
    std::vector<api::Call> calls;
    calls.push_back(std::move(apply));
    node_->submit(std::move(calls));
    EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(next_msgid_++).outcome));
  }
  /// A member of that shard.
  std::string member_of(persistence::ShardId shard) {
    int number = 0;
    while (shard_of(member_key("shop", "m" + std::to_string(number)), 2) != shard) ++number;
    return "m" + std::to_string(number);
  }
  bool logged(const std::string& part) {
    const std::lock_guard lock(mutex_);
    return std::any_of(log_.begin(), log_.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
  }

  persistence::ScratchDirectory scratch_;
  test::RedisServer redis_;
  test::TcpProxy proxy_;
  std::unique_ptr<persistence::Store> redis_store_;
  std::mutex mutex_;
  std::vector<std::string> log_;
};

class RedisOwnerField : public RedisOwner, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Of, RedisOwnerField, testing::Values("e", "o", "h", "c"),
                         [](const auto& field) { return field.param; });

TEST_P(RedisOwnerField, OfGarbageFreezesItsShardAndNoOther) {
  start_on_redis();
  const std::string broken = member_of(1);
  const std::string sound = member_of(0);
  must("enroll_member", {{"member", broken}, {"key", "e"}});
  const std::string garbage("\xff\x00 garbage", 10);
  redis_.ask({"HSET", "loy:{p:001}:own", GetParam(), garbage});

  EXPECT_EQ(code_of("purchase", {{"member", broken}, {"key", "1"}, {"amount", 100}}),
            "OUTCOME_UNKNOWN");
  EXPECT_EQ(code_of("get_balances", {{"member", broken}}), "UNAVAILABLE");
  EXPECT_TRUE(logged("shard 1 is lost: "));
  must("enroll_member", {{"member", sound}, {"key", "e"}});
  must("get_balances", {{"member", sound}});
}

struct Lie {
  std::string name;
  std::string text;
};

std::string record_of_nonsense() {
  std::string text = "*8\r\n$2\r\nno\r\n";
  for (int field = 0; field < 7; ++field) text += "$3\r\n\xff\xfe\xfd\r\n";
  return text;
}

class RedisOwnerAnswer : public RedisOwner, public testing::WithParamInterface<Lie> {};
INSTANTIATE_TEST_SUITE_P(Of, RedisOwnerAnswer,
                         testing::Values(Lie{"nonsense", record_of_nonsense()},
                                         Lie{"a_stranger", "HTTP/1.1 400 Bad Request\r\n\r\n"}),
                         [](const auto& lie) { return lie.param.name; });

TEST_P(RedisOwnerAnswer, FreezesTheShardUntilTheRecordCanBeRead) {
  start_on_redis();
  const std::string member = member_of(1);
  must("enroll_member", {{"member", member}, {"key", "e"}});
  proxy_.answer_with(GetParam().text);
  const auto held = send("purchase", {{"member", member}, {"key", "1"}, {"amount", 100}});
  while (!peer_->has_reply(held)) must("ping", {});
  EXPECT_EQ(get<api::Error>(peer_->reply(held).outcome).code, "OUTCOME_UNKNOWN");
  EXPECT_EQ(code_of("purchase", {{"member", member}, {"key", "2"}, {"amount", 100}}),
            "UNAVAILABLE");
  proxy_.answer_with("");
  std::string code = "UNAVAILABLE";
  while (code == "UNAVAILABLE" || code == "OUTCOME_UNKNOWN") {
    code = code_of("purchase", {{"member", member}, {"key", "1"}, {"amount", 100}});
  }
  EXPECT_EQ(code, "");
  EXPECT_FALSE(logged("is lost"));
  EXPECT_EQ(points_of(member), 1) << "it was done once";
}

}  // namespace
}  // namespace loyalty::actors
