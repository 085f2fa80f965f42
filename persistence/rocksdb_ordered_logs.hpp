// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace loyalty::persistence {

/// `files`, except that a log of RocksDB is synced before the next one begins. Where logs are not
/// synced with each write, a power failure could otherwise take the end of one and leave the next,
/// which RocksDB 7.8 reads on with: the journal would have a hole. So it only ever takes the end.
std::shared_ptr<rocksdb::FileSystem> order_logs(std::shared_ptr<rocksdb::FileSystem> files);

}  // namespace loyalty::persistence
