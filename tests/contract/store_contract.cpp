// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store_contract.hpp"

#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace loyalty::persistence::contract {
namespace {

std::filesystem::path make_scratch_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "loyalty-contract-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
  return name;
}

/// The value of a result that must be one.
template <class T>
T must(StoreResult<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

StoreContract::StoreContract() : directory_(make_scratch_directory()) { reopen(); }

StoreContract::~StoreContract() {
  store_.reset();
  std::filesystem::remove_all(directory_);
}

void StoreContract::reopen() {
  store_.reset();
  store_ = must(open_store(GetParam().url(directory_.string()),
                           {.durability = GetParam().durability,
                            .shards = shard_count,
                            .state_directory = (directory_ / "state").string()}));
}

OwnerRecord StoreContract::claim(ShardId shard, OwnerNonce me, std::int64_t now_ms) {
  return must(store().claim(shard, owner(shard).fence, me, now_ms));
}

OwnerRecord StoreContract::owner(ShardId shard) { return must(store().owner(shard)); }

Commit StoreContract::next_commit(ShardId shard, std::uint32_t records) {
  const OwnerRecord now = owner(shard);
  Commit next;
  next.shard = shard;
  next.fence = now.fence;
  next.expected = now.head;
  if (records > 0) next.block = make_block(shard, now.fence.epoch, now.head, records);
  return next;
}

CommitResult StoreContract::commit(const Commit& one) { return store().commit({&one, 1}).at(0); }

Head StoreContract::must_commit(const Commit& one) {
  const CommitResult result = commit(one);
  EXPECT_EQ(result.status, CommitStatus::ok) << result.detail;
  return result.head;
}

std::vector<std::optional<Snapshot>> StoreContract::load(ShardId shard,
                                                         const std::vector<std::string>& names) {
  return must(store().load(shard, names)).snapshots;
}

std::vector<std::uint64_t> StoreContract::block_ends(ShardId shard, std::uint64_t after) {
  std::vector<std::uint64_t> ends;
  must(store().blocks(shard, after, [&](const Block& block) {
    ends.push_back(block.last_position);
    return true;
  }));
  return ends;
}

std::vector<Segment> StoreContract::history(ShardId shard, std::string_view entity) {
  std::vector<Segment> segments;
  must(store().history(shard, entity, [&](const Segment& segment) {
    segments.push_back(segment);
    return true;
  }));
  return segments;
}

std::vector<DueEntry> StoreContract::due(ShardId shard, std::int64_t until_ms, std::size_t limit) {
  return must(store().due(shard, std::numeric_limits<std::int64_t>::min(), until_ms, limit));
}

Block make_block(ShardId shard, std::uint64_t epoch, const Head& previous, std::uint32_t records) {
  BlockBuilder builder;
  for (std::uint32_t i = 1; i <= records; ++i) {
    builder.add("record at " + std::to_string(previous.position + i));
  }
  return std::move(builder).finish(shard, epoch, previous);
}

}  // namespace loyalty::persistence::contract
