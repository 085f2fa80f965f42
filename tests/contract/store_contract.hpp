// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "persistence/block.hpp"
#include "persistence/open_store.hpp"

/// The contract of persistence/store.hpp as tests, run against every backend of backends.cpp.
namespace loyalty::persistence::contract {

struct Backend {
  std::string name;
  /// The store's URL, given a scratch directory of the test's own.
  std::string (*url)(const std::string& directory);
  Durability durability = Durability::relaxed;
};

/// All backends, and those that keep their content when they are closed.
std::vector<Backend> all_backends();
std::vector<Backend> durable_backends();

std::string backend_name(const testing::TestParamInfo<Backend>& info);
void PrintTo(const Backend& backend, std::ostream* out);

inline constexpr ShardId shard_count = 4;
inline constexpr OwnerNonce alice{.high = 1, .low = 0xA11CE};
inline constexpr OwnerNonce bob{.high = 2, .low = 0xB0B};

/// A store of four shards and the verbs to use it.
class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  StoreContract();
  ~StoreContract() override;

  Store& store() { return *store_; }
  void reopen();

  /// Claims the shard on top of whoever has it.
  OwnerRecord claim(ShardId shard, OwnerNonce me = alice, std::int64_t now_ms = 1000);
  OwnerRecord owner(ShardId shard);

  /// A commit that would be accepted now, with a block of `records` records (none: no block).
  Commit next_commit(ShardId shard, std::uint32_t records = 1);
  CommitResult commit(const Commit& one);
  /// Commits and expects success.
  Head must_commit(const Commit& one);

  std::vector<std::optional<Snapshot>> load(ShardId shard, const std::vector<std::string>& names);
  std::vector<std::uint64_t> block_ends(ShardId shard, std::uint64_t after = 0);
  std::vector<Segment> history(ShardId shard, std::string_view entity);
  std::vector<DueEntry> due(ShardId shard, std::int64_t until_ms, std::size_t limit = 100);

 private:
  std::filesystem::path directory_;
  std::unique_ptr<Store> store_;
};

/// The block of `records` records that follows `previous`.
Block make_block(ShardId shard, std::uint64_t epoch, const Head& previous, std::uint32_t records);

}  // namespace loyalty::persistence::contract
