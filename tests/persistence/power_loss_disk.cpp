// SPDX-License-Identifier: Apache-2.0
#include "tests/persistence/power_loss_disk.hpp"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace loyalty::persistence {

struct PowerLossDisk::State {
  /// What stood where something was written.
  struct Overwritten {
    std::uint64_t at = 0;
    std::uint64_t size = 0;
    std::string bytes;  ///< fewer where the file ended
  };
  struct File {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
    std::vector<Overwritten> overwritten;  ///< since the last sync, in this order
    std::set<std::uint64_t> sectors;       ///< written to since then, by their numbers
  };

  std::mutex mutex;
  std::map<std::string, File> files;  // those that were written to since the power came back
  std::uint64_t operations_left = UINT64_MAX;
  bool dark = false;

  /// Whether an operation still gets through.
  bool step() {
    const std::lock_guard lock(mutex);
    if (operations_left == 0) dark = true;
    if (!dark && operations_left != UINT64_MAX) --operations_left;
    return !dark;
  }
};

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using State = PowerLossDisk::State;

/// What a disk writes whole or not at all.
constexpr std::uint64_t sector_size = 512;

IOStatus no_power() { return IOStatus::IOError("no power", "the disk of the test"); }

class TrackedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<State> state,
              std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)),
        state_(std::move(state)),
        name_(std::move(name)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) change([&](State::File& file) { file.size += data.size(); });
    return status;
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    auto status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok()) change([&](State::File& file) { file.size = size; });
    return status;
  }
  // The real disk need not sync: the power that goes is not real.
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();  // promises nothing
  }
  bool IsSyncThreadSafe() const override { return true; }

 private:
  IOStatus sync() {
    if (!state_->step()) return no_power();
    const IOStatus flushed = FSWritableFileOwnerWrapper::Flush({}, nullptr);
    if (flushed.ok()) change([](State::File& file) { file.synced = file.size; });
    return flushed;
  }
  template <class Change>
  void change(const Change& change) {
    const std::lock_guard lock(state_->mutex);
    change(state_->files[name_]);
  }

  std::shared_ptr<State> state_;
  std::string name_;
};

/// A file that is written over.
class TrackedRandomFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  TrackedRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::shared_ptr<State> state,
                    std::string name)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        state_(std::move(state)),
        name_(std::move(name)) {}

  IOStatus Write(std::uint64_t at, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    std::string before(data.size(), '\0');
    Slice found;
    auto status = Read(at, before.size(), options, &found, before.data(), debug);
    if (status.ok()) status = FSRandomRWFileOwnerWrapper::Write(at, data, options, debug);
    if (!status.ok()) return status;
    before.resize(found.size());
    const std::lock_guard lock(state_->mutex);
    auto& file = state_->files[name_];
    file.overwritten.push_back({at, data.size(), std::move(before)});
    file.size = std::max(file.size, at + data.size());
    for (auto sector = at / sector_size; sector * sector_size < at + data.size(); ++sector) {
      file.sectors.insert(sector);
    }
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }

 private:
  IOStatus sync() {
    if (!state_->step()) return no_power();
    const std::lock_guard lock(state_->mutex);
    auto& file = state_->files[name_];
    file.synced = file.size;
    file.overwritten.clear();
    file.sectors.clear();
    return IOStatus::OK();
  }

  std::shared_ptr<State> state_;
  std::string name_;
};

class PowerLossFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit PowerLossFileSystem(std::shared_ptr<State> state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}

  const char* Name() const override { return "PowerLossFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (!status.ok()) return status;
    {
      const std::lock_guard lock(state_->mutex);
      state_->files[name] = {};
    }
    *result = std::make_unique<TrackedFile>(std::move(*result), state_, name);
    return status;
  }

  IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                           IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    auto status = FileSystemWrapper::NewRandomRWFile(name, options, result, debug);
    if (!status.ok()) return status;
    {
      const std::lock_guard lock(state_->mutex);
      const auto size = std::filesystem::file_size(name);
      state_->files.try_emplace(
          name, State::File{.size = size, .synced = size, .overwritten = {}, .sectors = {}});
    }
    *result = std::make_unique<TrackedRandomFile>(std::move(*result), state_, name);
    return status;
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    const std::lock_guard lock(state_->mutex);
    if (auto moved = state_->files.extract(from)) {
      state_->files.erase(to);
      moved.key() = to;
      state_->files.insert(std::move(moved));
    }
    return status;
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    if (!state_->step()) return no_power();
    auto status = FileSystemWrapper::DeleteFile(name, options, debug);
    const std::lock_guard lock(state_->mutex);
    state_->files.erase(name);
    return status;
  }

 private:
  std::shared_ptr<State> state_;
};

void garble(const std::string& name, std::uint64_t from, std::uint64_t size,
            std::mt19937_64& chance) {
  std::fstream file(name, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uint64_t at = from; at < size; at += 1 + chance() % 64) {
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(chance()));
  }
}

/// Of the sectors that were written to, in whatever order, each is there or not. One power failure
/// in four garbles some of what was written as well.
void forget_sectors(const std::string& name, const State::File& file, std::mt19937_64& chance) {
  std::ifstream in(name, std::ios::binary);
  std::string now{std::istreambuf_iterator<char>(in), {}};
  in.close();
  std::string before = now;
  for (const auto& old : file.overwritten | std::views::reverse) {
    std::ranges::copy(old.bytes, before.begin() + static_cast<std::ptrdiff_t>(old.at));
  }
  std::fill(before.begin() + static_cast<std::ptrdiff_t>(file.synced), before.end(), '\0');
  const auto kept = chance() % 4;  // quarters of the sectors; now and then all or none
  if (chance() % 4 == 0) {
    for (const auto& old : file.overwritten) now[old.at + chance() % old.size] ^= 0x10;
  }
  for (const auto sector : file.sectors) {
    const auto at = static_cast<std::ptrdiff_t>(sector * sector_size);
    const auto size = std::min<std::ptrdiff_t>(sector_size, std::ssize(now) - at);
    if (kept == 0 || chance() % 4 > kept) {
      std::copy_n(before.begin() + at, size, now.begin() + at);
    }
  }
  now.resize(file.synced + chance() % (file.size - file.synced + 1));
  std::ofstream(name, std::ios::binary | std::ios::trunc) << now;
}

}  // namespace

PowerLossDisk::PowerLossDisk()
    : state_(std::make_shared<State>()),
      env_(rocksdb::NewCompositeEnv(std::make_shared<PowerLossFileSystem>(state_))) {}
PowerLossDisk::~PowerLossDisk() = default;

rocksdb::Env* PowerLossDisk::env() { return env_.get(); }

void PowerLossDisk::lose_power_after(std::uint64_t operations) {
  const std::lock_guard lock(state_->mutex);
  state_->operations_left = operations;
}

bool PowerLossDisk::is_dark() const {
  const std::lock_guard lock(state_->mutex);
  return state_->dark;
}

void PowerLossDisk::restore_power(std::mt19937_64& chance) {
  const std::lock_guard lock(state_->mutex);
  for (const auto& [name, file] : state_->files) {
    if (!std::filesystem::exists(name)) continue;
    if (!file.overwritten.empty()) {
      forget_sectors(name, file, chance);
      continue;
    }
    const std::uint64_t unsynced = file.size - file.synced;
    if (unsynced == 0) continue;
    const std::uint64_t kept = file.synced + (chance() % 2 == 0 ? 0 : chance() % (unsynced + 1));
    if (kept == 0 && chance() % 2 == 0) {
      std::filesystem::remove(name);  // its entry in the directory was not synced either
      continue;
    }
    std::filesystem::resize_file(name, kept);
    if (chance() % 4 == 0) garble(name, file.synced, kept, chance);
  }
  state_->files.clear();
  state_->operations_left = UINT64_MAX;
  state_->dark = false;
}

}  // namespace loyalty::persistence
