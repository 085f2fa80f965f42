// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <sstream>

#include "persistence/redis_cluster.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/redis_server.hpp"

namespace loyalty::persistence::contract {
namespace {

using testing::HasSubstr;

/// The slot of shard 0 moves from one primary of a cluster to another while the store is open.
class RedisMigration : public testing::Test {
 protected:
  RedisMigration() {
    StoreOptions options;
    options.shards = 2;
    options.state_directory = state_.string();
    auto store = open_store(cluster_.url(), options);
    EXPECT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    const auto claimed = store_->claim(0, {}, alice, 1000);
    EXPECT_TRUE(claimed) << claimed.error().message;
    const std::string key = "loy:{p:000}:own";
    for (const auto& server : cluster_.servers()) {
      (server->ask({"EXISTS", key}) == "1" ? from_ : to_) = server.get();
    }
  }
  ~RedisMigration() override {
    store_.reset();
    std::filesystem::remove_all(state_);
  }

  CommitResult commit() {
    const auto owner = store_->owner(0);
    EXPECT_TRUE(owner) << owner.error().message;
    Commit one{.fence = owner->fence, .expected = owner->head};
    one.block = make_block(0, owner->fence.epoch, owner->head, 1);
    return store_->commit({&one, 1})[0];
  }
  void set_slot(test::RedisServer& server, const std::string& state, test::RedisServer& node) {
    EXPECT_EQ(server.ask({"CLUSTER", "SETSLOT", slot_, state, node.ask({"CLUSTER", "MYID"})}),
              "OK");
  }
  void move_keys() {
    std::istringstream keys(from_->ask({"CLUSTER", "GETKEYSINSLOT", slot_, "100"}));
    for (std::string key; keys >> key;) {
      EXPECT_EQ(from_->ask({"MIGRATE", "127.0.0.1", std::to_string(to_->port()), key, "0", "5000"}),
                "OK");
    }
  }

  std::filesystem::path state_ =
      std::filesystem::temp_directory_path() / ("loyalty-migration-" + std::to_string(::getpid()));
  test::RedisCluster cluster_;
  std::unique_ptr<Store> store_;
  test::RedisServer* from_ = nullptr;
  test::RedisServer* to_ = nullptr;
  const std::string slot_ = std::to_string(slot_of("loy:{p:000}:own"));
};

TEST_F(RedisMigration, TheStoreFollowsItsShard_redis_cluster) {
  EXPECT_EQ(commit().status, CommitStatus::ok);
  set_slot(*to_, "IMPORTING", *from_);
  set_slot(*from_, "MIGRATING", *to_);
  const auto during = commit();
  EXPECT_EQ(during.status, CommitStatus::unavailable) << during.detail;
  EXPECT_THAT(during.detail, HasSubstr("TRYAGAIN"));
  move_keys();
  // Redirected for this once, to where the key is by now.
  EXPECT_EQ(store_->owner(0)->head.position, 1U);
  EXPECT_EQ(commit().status, CommitStatus::unavailable);
  set_slot(*to_, "NODE", *to_);
  set_slot(*from_, "NODE", *to_);
  // Redirected for good.
  const auto behind = commit();
  EXPECT_EQ(behind.status, CommitStatus::ok) << behind.detail;
  EXPECT_EQ(behind.head.position, 2U);
  EXPECT_EQ(to_->ask({"XLEN", "loy:{p:000}:j"}), "2");
  std::size_t blocks = 0;
  EXPECT_TRUE(store_->blocks(0, 0, [&](const Block&) { return ++blocks > 0; }));
  EXPECT_EQ(blocks, 2U);
}

TEST_F(RedisMigration, APrimaryThatDiesStopsItsShards_redis_cluster) {
  EXPECT_EQ(commit().status, CommitStatus::ok);
  const auto owner = store_->owner(0);
  Commit one{.fence = owner->fence, .expected = owner->head};
  one.block = make_block(0, owner->fence.epoch, owner->head, 1);
  from_->kill();
  EXPECT_EQ(store_->commit({&one, 1})[0].status, CommitStatus::unavailable);
  from_->start();
  CommitResult result;
  EXPECT_TRUE(test::eventually([&] {
    result = store_->commit({&one, 1})[0];
    return result.status == CommitStatus::ok;
  })) << result.detail;
}

}  // namespace
}  // namespace loyalty::persistence::contract
