// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "persistence/memory_store.hpp"
#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

class Random : public StoreContract {
 protected:
  /// A random commit, sometimes one that must be refused.
  Commit any_commit() {
    const auto shard = static_cast<ShardId>(pick(shard_count));
    Commit any = next_commit(shard, pick(4));
    if (pick(8) == 0) any.fence.epoch ^= 1;
    if (pick(8) == 0) any.expected.chain ^= 1;
    for (auto i = pick(3); i > 0; --i) {
      any.snapshots.push_back(
          {name(), any.expected.position, std::to_string(pick(99)), pick(4) == 0});
    }
    for (auto i = pick(3); i > 0; --i) any.segments.push_back({name(), pick(50), name()});
    for (auto i = pick(4); i > 0; --i) any.due.push_back({name(), time(), time()});
    if (pick(3) == 0) any.checkpoint = any.expected.position;
    return any;
  }
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::string name() { return std::string(1 + pick(3), static_cast<char>('a' + pick(3))); }
  std::int64_t time() { return static_cast<std::int64_t>(pick(9)) - 4; }

  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};
INSTANTIATE_TEST_SUITE_P(Store, Random, testing::ValuesIn(durable_backends()), backend_name);

template <class T>
std::vector<T> all_of(
    const std::function<StoreResult<bool>(std::function<bool(const T&)>)>& visit) {
  std::vector<T> all;
  EXPECT_TRUE(visit([&](const T& item) {
    all.push_back(item);
    return true;
  }));
  return all;
}

bool same(const OwnerRecord& a, const OwnerRecord& b) {
  return a.fence == b.fence && a.head == b.head && a.checkpoint == b.checkpoint;
}

TEST_P(Random, EveryBackendDoesWhatTheMemoryStoreDoes) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const auto model = make_memory_store(shard_count);
  for (int step = 0; step < 600; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    if (pick(20) == 0) reopen();
    if (pick(10) == 0) {
      const auto shard = static_cast<ShardId>(pick(shard_count));
      const auto fence = owner(shard).fence;
      ASSERT_TRUE(store().claim(shard, fence, alice, step));
      ASSERT_TRUE(model->claim(shard, fence, alice, step));
    }
    if (pick(10) == 0) {
      const auto shard = static_cast<ShardId>(pick(shard_count));
      const auto up_to = owner(shard).head.position;
      ASSERT_TRUE(store().trim(shard, up_to));
      ASSERT_TRUE(model->trim(shard, up_to));
    }
    std::vector<Commit> commits;
    for (auto i = 1 + pick(3); i > 0; --i) commits.push_back(any_commit());
    const auto actual = store().commit(commits);
    const auto expected = model->commit(commits);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_EQ(actual[i].status, expected[i].status);
      ASSERT_EQ(actual[i].head, expected[i].head);
    }
  }
  reopen();
  const std::vector<std::string> names = {"a", "aa", "aaa", "b", "bb", "bbb", "c", "cc", "ccc"};
  for (ShardId shard = 0; shard < shard_count; ++shard) {
    EXPECT_TRUE(same(owner(shard), *model->owner(shard)));
    EXPECT_EQ(load(shard, names), model->load(shard, names)->snapshots);
    EXPECT_EQ(*store().pinned(shard), *model->pinned(shard));
    EXPECT_EQ(due(shard, 100), *model->due(shard, -100, 100, 100));
    for (const auto& name : names) {
      EXPECT_EQ(history(shard, name),
                all_of<Segment>([&](auto visit) { return model->history(shard, name, visit); }));
    }
    std::vector<std::uint64_t> ends;
    for (const auto& block :
         all_of<Block>([&](auto visit) { return model->blocks(shard, 0, visit); })) {
      ends.push_back(block.last_position);
    }
    EXPECT_EQ(block_ends(shard), ends);
  }
}

}  // namespace
}  // namespace loyalty::persistence::contract
