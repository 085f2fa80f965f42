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

  void nil() { head(0xC0); }
  void boolean(bool value) { head(value ? 0xC3 : 0xC2); }
  [[gnu::always_inline]] void integer(std::int64_t value) {
    if (value >= 0 && value < 0x80) return head(static_cast<unsigned>(value));
    big_integer(value);
  }
  [[gnu::always_inline]] void unsigned_integer(std::uint64_t value) {
    if (value < 0x80) return head(static_cast<unsigned>(value));
    big_unsigned_integer(value);
  }
  /// Where the text is known when this is compiled, as the names of fields are, it is a few stores.
  [[gnu::always_inline]] void string(std::string_view value) {
    const std::size_t size = value.size();
    if (__builtin_constant_p(size) && size < 0x20) {
      return sink_.write_known(static_cast<char>(0xA0U | size), value.data(), size);
    }
    any_string(value);
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

  std::size_t capacity() const { return sink_.size(); }
  std::string_view bytes() const { return {sink_.begin, sink_.used()}; }
  std::string take() { return sink_.take(); }
  void clear() { sink_.at = sink_.begin; }

 private:
  /// An answer is hundreds of values of a few bytes. So the string is kept longer than what is
  /// written, a write is a comparison and a copy, and the packer is left what is rare.
  struct Sink {
    static constexpr std::size_t at_first = 256;

    [[gnu::always_inline]] void write(const char* data, std::size_t size) {
      need(size);
      std::memcpy(at, data, size);
      at += size;
    }
    [[gnu::always_inline]] void write_byte(char byte) {
      need(1);
      *at++ = byte;
    }
    [[gnu::always_inline]] void write_known(char head, const char* data, std::size_t size) {
      need(size + 1);
      *at = head;
      std::memcpy(at + 1, data, size);
      at += size + 1;
    }
    /// A byte, and up to 31 that are mostly names and ids: a call to memcpy would take longer than
    /// the bytes. The halves may overlap.
    [[gnu::always_inline]] void write_short(char head, const char* data, std::size_t size) {
      need(size + 1);
      char* to = at;
      at += size + 1;
      *to++ = head;
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
      need(Bytes + 1);
      *at = static_cast<char>(head);
      const std::uint64_t big_endian = __builtin_bswap64(value << (64 - 8 * Bytes));
      std::memcpy(at + 1, &big_endian, Bytes);
      at += Bytes + 1;
    }
    [[gnu::always_inline]] void need(std::size_t size) {
      if (static_cast<std::size_t>(end - at) < size) [[unlikely]]
        grow(size);
    }
    [[gnu::noinline]] void grow(std::size_t more) {
      reserve(std::max({used() + more, 2 * size(), at_first}));
    }
    void reserve(std::size_t wanted) {
      if (wanted <= size()) return;
      const std::size_t kept = used();
      bytes.resize(wanted);
      begin = bytes.data();
      at = begin + kept;
      end = begin + wanted;
    }
    std::size_t size() const { return static_cast<std::size_t>(end - begin); }
    std::size_t used() const { return static_cast<std::size_t>(at - begin); }
    std::string take() {
      bytes.resize(used());
      begin = at = end = nullptr;
      return std::move(bytes);
    }

    std::string bytes;
    char* begin = nullptr;  ///< of `bytes`; null as long as they are none
    char* at = nullptr;     ///< where the next one goes
    char* end = nullptr;
  };

  /// What fits into one byte.
  [[gnu::always_inline]] void head(unsigned byte) { sink_.write_byte(static_cast<char>(byte)); }
  [[gnu::noinline]] void big_integer(std::int64_t value) {
    value >= 0 ? big_unsigned_integer(static_cast<std::uint64_t>(value))
               : (void)packer_.pack_int64(value);
  }
  [[gnu::noinline]] void big_unsigned_integer(std::uint64_t value) {
    if (value < 0x80) return head(static_cast<unsigned>(value));
    if (value <= 0xFF) return sink_.write_number<1>(0xCC, value);
    if (value <= 0xFFFF) return sink_.write_number<2>(0xCD, value);
    if (value <= 0xFFFF'FFFF) return sink_.write_number<4>(0xCE, value);
    sink_.write_number<8>(0xCF, value);
  }
  [[gnu::noinline]] void any_string(std::string_view value) {
    const std::size_t size = value.size();
    if (size < 0x20) return sink_.write_short(static_cast<char>(0xA0U | size), value.data(), size);
    packer_.pack_str(static_cast<std::uint32_t>(size));
    sink_.write(value.data(), size);
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
