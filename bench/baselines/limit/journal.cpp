// SPDX-License-Identifier: Apache-2.0
#include "bench/baselines/limit/journal.hpp"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace loyalty::bench::w1 {
namespace {

[[noreturn]] void failed(const std::string& what) {
  std::fprintf(stderr, "limit_probe: %s\n", what.c_str());
  std::exit(1);
}

/// When a journal that does not wait is to be synced.
class EachSecond {
 public:
  bool due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::seconds(1)) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// One file of zeroes that is overwritten round and round: a sync has no metadata to write. It has
/// no checksums and cannot be recovered from; it is there for its speed.
class File final : public Journal {
 public:
  File(const std::string& folder, bool waits)
      : waits_(waits),
        fd_(::open((folder + "/journal").c_str(), O_CREAT | O_RDWR | O_TRUNC, 0644)) {
    const std::vector<char> zeroes(std::size_t{1} << 20U);
    for (std::size_t at = 0; at < size; at += zeroes.size()) {
      if (::write(fd_, zeroes.data(), zeroes.size()) < 0) failed("cannot write the journal");
    }
    ::fsync(fd_);
  }
  ~File() override { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void keep(std::string_view group) override {
    if (at_ + group.size() > size) at_ = 0;
    if (::pwrite(fd_, group.data(), group.size(), static_cast<off_t>(at_)) < 0) failed("pwrite");
    at_ += group.size();
    if ((waits_ || each_second_.due()) && ::fdatasync(fd_) != 0) failed("fdatasync");
  }
  bool waits() const override { return waits_; }

 private:
  static constexpr std::size_t size = std::size_t{256} << 20U;
  bool waits_;
  int fd_;
  std::size_t at_ = 0;
  EachSecond each_second_;
};

class RocksDb final : public Journal {
 public:
  RocksDb(const std::string& folder, bool waits) : waits_(waits) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.recycle_log_file_num = 4;
    options.write_buffer_size = std::size_t{256} << 20U;
    options.max_total_wal_size = std::size_t{1} << 30U;
    options.max_background_jobs = 1;
    rocksdb::DB* opened = nullptr;
    check(rocksdb::DB::Open(options, folder + "/rocksdb", &opened));
    db_.reset(opened);
  }

  void keep(std::string_view group) override {
    std::array<char, 8> key{};
    ++count_;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(count_ >> (56 - 8 * i));
    rocksdb::WriteOptions options;
    options.sync = waits_;
    check(db_->Put(options, {key.data(), key.size()}, {group.data(), group.size()}));
    if (!waits_ && each_second_.due()) check(db_->SyncWAL());
  }
  bool waits() const override { return waits_; }

 private:
  static void check(const rocksdb::Status& status) {
    if (!status.ok()) failed(status.ToString());
  }

  bool waits_;
  std::unique_ptr<rocksdb::DB> db_;
  std::uint64_t count_ = 0;
  EachSecond each_second_;
};

}  // namespace

std::unique_ptr<Journal> make_journal(const std::string& name, const std::string& folder) {
  if (name == "file") return std::make_unique<File>(folder, true);
  if (name == "file-relaxed") return std::make_unique<File>(folder, false);
  if (name == "rocksdb") return std::make_unique<RocksDb>(folder, true);
  if (name == "rocksdb-relaxed") return std::make_unique<RocksDb>(folder, false);
  if (name != "none") failed("unknown journal: " + name);
  return nullptr;
}

}  // namespace loyalty::bench::w1
