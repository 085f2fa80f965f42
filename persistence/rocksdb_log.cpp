// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

namespace loyalty::persistence {
namespace {

class PlainLog final : public rocksdb::Logger {
 public:
  explicit PlainLog(const std::string& file)
      : Logger(rocksdb::WARN_LEVEL),
        fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {}
  ~PlainLog() override {
    if (fd_ >= 0) ::close(fd_);
  }
  PlainLog(const PlainLog&) = delete;
  PlainLog& operator=(const PlainLog&) = delete;

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    if (fd_ < 0) return;
    std::array<char, 1024> line{};
    const int length = std::vsnprintf(line.data(), line.size() - 1, format, arguments);
    if (length < 0) return;
    const auto size = std::min(static_cast<std::size_t>(length), line.size() - 2);
    line[size] = '\n';
    struct stat status {};
    const bool large = ::fstat(fd_, &status) == 0 && status.st_size > max_size;
    if (large && ::ftruncate(fd_, 0) != 0) return;
    if (::write(fd_, line.data(), size + 1) < 0) return;
  }

 private:
  static constexpr off_t max_size = off_t{1} << 20;
  int fd_;
};

class Silence final : public rocksdb::Logger {
 public:
  Silence() : Logger(rocksdb::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_rocksdb_log(const std::string& file) {
  return std::make_shared<PlainLog>(file);
}

std::shared_ptr<rocksdb::Logger> make_rocksdb_silence() { return std::make_shared<Silence>(); }

}  // namespace loyalty::persistence
