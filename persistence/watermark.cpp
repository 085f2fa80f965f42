// SPDX-License-Identifier: Apache-2.0
#include "persistence/watermark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "persistence/block.hpp"
#include "persistence/bytes.hpp"
#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view magic = "LYW1";
constexpr std::size_t header_size = 8;
constexpr std::size_t entry_size = 16;
constexpr std::size_t crc_size = 4;

std::string encode(const Watermark& watermark) {
  std::string bytes(magic);
  append_le(bytes, static_cast<ShardId>(watermark.size()));
  append_le(bytes, std::uint16_t{0});
  for (const Head& head : watermark) {
    append_le(bytes, head.position);
    append_le(bytes, head.chain);
  }
  append_le(bytes, crc32c(bytes));
  return bytes;
}

std::optional<Watermark> decode(std::string_view bytes) {
  if (bytes.size() < header_size + crc_size || !bytes.starts_with(magic)) return std::nullopt;
  const auto shards = read_le<ShardId>(bytes, 4);
  const std::size_t body_size = header_size + shards * entry_size;
  if (shards == 0 || shards > max_shards || bytes.size() != body_size + crc_size) {
    return std::nullopt;
  }
  if (read_le<std::uint32_t>(bytes, body_size) != crc32c(bytes.substr(0, body_size))) {
    return std::nullopt;
  }
  Watermark watermark(shards);
  for (std::size_t i = 0; i < watermark.size(); ++i) {
    const std::size_t at = header_size + i * entry_size;
    watermark[i] = {.position = read_le<std::uint64_t>(bytes, at),
                    .chain = read_le<std::uint64_t>(bytes, at + 8)};
  }
  return watermark;
}

class FileDescriptor {
 public:
  FileDescriptor(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  bool write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool sync() const { return ::fsync(fd_) == 0; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace

StoreResult<std::optional<Watermark>> read_watermark(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return std::optional<Watermark>{};
    return unavailable("cannot read " + file.string() + ": " + std::strerror(errno));
  }
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  auto watermark = decode(bytes);
  if (!watermark) return damaged("watermark " + file.string() + ": its checksum does not match");
  return watermark;
}

StoreResult<bool> write_watermark(const std::filesystem::path& file, const Watermark& watermark) {
  const std::filesystem::path fresh = file.string() + ".new";
  const auto failed = [&] {
    return unavailable("cannot write " + file.string() + ": " + std::strerror(errno));
  };
  {
    const FileDescriptor out(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (!out.is_open() || !out.write_all(encode(watermark)) || !out.sync()) return failed();
  }
  failpoint("watermark.before");
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed();
  failpoint("watermark.after");
  const FileDescriptor directory(file.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || !directory.sync()) return failed();
  return true;
}

}  // namespace loyalty::persistence
