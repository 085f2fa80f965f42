// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <memory>

namespace loyalty::persistence {

enum class LogFiles : std::uint8_t {
  plain,   ///< RocksDB's own: they grow with each write, and are deleted
  framed,  ///< of frames (log_frame.hpp), in files that are there already
};

/// A file system that knows spare logs.
class FramedLogs : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  /// For whoever needs their space more.
  virtual void delete_spares() = 0;
};

/// `files`, except that RocksDB's logs are written as said; both kinds are read. A sync of a file
/// that grew also writes its new length, in a transaction of the file system, which waits for what
/// others have written. Framed logs that are not needed any more are kept as `NUMBER.spare`, and
/// become the next; the first ones grow in steps, by zeros. Whoever opens the directory as `plain`
/// deletes the spares.
///
/// In place of what is damaged RocksDB reads bytes that no record has, so that its recovery modes
/// see what they are meant for. Framed logs want a sync with each write: that tells damage from
/// what a power failure took of the end.
std::shared_ptr<FramedLogs> frame_logs(const std::shared_ptr<rocksdb::FileSystem>& files,
                                       LogFiles kind);

}  // namespace loyalty::persistence
