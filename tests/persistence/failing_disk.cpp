// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/failing_disk.hpp"

#include <string>
#include <utility>

namespace loyalty::persistence {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// What the sync of a log ends in, once; usually OK.
IOStatus sync_fault(FailingDisk::Faults& faults) {
  if (faults.sync_fails.exchange(false)) {
    return IOStatus::IOError("While fdatasync", "the disk of the test");
  }
  if (faults.sync_full.exchange(false)) {
    return IOStatus::NoSpace("While fdatasync", "the disk of the test");
  }
  return IOStatus::OK();
}

class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file,
              std::shared_ptr<FailingDisk::Faults> faults, bool is_log)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(std::move(faults)), is_log_(is_log) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (!faults_->full) return FSWritableFileOwnerWrapper::Append(data, options, debug);
    auto half =
        FSWritableFileOwnerWrapper::Append(Slice(data.data(), data.size() / 2), options, debug);
    return half.ok() ? IOStatus::NoSpace("While appending to file", "the disk of the test") : half;
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    auto failed = is_log_ ? sync_fault(*faults_) : IOStatus::OK();
    return failed.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : failed;
  }

 private:
  std::shared_ptr<FailingDisk::Faults> faults_;
  bool is_log_;
};

/// A log that is written over: `full` also where its blocks are there already.
class FailingRandomFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FailingRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                    std::shared_ptr<FailingDisk::Faults> faults)
      : FSRandomRWFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}

  IOStatus Write(std::uint64_t at, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    if (!faults_->full) return FSRandomRWFileOwnerWrapper::Write(at, data, options, debug);
    auto half =
        FSRandomRWFileOwnerWrapper::Write(at, Slice(data.data(), data.size() / 2), options, debug);
    return half.ok() ? IOStatus::NoSpace("While write random", "the disk of the test") : half;
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    auto failed = sync_fault(*faults_);
    return failed.ok() ? FSRandomRWFileOwnerWrapper::Sync(options, debug) : failed;
  }

 private:
  std::shared_ptr<FailingDisk::Faults> faults_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingFileSystem(std::shared_ptr<FailingDisk::Faults> faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(std::move(faults)) {}

  const char* Name() const override { return "FailingFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok()) {
      *result = std::make_unique<FailingFile>(std::move(*result), faults_, name.ends_with(".log"));
    }
    return status;
  }

  IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                           IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewRandomRWFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<FailingRandomFile>(std::move(*result), faults_);
    return status;
  }

  IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* free,
                        IODebugContext* debug) override {
    const auto status = FileSystemWrapper::GetFreeSpace(path, options, free, debug);
    if (faults_->full) *free = 0;
    return status;
  }

 private:
  std::shared_ptr<FailingDisk::Faults> faults_;
};

}  // namespace

FailingDisk::FailingDisk()
    : faults_(std::make_shared<Faults>()),
      env_(rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(faults_))) {}

}  // namespace loyalty::persistence
