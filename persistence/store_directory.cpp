// SPDX-License-Identifier: Apache-2.0
#include "persistence/store_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;

/// Ours, or what a freshly made file system brings along.
constexpr std::array<std::string_view, 5> expected_names = {
    "server.lock", "rocksdb.log", "watermark", "watermark.new", "lost+found"};

/// The name of an entry that no interrupted creation of a store leaves behind; empty if none.
std::string stranger_in(const fs::path& path, std::error_code& error) {
  if (fs::exists(path / "CURRENT", error) || fs::exists(path / "watermark", error)) return {};
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    if (std::ranges::find(expected_names, name) == expected_names.end()) return name;
  }
  return {};
}

}  // namespace

StoreResult<StoreDirectory> StoreDirectory::acquire(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path, error)) {
    return unavailable("cannot create the directory " + path.string() + ": " +
                       (error ? error.message() : "there is a file of that name"));
  }
  const std::string stranger = stranger_in(path, error);
  if (error) return unavailable("cannot read " + path.string() + ": " + error.message());
  if (!stranger.empty()) {
    return foreign(path.string() + " is not a loyalty store: it contains " + stranger);
  }

  const fs::path lock_file = path / "server.lock";
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) {
    return unavailable("cannot write to " + path.string() + ": " + std::strerror(errno));
  }
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(lock);
    if (reason == EWOULDBLOCK) return unavailable("another server is using " + path.string());
    return unavailable("cannot lock " + lock_file.string() + ": " + std::strerror(reason));
  }
  return StoreDirectory(path, lock);
}

StoreDirectory::StoreDirectory(StoreDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StoreDirectory::~StoreDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

bool StoreDirectory::has_database() const {
  std::error_code error;
  return fs::exists(path_ / "CURRENT", error);
}

}  // namespace loyalty::persistence
