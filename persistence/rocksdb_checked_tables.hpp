// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace loyalty::persistence {

/// `files`, except that a table whose properties do not match their checksum is refused when it is
/// opened, as corrupt. RocksDB 7.8 reads that block before it checks it, and where it is built with
/// assertions, as Debian does, some damage ends the process there instead of in a status.
std::shared_ptr<rocksdb::FileSystem> check_tables(std::shared_ptr<rocksdb::FileSystem> files);

}  // namespace loyalty::persistence
