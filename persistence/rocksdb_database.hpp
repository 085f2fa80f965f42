// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/rocksdb_framed_logs.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// The column families (rocksdb_format.hpp); RocksDB insists on one called "default".
enum class Family : std::size_t {
  standard,
  own,
  journal,
  snap,
  pinned,
  history,
  timers,
  cursor,
  meta
};

inline constexpr std::array<std::string_view, 9> family_names = {
    "default", "own", "journal", "snap", "pinned", "history", "timers", "cursor", "meta"};

/// What kind of StoreFault a status is: a failed checksum or a missing file is damage.
domain::Unexpected<StoreFault> fault_of(const rocksdb::Status& status, const std::string& what);

/// An open RocksDB database with its column families; closed on destruction.
class Database {
 public:
  enum class Access : std::uint8_t {
    inspect,  ///< reads log and tables, changes nothing on disk
    write,
    create,  ///< as write, and makes the database or the families that are missing
  };

  /// The families in `directory`, by name.
  static StoreResult<std::vector<std::string>> families(const std::string& directory,
                                                        rocksdb::Env* env);
  static StoreResult<std::unique_ptr<Database>> open(const std::string& directory, Access access,
                                                     rocksdb::WALRecoveryMode recovery,
                                                     rocksdb::Env* env,
                                                     LogFiles logs = LogFiles::plain);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  /// The number of the log that is written to; 0 when nobody knows.
  std::uint64_t current_log();
  /// Gives back what space is kept for the next logs.
  void delete_spare_logs() { logs_->delete_spares(); }

  /// nullopt when there is no such key.
  StoreResult<std::optional<std::string>> get(Family family, const std::string& key,
                                              const std::string& what);

  struct Entry {
    std::string key;
    std::string value;
  };
  /// The entries in [from, end) in order, at most `limit` and not many more bytes than `bytes`.
  StoreResult<std::vector<Entry>> scan(Family family, const std::string& from,
                                       const std::string& end, std::size_t limit, std::size_t bytes,
                                       const std::string& what);
  /// The last entry in [from, end).
  StoreResult<std::optional<Entry>> last(Family family, const std::string& from,
                                         const std::string& end, const std::string& what);

 private:
  Database() = default;

  std::shared_ptr<FramedLogs> logs_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace loyalty::persistence
