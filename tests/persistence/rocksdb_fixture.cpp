// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/rocksdb_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "persistence/faults.hpp"

namespace loyalty::persistence {

namespace fs = std::filesystem;

namespace {
constexpr StoreOptions options{.durability = Durability::fsync, .shards = 2};
}

StoreResult<std::unique_ptr<Store>> RocksDbTest::try_open(const fs::path& directory) {
  return open_rocksdb_store(directory.string(), options);
}

void RocksDbTest::open() { open_in(rocksdb::Env::Default()); }

void RocksDbTest::open_in(rocksdb::Env* env) {
  store_.reset();
  auto opened = open_rocksdb_store_in(directory_.string(), options, env);
  if (!opened) throw std::runtime_error(opened.error().message);
  store_ = std::move(*opened);
  claim();
}

void RocksDbTest::claim() {
  const auto seen = store().owner(0);
  ASSERT_TRUE(seen);
  ASSERT_TRUE(store().claim(0, seen->fence, {.high = 1, .low = 1}, 1000));
}

Commit RocksDbTest::next_commit(std::uint32_t records) {
  const auto now = *store().owner(0);
  BlockBuilder builder;
  for (std::uint32_t i = 1; i <= records; ++i) {
    builder.add("record at position " + std::to_string(now.head.position + i));
  }
  Commit next;
  next.fence = now.fence;
  next.expected = now.head;
  next.block = std::move(builder).finish(0, now.fence.epoch, now.head);
  const auto end = next.block->last_position;
  next.snapshots = {{.entity = "m" + std::to_string(end % 9 + 1),
                     .position = end,
                     .bytes = "state at " + std::to_string(end),
                     .pinned = false}};
  return next;
}

void RocksDbTest::must_commit(std::uint32_t records) {
  const auto result = commit(next_commit(records));
  ASSERT_EQ(result.status, CommitStatus::ok) << result.detail;
}

Head RocksDbTest::head() { return store().owner(0)->head; }

StoreFault RocksDbTest::refused(const fs::path& directory) {
  const auto opened = try_open(directory);
  if (!opened) return opened.error();
  ADD_FAILURE() << "the store opened: " << (*opened)->describe();
  return {};
}

void RocksDbTest::crash_after(const std::function<void()>& work) {
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    work();
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
}

void RocksDbTest::tamper(const std::function<void(Database&)>& change) {
  auto database = Database::open(directory_.string(), Database::Access::write,
                                 rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords,
                                 rocksdb::Env::Default());
  ASSERT_TRUE(database) << database.error().message;
  change(**database);
}

void RocksDbTest::put(Database& database, Family family, const std::string& key,
                      const std::string& value) {
  ASSERT_TRUE(database.db().Put(rocksdb::WriteOptions(), database.family(family), key, value).ok());
}

std::vector<fs::path> files_ending(const fs::path& directory, const std::string& ending) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending) && name != "rocksdb.log") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

fs::path newest_log(const fs::path& directory) { return files_ending(directory, ".log").back(); }

std::size_t end_of_log(const fs::path& log) { return read_file(log).find_last_not_of('\0') + 1; }

void flip_byte(const fs::path& file, std::size_t at, unsigned bits) {
  std::string bytes = read_file(file);
  bytes.at(at) = static_cast<char>(bytes[at] ^ static_cast<char>(bits));
  write_file(file, bytes);
}

StoreResult<Content> read_all(Store& store) {
  Content content;
  Head previous;
  std::optional<StoreFault> bad;
  const auto visited = store.blocks(0, 0, [&](const Block& block) {
    const auto parsed = parse_block(0, previous, block);
    if (!parsed) bad = parsed.error();
    previous = {block.last_position, block.chain};
    content.block_ends.push_back(block.last_position);
    return !bad;
  });
  if (!visited) return Fault{visited.error()};
  if (bad) return Fault{*bad};
  std::vector<std::string> names;
  for (int i = 1; i <= 9; ++i) names.push_back("m" + std::to_string(i));
  const auto snapshots = store.load(0, names);
  if (!snapshots) return Fault{snapshots.error()};
  for (const auto& snapshot : snapshots->snapshots) {
    content.snapshots.push_back(snapshot ? snapshot->bytes : "none");
  }
  return content;
}

}  // namespace loyalty::persistence
