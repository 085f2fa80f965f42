// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/core_program.hpp"
#include "codec/msgpack_reader.hpp"
#include "codec/stored_entities.hpp"
#include "codec/writer.hpp"
#include "config/program_loader.hpp"
#include "persistence/rocksdb_store.hpp"

/// Members of bench/w1.toml out of their snapshots in RocksDB:
///
///   scan_members/N   names of N members from the store, their snapshots in batches, the members
///                    decoded
///   decode_member    the last step alone
namespace loyalty::bench {
namespace {

using namespace domain;

constexpr std::size_t batch = 256;

std::string w1_member(int number) {
  static const auto view = [] {
    const auto loaded = config::load_program(LOYALTY_BENCH_PROGRAM);
    if (!loaded) std::abort();
    return view_of_program(loaded->definition);
  }();
  Member member;
  member.id = "M" + std::to_string(100'000'000 + number);
  const MemberContext context{view->catalogue, view->batch_runs, start};
  must(member, EnrollMember{}, context);
  for (int i = 0; i < 2; ++i) {
    Purchase purchase;
    purchase.amount = 1'000 + number % 10'000;
    purchase.partner = "p0" + std::to_string(number % 10);
    must(member, purchase, context);
  }
  codec::Writer out;
  codec::write_stored(out, member);
  return out.take();
}

bool decoded(std::string_view bytes) {
  codec::Reader reader(bytes);
  Member member;
  const bool good = codec::read_stored(reader, member);
  benchmark::DoNotOptimize(member);
  return good;
}

/// A RocksDB store with so many snapshots, in a folder of its own.
class Snapshots {
 public:
  explicit Snapshots(int members)
      : folder_((std::filesystem::temp_directory_path() / "loyalty-bench-XXXXXX").string()) {
    if (::mkdtemp(folder_.data()) == nullptr) std::abort();
    auto store = persistence::open_rocksdb_store(
        folder_, {.durability = persistence::Durability::relaxed, .shards = 1});
    if (!store) std::abort();
    auto owner = (*store)->claim(0, persistence::Fence{}, {.high = 1, .low = 1}, 1);
    if (!owner) std::abort();
    for (int i = 0; i < members;) {
      persistence::Commit commit;
      commit.fence = owner->fence;
      commit.expected = owner->head;
      for (; i < members && commit.snapshots.size() < batch; ++i) {
        commit.snapshots.push_back(
            {.entity = "m" + std::to_string(100'000'000 + i), .bytes = w1_member(i)});
      }
      if ((*store)->commit({&commit, 1}).front().status != persistence::CommitStatus::ok) {
        std::abort();
      }
    }
    store_ = std::move(*store);
  }
  ~Snapshots() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;

  persistence::Store& store() { return *store_; }

 private:
  std::string folder_;
  std::unique_ptr<persistence::Store> store_;
};

void scan_members(benchmark::State& state) {
  Snapshots snapshots(static_cast<int>(state.range(0)));
  std::int64_t members = 0;
  for (auto _ : state) {
    std::vector<std::string> names;
    const auto load = [&] {
      const auto loaded = snapshots.store().load(0, names);
      if (!loaded) return false;
      for (const auto& snapshot : loaded->snapshots) {
        if (!snapshot || !decoded(snapshot->bytes)) return false;
        ++members;
      }
      names.clear();
      return true;
    };
    const auto scanned = snapshots.store().entities(0, [&](const std::string& name) {
      names.push_back(name);
      return names.size() < batch || load();
    });
    if (!scanned || !load()) return state.SkipWithError("not read");
  }
  if (members != state.iterations() * state.range(0))
    return state.SkipWithError("some are missing");
  state.SetItemsProcessed(members);
}
BENCHMARK(scan_members)->Arg(10'000)->UseRealTime();

void decode_member(benchmark::State& state) {
  const std::string bytes = w1_member(7);
  for (auto _ : state) {
    if (!decoded(bytes)) return state.SkipWithError("not read");
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(decode_member);

}  // namespace
}  // namespace loyalty::bench
