// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/table_properties.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "persistence/rocksdb_database.hpp"
#include "persistence/store.hpp"

/// The tables of the journal go as they came: whole, and the oldest first. Compaction, which would
/// write all of the journal that is still needed once more for each few new tables, is left for
/// when one shard holds the oldest tables back while the others go on.
namespace loyalty::persistence {

/// Where in each shard the blocks of a table end: position of the last one.
using JournalEnds = std::map<ShardId, std::uint64_t>;

/// Has each table of the journal remember its JournalEnds.
std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> collect_journal_ends();

class JournalTables {
 public:
  /// Names of the tables that can go, in that order: all of their blocks are trimmed, `trimmed`
  /// being the last position of that for each shard.
  std::vector<std::string> droppable(Database& database, const std::vector<std::uint64_t>& trimmed);

  /// Takes them out of the database and off the disk, unless compaction has taken hold of one. What
  /// made their blocks superfluous must be durable.
  static void drop(Database& database, const std::vector<std::string>& names);

 private:
  bool all_trimmed(Database& database, const std::string& name,
                   const std::vector<std::uint64_t>& trimmed);
  void look_up(Database& database);

  std::map<std::string, JournalEnds> known_;  ///< of tables, by name
};

}  // namespace loyalty::persistence
