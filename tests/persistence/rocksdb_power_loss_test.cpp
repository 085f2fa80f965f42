// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "persistence/write_rules.hpp"
#include "tests/persistence/power_loss_disk.hpp"
#include "tests/persistence/rocksdb_fixture.hpp"

/// M11 and T11 of the test plan: only a disk that forgets what was not synced tests durability.
namespace loyalty::persistence {
namespace {

constexpr OwnerNonce me{1, 1};

/// What happened at all crash points together.
struct Toll {
  int crashes = 0;
  int crashes_in_recovery = 0;
  std::uint64_t acknowledged = 0;
  int lost = 0;     ///< crash points after which an acknowledged write was missing
  int refused = 0;  ///< those where the store said so and did not open
};

class PowerLoss : public RocksDbTest {
 protected:
  Toll crash_often(Durability durability, int crashes, std::uint64_t seed) {
    std::mt19937_64 chance(seed);
    Toll toll;
    for (int folder = 0; toll.crashes < crashes; ++folder) {
      // A few crashes on top of each other, so that some fall into the recovery from the one
      // before.
      const std::string directory = (scratch_ / ("store-" + std::to_string(folder))).string();
      Head acknowledged;
      for (int i = 0; i < 10 && toll.crashes < crashes; ++i) {
        if (!crash_once(directory, durability, chance, acknowledged, toll)) break;
      }
      std::filesystem::remove_all(directory);
    }
    return toll;
  }

 private:
  /// False when the store is not worth going on with.
  bool crash_once(const std::string& directory, Durability durability, std::mt19937_64& chance,
                  Head& acknowledged, Toll& toll) {
    ++toll.crashes;
    const StoreOptions options{.durability = durability, .shards = 1};
    disk_.lose_power_after(chance() % 400);
    {
      auto opened = open_rocksdb_store_in(directory, options, disk_.env());
      if (opened) {
        work(**opened, chance, acknowledged, toll);
      } else {
        ++toll.crashes_in_recovery;
        EXPECT_TRUE(disk_.is_dark()) << opened.error().message;
      }
    }
    disk_.restore_power(chance);

    auto opened = open_rocksdb_store_in(directory, options, disk_.env());
    if (!opened) {
      ++toll.lost;
      ++toll.refused;
      EXPECT_NE(durability, Durability::fsync) << opened.error().message;
      return false;
    }
    const auto owner = (*opened)->owner(0);
    if (!owner || !has(**opened, acknowledged)) {
      ++toll.lost;
      return false;
    }
    acknowledged = owner->head;
    return true;
  }

  /// Commits until the power goes.
  void work(Store& store, std::mt19937_64& chance, Head& acknowledged, Toll& toll) {
    const auto seen = store.owner(0);
    if (!seen) return;
    const auto owner = store.claim(0, seen->fence, me, 1);
    if (!owner) return;
    Head head = owner->head;
    while (!disk_.is_dark()) {
      Commit one;
      one.shard = 0;
      one.fence = owner->fence;
      one.expected = head;
      BlockBuilder builder;
      for (std::uint64_t i = 0; i <= chance() % 4; ++i) {
        builder.add(std::string(chance() % 2000, 'x'));
      }
      one.block = std::move(builder).finish(0, owner->fence.epoch, head);
      const Head end{one.block->last_position, one.block->chain};
      one.snapshots = {{.entity = "m", .position = end.position, .bytes = "s", .pinned = false}};
      if (chance() % 10 == 0) one.checkpoint = head.position;
      if (store.commit({&one, 1}).front().status != CommitStatus::ok) return;
      head = end;
      acknowledged = end;
      ++toll.acknowledged;
      if (chance() % 20 == 0 && head.position > 10) (void)store.trim(0, head.position - 10);
    }
  }

  static bool has(Store& store, const Head& acknowledged) {
    if (acknowledged.position == 0) return true;
    const auto owner = store.owner(0);
    if (!owner || owner->head.position < acknowledged.position) return false;
    Head previous;
    bool first = true;
    bool found = acknowledged == owner->head;
    const auto read = store.blocks(0, 0, [&](const Block& block) {
      if (std::exchange(first, false)) previous = announced_previous(block);
      EXPECT_TRUE(parse_block(0, previous, block));
      previous = {block.last_position, block.chain};
      found = found || previous == acknowledged;
      return true;
    });
    EXPECT_EQ(previous, owner->head);
    return read && found;
  }

  PowerLossDisk disk_;
};

void tell(const char* what, const Toll& toll) {
  std::cout << what << ": " << toll.crashes << " crash points, " << toll.crashes_in_recovery
            << " in a recovery, " << toll.acknowledged << " writes acknowledged, lost at "
            << toll.lost << " points, of those " << toll.refused
            << " were told at the next start\n";
}

TEST_F(PowerLoss, TakesNothingThatWasAcknowledgedAndTheTornEndAlwaysRecovers) {
  const Toll toll = crash_often(Durability::fsync, 500, 20'261'121);
  tell("fsync", toll);
  EXPECT_EQ(toll.lost, 0);
  // A run that did little shows nothing.
  EXPECT_GE(toll.acknowledged, 5'000U);
  EXPECT_GE(toll.crashes_in_recovery, 10);
}

TEST_F(PowerLoss, TakesWritesWithoutSyncsSoThatThisTestCanFail) {
  const Toll toll = crash_often(Durability::relaxed, 50, 20'261'121);
  tell("relaxed", toll);
  EXPECT_GT(toll.lost, 10);
}

}  // namespace
}  // namespace loyalty::persistence
