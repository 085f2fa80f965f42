// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_journal_tables.hpp"

#include <rocksdb/metadata.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "persistence/bytes.hpp"
#include "persistence/rocksdb_format.hpp"

namespace loyalty::persistence {
namespace {

constexpr const char* ends_property = "loyalty.journal.ends";
constexpr std::size_t end_size = sizeof(ShardId) + sizeof(std::uint64_t);

std::string to_bytes(const JournalEnds& ends) {
  std::string bytes;
  for (const auto& [shard, position] : ends) {
    append_le(bytes, shard);
    append_le(bytes, position);
  }
  return bytes;
}

/// nullopt for a table without, of an earlier server.
std::optional<JournalEnds> ends_of(const rocksdb::TableProperties& properties) {
  const auto found = properties.user_collected_properties.find(ends_property);
  if (found == properties.user_collected_properties.end()) return std::nullopt;
  JournalEnds ends;
  const std::string_view bytes = found->second;
  for (std::size_t at = 0; at + end_size <= bytes.size(); at += end_size) {
    ends[read_le<ShardId>(bytes, at)] = read_le<std::uint64_t>(bytes, at + sizeof(ShardId));
  }
  return ends;
}

class EndsCollector final : public rocksdb::TablePropertiesCollector {
 public:
  rocksdb::Status AddUserKey(const rocksdb::Slice& key, const rocksdb::Slice& /*value*/,
                             rocksdb::EntryType type, rocksdb::SequenceNumber /*seq*/,
                             std::uint64_t /*file_size*/) override {
    if (type != rocksdb::kEntryPut) return rocksdb::Status::OK();
    const std::string_view bytes = key.ToStringView();
    auto& end = ends_[shard_of_key(bytes)];
    end = std::max(end, position_of_journal_key(bytes));
    return rocksdb::Status::OK();
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    (*properties)[ends_property] = to_bytes(ends_);
    return rocksdb::Status::OK();
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override { return {}; }
  const char* Name() const override { return "JournalEnds"; }

 private:
  JournalEnds ends_;
};

class EndsCollectorFactory final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context) override {
    return new EndsCollector;  // RocksDB's from here
  }
  const char* Name() const override { return "JournalEnds"; }
};

/// RocksDB names tables by their path in the database: "/000012.sst".
std::string base_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

}  // namespace

std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> collect_journal_ends() {
  return std::make_shared<EndsCollectorFactory>();
}

std::vector<std::string> JournalTables::droppable(Database& database,
                                                  const std::vector<std::uint64_t>& trimmed) {
  rocksdb::ColumnFamilyMetaData journal;
  database.db().GetColumnFamilyMetaData(database.family(Family::journal), &journal);
  std::vector<std::string> names;
  // RocksDB lets only tables of the last level go that has any, and of level 0, whose newest table
  // comes first, only the oldest.
  for (auto level = journal.levels.rbegin(); level != journal.levels.rend(); ++level) {
    bool all = true;
    for (auto table = level->files.rbegin(); table != level->files.rend(); ++table) {
      const std::string name = base_name(table->name);
      if (all_trimmed(database, name, trimmed)) {
        names.push_back(name);
      } else {
        all = false;
        if (level->level == 0) break;
      }
    }
    if (!all) break;
  }
  return names;
}

void JournalTables::drop(Database& database, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    // One that cannot go now does later.
    if (!database.db().DeleteFile(name).ok()) return;
  }
}

bool JournalTables::all_trimmed(Database& database, const std::string& name,
                                const std::vector<std::uint64_t>& trimmed) {
  auto found = known_.find(name);
  if (found == known_.end()) {
    look_up(database);
    found = known_.find(name);
    if (found == known_.end()) return false;
  }
  return std::ranges::all_of(found->second, [&](const auto& end) {
    return end.first < trimmed.size() && end.second <= trimmed[end.first];
  });
}

void JournalTables::look_up(Database& database) {
  rocksdb::TablePropertiesCollection tables;
  const auto status =
      database.db().GetPropertiesOfAllTables(database.family(Family::journal), &tables);
  if (!status.ok()) return;  // the next trim looks again
  known_.clear();
  for (const auto& [path, properties] : tables) {
    if (auto ends = ends_of(*properties)) known_.emplace(base_name(path), *std::move(ends));
  }
}

}  // namespace loyalty::persistence
