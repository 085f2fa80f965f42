// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace loyalty::persistence {

/// `env`, except that it refuses to open a table file whose properties do not match their checksum,
/// as corrupt. RocksDB 7.8 reads that block before it checks it, and where it is built with
/// assertions, as Debian does, some damage ends the process there instead of in a status.
/// `env` must outlive what is returned.
std::unique_ptr<rocksdb::Env> check_tables(rocksdb::Env& env);

}  // namespace loyalty::persistence
