// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <msgpack.hpp>
#include <string>
#include <string_view>

namespace loyalty::codec {

/// Appends MessagePack values to a buffer that it owns.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void nil() { packer_.pack_nil(); }
  void boolean(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  void integer(std::int64_t value) {
    value >= 0 && value < 0x80 ? head(static_cast<unsigned>(value))
                               : (void)packer_.pack_int64(value);
  }
  void unsigned_integer(std::uint64_t value) {
    value < 0x80 ? head(static_cast<unsigned>(value)) : (void)packer_.pack_uint64(value);
  }
  void string(std::string_view value) {
    const std::size_t size = value.size();
    size < 0x20 ? head(0xA0U | static_cast<unsigned>(size))
                : (void)packer_.pack_str(static_cast<std::uint32_t>(size));
    sink_.write_short(value.data(), size);
  }
  void array(std::size_t count) {
    count < 0x10 ? head(0x90U | static_cast<unsigned>(count))
                 : (void)packer_.pack_array(static_cast<std::uint32_t>(count));
  }
  void map(std::size_t count) {
    count < 0x10 ? head(0x80U | static_cast<unsigned>(count))
                 : (void)packer_.pack_map(static_cast<std::uint32_t>(count));
  }
  /// Bytes that are MessagePack already.
  void raw(std::string_view bytes) { sink_.write(bytes.data(), bytes.size()); }

  /// Room for so many bytes in all, where their number is known beforehand.
  void reserve(std::size_t bytes) { sink_.reserve(bytes); }

  std::string_view bytes() const { return {sink_.place, sink_.used}; }
  std::string take() { return sink_.take(); }
  void clear() { sink_.used = 0; }

 private:
  /// The packer writes a byte here and four there, hundreds of times for an answer. So the string
  /// is kept longer than what is written, and a write is a comparison and a copy.
  struct Sink {
    static constexpr std::size_t at_first = 256;

    [[gnu::always_inline]] void write(const char* data, std::size_t size) {
      if (end - used < size) [[unlikely]]
        grow(size);
      std::memcpy(place + used, data, size);
      used += size;
    }
    /// The same for what is mostly names of fields: a call to memcpy would take longer than the
    /// bytes. The halves may overlap.
    [[gnu::always_inline]] void write_short(const char* data, std::size_t size) {
      if (size > 16 || size < 4) return write(data, size);
      if (end - used < size) [[unlikely]]
        grow(size);
      char* to = place + used;
      const std::size_t half = size >= 8 ? 8 : 4;
      const std::size_t last = size - half;
      if (half == 8) {
        std::memcpy(to, data, 8);
        std::memcpy(to + last, data + last, 8);
      } else {
        std::memcpy(to, data, 4);
        std::memcpy(to + last, data + last, 4);
      }
      used += size;
    }
    [[gnu::noinline]] void grow(std::size_t size) {
      reserve(std::max({used + size, 2 * end, at_first}));
    }
    void reserve(std::size_t size) {
      if (size <= end) return;
      bytes.resize(size);
      place = bytes.data();
      end = size;
    }
    std::string take() {
      bytes.resize(used);
      place = nullptr;
      end = used = 0;
      return std::move(bytes);
    }

    std::string bytes;
    char* place = nullptr;
    std::size_t end = 0;
    std::size_t used = 0;
  };

  /// What fits into one byte.
  void head(unsigned byte) {
    const char value = static_cast<char>(byte);
    sink_.write(&value, 1);
  }

  Sink sink_;
  msgpack::packer<Sink> packer_{sink_};
};

}  // namespace loyalty::codec
