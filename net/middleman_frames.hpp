// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace loyalty::net {

/// Follows the frames that a client sends to CAF's middleman (BASP of CAF 0.17): a header of 32
/// bytes - operation, two of padding, flags, the length of the payload, then three words - and the
/// payload. Big-endian. Nothing is kept but an unfinished header.
class MiddlemanFrames {
 public:
  explicit MiddlemanFrames(std::size_t frame_bytes) : frame_bytes_(frame_bytes) {}

  /// Takes what came next; false when no node of ours would send it.
  bool take(std::string_view bytes);
  /// A whole header has come.
  bool begun() const { return begun_; }

 private:
  bool take_header();

  static constexpr std::size_t header_bytes = 32;
  const std::size_t frame_bytes_;
  std::array<unsigned char, header_bytes> header_{};
  std::size_t header_filled_ = 0;
  std::uint64_t payload_left_ = 0;
  bool begun_ = false;
};

}  // namespace loyalty::net
