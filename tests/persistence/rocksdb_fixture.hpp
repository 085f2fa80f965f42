// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "persistence/block.hpp"
#include "persistence/rocksdb_database.hpp"
#include "persistence/rocksdb_environment.hpp"
#include "persistence/rocksdb_store.hpp"
#include "tests/persistence/scratch_directory.hpp"

namespace loyalty::persistence {

/// A RocksDB store in `directory_`, and the verbs to fill, close, copy and damage it.
class RocksDbTest : public testing::Test {
 protected:
  StoreResult<std::unique_ptr<Store>> try_open(const std::filesystem::path& directory);
  /// Opens `directory_` and claims shard 0.
  void open();
  void open_in(rocksdb::Env* env);
  void close() { store_.reset(); }
  Store& store() { return *store_; }

  /// A block of that many records for shard 0, as would be accepted now.
  Commit next_commit(std::uint32_t records = 1);
  CommitResult commit(const Commit& one) { return store().commit({&one, 1}).at(0); }
  void must_commit(std::uint32_t records = 1);
  Head head();

  /// The fault that opening must end in.
  StoreFault refused(const std::filesystem::path& directory);
  StoreFault refused() { return refused(directory_); }

  /// Does it in a process of its own that then dies without closing anything: what it leaves in
  /// the directory is what a crash leaves. The store must be closed here.
  static void crash_after(const std::function<void()>& work);

  /// Changes the database behind the store's back; the store must be closed.
  void tamper(const std::function<void(Database&)>& change);
  static void put(Database& database, Family family, const std::string& key,
                  const std::string& value);

  ScratchDirectory scratch_;
  const std::filesystem::path directory_ = scratch_ / "store";

 private:
  void claim();
  std::unique_ptr<Store> store_;
};

/// The files of a directory whose names end so, oldest first.
std::vector<std::filesystem::path> files_ending(const std::filesystem::path& directory,
                                                const std::string& ending);
/// The log of RocksDB that is written to now.
std::filesystem::path newest_log(const std::filesystem::path& directory);
/// Where a log that nobody wrote to before ends: the zeros that follow do not count.
std::size_t end_of_log(const std::filesystem::path& log);
void flip_byte(const std::filesystem::path& file, std::size_t at, unsigned bits = 0x20);

/// What a store says when all of it is read: ends of the journal blocks of shard 0, verified as a
/// chain, and the snapshots of the entities "m1" .. "m9". A fault is told apart.
struct Content {
  std::vector<std::uint64_t> block_ends;
  std::vector<std::string> snapshots;
  friend bool operator==(const Content&, const Content&) = default;
};
StoreResult<Content> read_all(Store& store);

}  // namespace loyalty::persistence
