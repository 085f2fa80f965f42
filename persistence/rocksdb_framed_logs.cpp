// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_framed_logs.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "persistence/failpoint.hpp"
#include "persistence/log_frame.hpp"

namespace loyalty::persistence {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// A new file grows by that much at a time.
constexpr std::size_t growth = std::size_t{256} << 10;
/// So many files are kept for the next logs, none of them larger: as many as RocksDB may free at
/// once.
constexpr std::size_t most_spares = 24;
constexpr std::uint64_t largest_spare = std::uint64_t{32} << 20;
constexpr std::string_view log_ending = ".log";
constexpr std::string_view spare_ending = ".spare";
/// RocksDB writes and checks its records in blocks of that size.
constexpr std::size_t log_block = std::size_t{32} << 10;

/// The number in the name of a log; nullopt if it is none.
std::optional<std::uint64_t> number_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  if (!name.ends_with(log_ending)) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = name.data() + name.size() - log_ending.size();
  const auto [stop, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// Writes frames over what a file holds already.
class FramedLog final : public rocksdb::FSWritableFile {
 public:
  FramedLog(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::uint64_t file_size,
            LogIdentity identity)
      : file_(std::move(file)), file_size_(file_size), identity_(identity) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    make_log_frame(frame_, identity_, synced_, {data.data(), data.size()});
    while (file_size_ < end_ + frame_.size()) {
      static const std::string zeros(growth, '\0');
      const auto grown = write(file_size_, zeros, options, debug);
      if (!grown.ok()) return grown;
      file_size_ += zeros.size();
    }
    auto status = write(end_, frame_, options, debug);
    // The next frame begins where the zeros behind this one do.
    if (status.ok()) end_ += frame_.size() - log_frame_header;
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t end = end_;
    auto status = file_->Sync(options, debug);
    if (status.ok()) synced_ = std::max(synced_.load(), end);
    return status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return file_->Close(options, debug);
  }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return end_; }

 private:
  IOStatus write(std::uint64_t at, const std::string& bytes, const IOOptions& options,
                 IODebugContext* debug) {
    auto status = file_->Write(at, bytes, options, debug);
    // As a file says it that is appended to: the store tells by it whether all was written.
    if (status.IsNoSpace()) return IOStatus::NoSpace("While appending to a log", status.ToString());
    return status;
  }

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  std::uint64_t file_size_;
  LogIdentity identity_;
  std::string frame_;
  std::atomic<std::uint64_t> end_ = 0;     ///< of the last frame
  std::atomic<std::uint64_t> synced_ = 0;  ///< of that what is on the disk
};

/// What RocksDB reads of a framed log.
class ReadLog final : public rocksdb::FSSequentialFile {
 public:
  explicit ReadLog(LogPayload log) : bytes_(std::move(log.bytes)) {
    // Enough that no record can end within it, and that RocksDB does not see the end of the file.
    if (log.damaged) bytes_.append(3 * log_block, '\xFF');
  }

  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) override {
    const std::size_t found = std::min(size, bytes_.size() - at_);
    std::memcpy(scratch, bytes_.data() + at_, found);
    *result = Slice(scratch, found);
    at_ += found;
    return IOStatus::OK();
  }
  IOStatus Skip(std::uint64_t size) override {
    at_ += std::min<std::uint64_t>(size, bytes_.size() - at_);
    return IOStatus::OK();
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

class LogFileSystem final : public FramedLogs {
 public:
  LogFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files, LogFiles kind)
      : FramedLogs(files), most_spares_(kind == LogFiles::framed ? most_spares : 0) {}

  const char* Name() const override { return "LogFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    const auto number = number_of(name);
    if (!number) return FileSystemWrapper::NewWritableFile(name, options, result, debug);
    auto spare = take_spare(name, options.io_options, debug);
    if (most_spares_ == 0) return FileSystemWrapper::NewWritableFile(name, options, result, debug);
    std::uint64_t size = 0;
    auto status = spare ? RenameFile(*spare, name, options.io_options, debug)
                        : create_empty(name, options, debug);
    if (spare) failpoint("log.reused");
    if (status.ok()) status = GetFileSize(name, options.io_options, &size, debug);
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    if (status.ok()) status = NewRandomRWFile(name, options, &file, debug);
    if (!status.ok()) return status;
    const LogIdentity identity{.number = *number,
                               .nonce = std::uint64_t{random_()} << 32U | random_()};
    *result = std::make_unique<FramedLog>(std::move(file), size, identity);
    return status;
  }

  IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    const auto number = number_of(name);
    auto status = FileSystemWrapper::NewSequentialFile(name, options, result, debug);
    if (!number || !status.ok()) return status;
    std::string begin;
    status = read(**result, log_frame_header, options.io_options, debug, begin);
    if (!status.ok()) return status;
    if (!is_framed_log(begin)) {
      return FileSystemWrapper::NewSequentialFile(name, options, result, debug);
    }
    status = read(**result, SIZE_MAX, options.io_options, debug, begin);
    if (status.ok()) {
      *result = std::make_unique<ReadLog>(read_framed_log(std::move(begin), *number));
    }
    return status;
  }

  void delete_spares() override {
    const std::lock_guard lock(mutex_);
    for (const auto& path : spares_) {
      FileSystemWrapper::DeleteFile(path, IOOptions(), nullptr).PermitUncheckedError();
    }
    spares_.clear();
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    if (number_of(name) && keep_as_spare(name, options, debug)) return IOStatus::OK();
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  IOStatus create_empty(const std::string& name, const rocksdb::FileOptions& options,
                        IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    auto status = FileSystemWrapper::NewWritableFile(name, options, &file, debug);
    return status.ok() ? file->Close(options.io_options, debug) : status;
  }

  /// Appends up to `size` more bytes of the file.
  static IOStatus read(rocksdb::FSSequentialFile& file, std::size_t size, const IOOptions& options,
                       IODebugContext* debug, std::string& bytes) {
    std::string buffer;
    while (size > 0) {
      buffer.resize(std::min(size, growth));
      Slice found;
      auto status = file.Read(buffer.size(), options, &found, buffer.data(), debug);
      if (!status.ok()) return status;
      if (found.empty()) break;
      bytes.append(found.data(), found.size());
      size -= found.size();
    }
    return IOStatus::OK();
  }

  /// The spares that whoever used the directory before has left: more than are kept are deleted.
  void find_spares(const std::string& directory, const IOOptions& options, IODebugContext* debug) {
    std::vector<std::string> names;
    GetChildren(directory, options, &names, debug).PermitUncheckedError();
    spares_.clear();
    for (const auto& name : names) {
      if (!name.ends_with(spare_ending)) continue;
      const std::string path = directory + "/" + name;
      if (spares_.size() < most_spares_) {
        spares_.push_back(path);
      } else {
        FileSystemWrapper::DeleteFile(path, options, debug).PermitUncheckedError();
      }
    }
  }

  std::optional<std::string> take_spare(const std::string& log, const IOOptions& options,
                                        IODebugContext* debug) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(looked_, true)) {
      find_spares(std::filesystem::path(log).parent_path().string(), options, debug);
    }
    if (spares_.empty()) return std::nullopt;
    std::string path = std::move(spares_.back());
    spares_.pop_back();
    return path;
  }

  bool keep_as_spare(const std::string& log, const IOOptions& options, IODebugContext* debug) {
    std::uint64_t size = 0;
    if (most_spares_ == 0 || !GetFileSize(log, options, &size, debug).ok() || size < growth ||
        size > largest_spare) {
      return false;
    }
    const std::lock_guard lock(mutex_);
    if (spares_.size() >= most_spares_) return false;
    std::string spare = log.substr(0, log.size() - log_ending.size());
    spare += spare_ending;
    // It must not be read as the log that it was once it is another.
    const std::string zeros(log_frame_header, '\0');
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    const bool emptied = NewRandomRWFile(log, rocksdb::FileOptions(), &file, debug).ok() &&
                         file->Write(0, zeros, options, debug).ok() &&
                         file->Sync(options, debug).ok() && file->Close(options, debug).ok();
    failpoint("log.emptied");
    if (!emptied || !RenameFile(log, spare, options, debug).ok()) return false;
    spares_.push_back(std::move(spare));
    return true;
  }

  const std::size_t most_spares_;
  std::random_device random_;
  std::mutex mutex_;
  bool looked_ = false;              ///< for spares from before
  std::vector<std::string> spares_;  ///< their paths
};

}  // namespace

std::shared_ptr<FramedLogs> frame_logs(const std::shared_ptr<rocksdb::FileSystem>& files,
                                       LogFiles kind) {
  return std::make_shared<LogFileSystem>(files, kind);
}

}  // namespace loyalty::persistence
