// SPDX-License-Identifier: Apache-2.0
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
    api::Call apply = apply_shop();
    apply.reply = {peer_, next_msgid_};
    std::vector<api::Call> calls;
    calls.push_back(std::move(apply));
    node_->submit(std::move(calls));
    EXPECT_TRUE(std::holds_alternative<api::Result>(peer_->reply(next_msgid_++).outcome));
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

TEST_F(RedisOwner, RecordOfGarbageFreezesItsShardAndNoOther) {
  for (const auto* field : {"e", "o", "h", "c", "x"}) {
    start_on_redis();
    const std::string broken = member_of(1);
    const std::string sound = member_of(0);
    const std::string truth = redis_.ask({"HGET", "loy:{p:001}:own", field});
    must("enroll_member", {{"member", broken}, {"key", "e"}});
    redis_.ask({"HSET", "loy:{p:001}:own", field, std::string("\xff\x00 garbage", 10)});

    EXPECT_EQ(code_of("purchase", {{"member", broken}, {"key", field}, {"amount", 100}}),
              "OUTCOME_UNKNOWN")
        << field;
    EXPECT_EQ(code_of("get_balances", {{"member", broken}}), "UNAVAILABLE") << field;
    EXPECT_TRUE(logged("shard 1 is lost: ")) << field;
    must("enroll_member", {{"member", sound}, {"key", "e"}});
    must("get_balances", {{"member", sound}});

    stop();
    redis_.ask({"DEL", "loy:{p:001}:own"});
    redis_.ask({"FLUSHALL"});
    break_off();
  }
}

TEST_F(RedisOwner, AnswersOfAStrangerStopItsShardsUntilRedisSpeaksAgain) {
  start_on_redis();
  const std::string member = member_of(1);
  must("enroll_member", {{"member", member}, {"key", "e"}});
  for (const auto* lie :
       {"*2\r\n$2\r\nno\r\n$3\r\n\xff\xfe\xfd\r\n",
        "*8\r\n$2\r\nno\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\nx\r\n"
        "$1\r\nx\r\n",
        "*7\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"}) {
    proxy_.answer_with(lie);
    const auto held = send("purchase", {{"member", member}, {"key", lie}, {"amount", 100}});
    while (!peer_->has_reply(held)) must("ping", {});
    const auto outcome = peer_->reply(held).outcome;
    proxy_.answer_with("");
    if (logged("is lost")) break;
    EXPECT_EQ(std::get<api::Error>(outcome).code, "OUTCOME_UNKNOWN");
    std::string code = "UNAVAILABLE";
    while (code == "UNAVAILABLE" || code == "OUTCOME_UNKNOWN") {
      code = code_of("purchase", {{"member", member}, {"key", lie}, {"amount", 100}});
    }
    EXPECT_EQ(code, "") << lie;
  }
}

}  // namespace
}  // namespace loyalty::actors
