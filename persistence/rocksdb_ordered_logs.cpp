// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_ordered_logs.hpp"

#include <mutex>
#include <string>
#include <utility>

namespace loyalty::persistence {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// The log that is written to.
struct CurrentLog {
  std::mutex mutex;
  rocksdb::FSWritableFile* file = nullptr;  ///< null when it is closed
};

class Log final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Log(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<CurrentLog> current)
      : FSWritableFileOwnerWrapper(std::move(file)), current_(std::move(current)) {
    const std::lock_guard lock(current_->mutex);
    current_->file = target();
  }
  ~Log() override { let_go(); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    let_go();
    return FSWritableFileOwnerWrapper::Close(options, debug);
  }

 private:
  void let_go() {
    const std::lock_guard lock(current_->mutex);
    if (current_->file == target()) current_->file = nullptr;
  }

  std::shared_ptr<CurrentLog> current_;
};

class OrderedLogs final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "OrderedLogs"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (!status.ok() || !name.ends_with(".log")) return status;
    // RocksDB begins a log while nobody writes to the one before.
    status = sync_current(options.io_options, debug);
    if (status.ok()) *result = std::make_unique<Log>(std::move(*result), current_);
    return status;
  }

 private:
  IOStatus sync_current(const IOOptions& options, IODebugContext* debug) {
    const std::lock_guard lock(current_->mutex);
    return current_->file == nullptr ? IOStatus::OK() : current_->file->Sync(options, debug);
  }

  std::shared_ptr<CurrentLog> current_ = std::make_shared<CurrentLog>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> order_logs(std::shared_ptr<rocksdb::FileSystem> files) {
  return std::make_shared<OrderedLogs>(std::move(files));
}

}  // namespace loyalty::persistence
