// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "tests/persistence/power_loss_disk.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

/// The tables of the journal on disk: those that nobody needs any more go, and no others.
namespace loyalty::persistence {
namespace {

constexpr std::uintmax_t mebibyte = 1 << 20;
constexpr OwnerNonce me{1, 1};

/// Writes the journal of one shard: blocks of 64 KiB, 128 to a table.
class Writer {
 public:
  Writer(Store& store, ShardId shard) : store_(store), shard_(shard) {
    const auto seen = store.owner(shard);
    const auto owner = seen ? store.claim(shard, seen->fence, me, 1) : seen;
    if (!owner) return;
    fence_ = owner->fence;
    head_ = owner->head;
  }

  /// False when the store has failed.
  bool write_block(bool with_snapshot = false) {
    BlockBuilder builder;
    for (int i = 0; i < 512; ++i) builder.add(std::string(128, 'x'));
    Commit one;
    one.shard = shard_;
    one.fence = fence_;
    one.expected = head_;
    one.block = std::move(builder).finish(shard_, fence_.epoch, head_);
    if (with_snapshot) {
      one.snapshots = {{.entity = "m1", .position = head_.position, .bytes = "what it stands for"}};
      one.checkpoint = head_.position;
    }
    const Head end{one.block->last_position, one.block->chain};
    if (store_.commit({&one, 1}).front().status != CommitStatus::ok) return false;
    head_ = end;
    return true;
  }
  /// A snapshot stands for all that has been written, and that is trimmed.
  bool replace() {
    const std::uint64_t replaced = head_.position;
    return write_block(true) && store_.trim(shard_, replaced);
  }
  Head head() const { return head_; }

 private:
  Store& store_;
  ShardId shard_;
  Fence fence_;
  Head head_;
};

class RocksDbJournal : public RocksDbTest {
 protected:
  std::unique_ptr<Store> open_store(rocksdb::Env* env = rocksdb::Env::Default()) {
    auto opened = open_rocksdb_store_in(directory_.string(),
                                        {.durability = Durability::relaxed, .shards = 2}, env);
    return opened ? std::move(*opened) : nullptr;
  }
  std::uintmax_t bytes_of_tables() const {
    std::uintmax_t sum = 0;
    for (const auto& file : files_ending(directory_, ".sst")) sum += file_size(file);
    return sum;
  }
  /// First and last position of what the journal of a shard has.
  static std::pair<std::uint64_t, std::uint64_t> range(Store& store, ShardId shard) {
    std::pair<std::uint64_t, std::uint64_t> found{};
    Head previous;
    const auto read = store.blocks(shard, 0, [&](const Block& block) {
      if (found.first == 0) {
        previous = announced_previous(block);
        found.first = previous.position + 1;
      }
      EXPECT_TRUE(parse_block(shard, previous, block));
      previous = {block.last_position, block.chain};
      found.second = block.last_position;
      return true;
    });
    EXPECT_TRUE(read);
    return found;
  }
};

TEST_F(RocksDbJournal, TablesOfWhatIsTrimmedGo) {
  auto store = open_store();
  Writer writer(*store, 0);
  for (int i = 0; i < 1600; ++i) {
    ASSERT_TRUE(i % 200 == 199 ? writer.replace() : writer.write_block());
  }
  store.reset();
  EXPECT_LT(bytes_of_tables(), 40 * mebibyte) << "of 100 MiB that were written";
  store = open_store();
  ASSERT_TRUE(store);
  EXPECT_EQ(range(*store, 0), std::pair(writer.head().position - 511, writer.head().position));
}

TEST_F(RocksDbJournal, AShardThatIsNotTrimmedKeepsItsBlocksWhileOthersGoOn) {
  auto store = open_store();
  Writer still(*store, 1);
  ASSERT_TRUE(still.write_block());
  Writer writer(*store, 0);
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(i % 200 == 199 ? writer.replace() : writer.write_block());
  }
  store.reset();
  store = open_store();
  ASSERT_TRUE(store);
  EXPECT_EQ(range(*store, 1), std::pair(std::uint64_t{1}, still.head().position));
}

TEST_F(RocksDbJournal, APowerFailureTakesTheEndOfARelaxedJournalAndNothingElse) {
  std::mt19937_64 chance(20'261'123);
  PowerLossDisk disk;
  int gone = 0;
  int opened = 0;
  for (int crash = 0; crash < 12; ++crash) {
    std::filesystem::remove_all(directory_);
    disk.lose_power_after(2'000 + chance() % 4'000);
    if (auto store = open_store(disk.env())) {
      Writer writer(*store, 0);
      while (!disk.is_dark()) {
        if (!(chance() % 200 == 0 ? writer.replace() : writer.write_block())) break;
      }
    }
    disk.restore_power(chance);
    auto store = open_store(disk.env());
    if (!store) continue;  // its watermark says that more was acknowledged: docs/operations.md
    ++opened;
    const auto owner = store->owner(0);
    ASSERT_TRUE(owner);
    const auto [first, last] = range(*store, 0);
    EXPECT_EQ(last, owner->head.position);
    EXPECT_LE(first, owner->checkpoint + 1);
    if (first > 1) ++gone;
    const std::string entity = "m1";
    const auto loaded = store->load(0, {&entity, 1});
    ASSERT_TRUE(loaded);
    if (first > 1) {
      EXPECT_GE(loaded->snapshots.front().value().position + 1, first);
    }
  }
  EXPECT_GT(opened, 3);
  EXPECT_GT(gone, 0) << "a run in which nothing went shows nothing";
}

}  // namespace
}  // namespace loyalty::persistence
