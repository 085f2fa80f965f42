// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "persistence/block.hpp"
#include "persistence/faults.hpp"
#include "persistence/redis_format.hpp"

namespace loyalty::persistence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_readable_name = 100;

/// A file name that people recognise and that no two places share.
std::string file_name_of(const std::string& place) {
  std::string name;
  for (const char c : place.substr(place.find_first_of(":/"))) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '-';
    if (plain) {
      name.push_back(c);
    } else if (!name.empty() && name.back() != '_') {
      name.push_back('_');
    }
    if (name.size() == longest_readable_name) break;
  }
  return "redis-" + name + "-" + hex64(crc32c(place)).substr(8) + ".store";
}

std::string sealed(const std::string& id) { return id + " " + hex64(crc32c(id)).substr(8) + "\n"; }

/// Replaces the file in one step and returns once it is on the disk.
bool write_durably(const fs::path& file, const std::string& bytes) {
  const fs::path fresh = file.string() + ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out < 0) return false;
  const bool written =
      ::write(out, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(out) == 0;
  ::close(out);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) return false;
  const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced;
}

}  // namespace

StoreResult<RedisMemory> RedisMemory::open(const std::string& directory, const RedisUrl& url) {
  if (directory.empty()) {
    return invalid(
        "a Redis store needs a state directory of this server's own, where it remembers "
        "what was acknowledged");
  }
  std::error_code error;
  const fs::path path = fs::absolute(directory, error);
  if (!error) fs::create_directories(path, error);
  if (error || !fs::is_directory(path, error)) {
    return unavailable("cannot create the directory " + directory + ": " +
                       (error ? error.message() : "there is a file of that name"));
  }
  return RedisMemory(path, path / file_name_of(url.identity()));
}

fs::path RedisMemory::watermark_file(const std::string& id) const {
  return directory_ / ("redis-" + id + ".watermark");
}

StoreResult<std::optional<std::string>> RedisMemory::store_id() const {
  std::ifstream in(id_file_, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return std::optional<std::string>{};
    return unavailable("cannot read " + id_file_.string() + ": " + std::strerror(errno));
  }
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  std::string id = bytes.substr(0, bytes.find(' '));
  if (id.size() != 32 || bytes != sealed(id)) {
    return damaged("the file " + id_file_.string() + ": its checksum does not match");
  }
  return std::optional(std::move(id));
}

StoreResult<bool> RedisMemory::remember(const std::string& id, const Watermark& watermark) const {
  const auto saved = write_watermark(watermark_file(id), watermark);
  if (!saved) return saved;
  if (!write_durably(id_file_, sealed(id))) {
    return unavailable("cannot write " + id_file_.string() + ": " + std::strerror(errno));
  }
  return true;
}

}  // namespace loyalty::persistence
