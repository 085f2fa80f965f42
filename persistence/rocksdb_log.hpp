// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace loyalty::persistence {

/// RocksDB's own log, warnings and worse, appended to `file` (started anew from 1 MiB on) by plain
/// writes whose errors are ignored. RocksDB's usual logger will not do: once it could not write, on
/// a full disk, its next line is an assertion failure in the Debian build, which ends the process.
std::shared_ptr<rocksdb::Logger> make_rocksdb_log(const std::string& file);

/// One that keeps nothing.
std::shared_ptr<rocksdb::Logger> make_rocksdb_silence();

}  // namespace loyalty::persistence
