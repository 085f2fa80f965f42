// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
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
    value >= 0 ? unsigned_integer(static_cast<std::uint64_t>(value))
               : (void)packer_.pack_int64(value);
  }
  void unsigned_integer(std::uint64_t value) {
    if (value < 0x80) return head(static_cast<unsigned>(value));
    if (value <= 0xFF) return sink_.write_number<1>(0xCC, value);
    if (value <= 0xFFFF) return sink_.write_number<2>(0xCD, value);
    if (value <= 0xFFFF'FFFF) return sink_.write_number<4>(0xCE, value);
    sink_.write_number<8>(0xCF, value);
  }
  void string(std::string_view value) {
    const std::size_t size = value.size();
    if (size < 0x20) return sink_.write_short(static_cast<char>(0xA0U | size), value.data(), size);
    packer_.pack_str(static_cast<std::uint32_t>(size));
    sink_.write(value.data(), size);
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

  std::size_t capacity() const { return sink_.end; }
  std::string_view bytes() const { return {sink_.place, sink_.used}; }
  std::string take() { return sink_.take(); }
  void clear() { sink_.used = 0; }

 private:
  /// An answer is hundreds of values of a few bytes. So the string is kept longer than what is
  /// written, a write is a comparison and a copy, and the packer is left what is rare.
  struct Sink {
    static constexpr std::size_t at_first = 256;

    [[gnu::always_inline]] void write(const char* data, std::size_t size) {
      if (end - used < size) [[unlikely]]
        grow(size);
      std::memcpy(place + used, data, size);
      used += size;
    }
    /// A byte, and up to 31 that are mostly names of fields: a call to memcpy would take longer
    /// than the bytes. The halves may overlap.
    [[gnu::always_inline]] void write_short(char head, const char* data, std::size_t size) {
      if (end - used <= size) [[unlikely]]
        grow(size + 1);
      char* to = place + used;
      *to++ = head;
      used += size + 1;
      if (size >= 16) return copy_halves<16>(to, data, size);
      if (size >= 8) return copy_halves<8>(to, data, size);
      if (size >= 4) return copy_halves<4>(to, data, size);
      for (std::size_t i = 0; i < size; ++i) to[i] = data[i];
    }
    template <std::size_t Half>
    [[gnu::always_inline]] static void copy_halves(char* to, const char* data, std::size_t size) {
      std::memcpy(to, data, Half);
      std::memcpy(to + size - Half, data + size - Half, Half);
    }
    /// A byte, and a number of so many, the most significant first.
    template <std::size_t Bytes>
    [[gnu::always_inline]] void write_number(unsigned head, std::uint64_t value) {
      if (end - used <= Bytes) [[unlikely]]
        grow(Bytes + 1);
      place[used] = static_cast<char>(head);
      const std::uint64_t big_endian = __builtin_bswap64(value << (64 - 8 * Bytes));
      std::memcpy(place + used + 1, &big_endian, Bytes);
      used += Bytes + 1;
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

/// The writer of this thread, lent for one value: its buffer has grown already, and what is made
/// of it takes one allocation of its size.
class BorrowedWriter {
 public:
  BorrowedWriter() : writer_(std::move(spare())) {
    if (!writer_) writer_ = std::make_unique<Writer>();
    writer_->clear();
  }
  ~BorrowedWriter() {
    if (writer_->capacity() <= most_kept) spare() = std::move(writer_);
  }
  BorrowedWriter(const BorrowedWriter&) = delete;
  BorrowedWriter& operator=(const BorrowedWriter&) = delete;

  Writer& operator*() { return *writer_; }
  std::string text() const { return std::string(writer_->bytes()); }

 private:
  static constexpr std::size_t most_kept = std::size_t{256} << 10;

  static std::unique_ptr<Writer>& spare() {
    thread_local std::unique_ptr<Writer> writer;
    return writer;
  }

  std::unique_ptr<Writer> writer_;
};

}  // namespace loyalty::codec
