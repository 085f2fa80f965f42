// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "persistence/block.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/rocksdb_store.hpp"

/// Blocks and commits of records of 200 bytes, the size of a typical event:
///
///   encode_blocks/N  builds a block of N records
///   parse_blocks/N   checks and takes apart such a block
///   checksum/N       CRC32C of N bytes
///   commit_*/N       builds and commits one block of N records at a time to one shard
namespace loyalty::persistence {
namespace {

const std::string record(200, 'r');

Block make_block(std::uint64_t epoch, const Head& head, std::int64_t records) {
  BlockBuilder builder;
  for (std::int64_t i = 0; i < records; ++i) builder.add(record);
  return std::move(builder).finish(0, epoch, head);
}

void count_records(benchmark::State& state) {
  state.counters["records/s"] = benchmark::Counter(
      static_cast<double>(state.iterations() * state.range(0)), benchmark::Counter::kIsRate);
}

void encode_blocks(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(make_block(1, {}, state.range(0)));
  count_records(state);
}
BENCHMARK(encode_blocks)->Arg(1)->Arg(64)->Arg(512);

void parse_blocks(benchmark::State& state) {
  const Block block = make_block(1, {}, state.range(0));
  for (auto _ : state) {
    const auto parsed = parse_block(0, {}, block);
    if (!parsed) state.SkipWithError("the block does not verify");
  }
  count_records(state);
}
BENCHMARK(parse_blocks)->Arg(1)->Arg(64)->Arg(512);

void checksum(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(200)->Arg(64 << 10);

/// One shard's owner; trims now and then, so that a long run does not fill memory or disk.
void commit_blocks(benchmark::State& state, Store& store) {
  auto owner = store.claim(0, Fence{}, {.high = 1, .low = 1}, 1);
  if (!owner) return state.SkipWithError(owner.error().message.c_str());
  Head head = owner->head;
  int blocks = 0;
  for (auto _ : state) {
    Commit commit;
    commit.fence = owner->fence;
    commit.expected = head;
    commit.block = make_block(owner->fence.epoch, head, state.range(0));
    if (++blocks % 1000 == 0) commit.checkpoint = head.position;
    const auto result = store.commit({&commit, 1}).front();
    if (result.status != CommitStatus::ok) return state.SkipWithError(result.detail.c_str());
    head = result.head;
    if (commit.checkpoint && !store.trim(0, *commit.checkpoint)) {
      return state.SkipWithError("trim failed");
    }
  }
  count_records(state);
}

void commit_memory(benchmark::State& state) {
  const auto store = make_memory_store(1);
  commit_blocks(state, *store);
}
BENCHMARK(commit_memory)->Arg(1)->Arg(64)->Arg(256);

void commit_rocksdb(benchmark::State& state, Durability durability) {
  std::string directory =
      (std::filesystem::temp_directory_path() / "loyalty-bench-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) return state.SkipWithError("no scratch directory");
  {
    auto store = open_rocksdb_store(directory, {.durability = durability, .shards = 1});
    if (store) {
      commit_blocks(state, **store);
    } else {
      state.SkipWithError(store.error().message.c_str());
    }
  }
  std::filesystem::remove_all(directory);
}
// Real time: with fsync the thread mostly waits.
BENCHMARK_CAPTURE(commit_rocksdb, relaxed, Durability::relaxed)
    ->Arg(1)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime();
BENCHMARK_CAPTURE(commit_rocksdb, fsync, Durability::fsync)
    ->Arg(1)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime();

}  // namespace
}  // namespace loyalty::persistence
