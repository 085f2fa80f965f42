// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_paced_deletion.hpp"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace loyalty::persistence {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// Between two deletions: some 50 files of 8 MiB a second, more than a server writes.
constexpr std::chrono::milliseconds pause{20};
/// More than that are never kept, so that a disk does not fill up with what nobody needs.
constexpr std::size_t most_waiting = 64;

class PacedDeletion final : public rocksdb::FileSystemWrapper {
 public:
  explicit PacedDeletion(const std::shared_ptr<rocksdb::FileSystem>& files)
      : FileSystemWrapper(files), thread_([this] { work(); }) {}
  ~PacedDeletion() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  PacedDeletion(const PacedDeletion&) = delete;
  PacedDeletion& operator=(const PacedDeletion&) = delete;

  const char* Name() const override { return "PacedDeletion"; }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    if (!name.ends_with(".log") && !name.ends_with(".sst")) {
      return FileSystemWrapper::DeleteFile(name, options, debug);
    }
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(name);
    }
    changed_.notify_one();
    return IOStatus::OK();
  }

 private:
  void work() {
    ::pthread_setname_np(::pthread_self(), "file-deletion");
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::string name = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      // One that cannot be deleted now is when the database is opened the next time.
      FileSystemWrapper::DeleteFile(name, IOOptions(), nullptr).PermitUncheckedError();
      lock.lock();
      changed_.wait_for(lock, pause, [this] { return ending_ || waiting_.size() > most_waiting; });
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;  ///< names of files
  bool ending_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> pace_deletions(std::shared_ptr<rocksdb::FileSystem> files) {
  return std::make_shared<PacedDeletion>(files);
}

}  // namespace loyalty::persistence
