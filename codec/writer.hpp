// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <msgpack.hpp>
#include <string>
#include <string_view>

namespace loyalty::codec {

/// Appends MessagePack values to a string that it owns.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void nil() { packer_.pack_nil(); }
  void boolean(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  void integer(std::int64_t value) { packer_.pack_int64(value); }
  void unsigned_integer(std::uint64_t value) { packer_.pack_uint64(value); }
  void string(std::string_view value) {
    packer_.pack_str(static_cast<std::uint32_t>(value.size()));
    packer_.pack_str_body(value.data(), static_cast<std::uint32_t>(value.size()));
  }
  void array(std::size_t count) { packer_.pack_array(static_cast<std::uint32_t>(count)); }
  void map(std::size_t count) { packer_.pack_map(static_cast<std::uint32_t>(count)); }
  /// Bytes that are MessagePack already.
  void raw(std::string_view bytes) { sink_.bytes.append(bytes); }

  /// Room for so many bytes in all, where their number is known beforehand.
  void reserve(std::size_t bytes) { sink_.bytes.reserve(bytes); }

  const std::string& bytes() const { return sink_.bytes; }
  std::string take() { return std::move(sink_.bytes); }
  void clear() { sink_.bytes.clear(); }

 private:
  struct Sink {
    std::string bytes;
    void write(const char* data, std::size_t size) { bytes.append(data, size); }
  };
  Sink sink_;
  msgpack::packer<Sink> packer_{sink_};
};

}  // namespace loyalty::codec
