// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace loyalty::persistence {

/// `files`, except that logs and tables that are deleted go one after the other, with pauses, and
/// all that are left when it ends. RocksDB deletes dozens at once, and on a file system mounted
/// with `discard` each takes milliseconds for which every sync waits. What a crash leaves RocksDB
/// deletes when it opens the database.
std::shared_ptr<rocksdb::FileSystem> pace_deletions(std::shared_ptr<rocksdb::FileSystem> files);

}  // namespace loyalty::persistence
