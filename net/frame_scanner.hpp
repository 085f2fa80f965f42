// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/msgpack_reader.hpp"

namespace loyalty::net {

enum class Verdict : std::uint8_t {
  complete,
  incomplete,
  malformed,
  too_deep,
  too_many_elements,
  too_large,
};

struct FrameBounds {
  std::size_t bytes;
  std::uint32_t elements;  ///< of one container
  int nesting;             ///< at most codec::Reader::max_depth
};

/// Finds the end of a frame that may arrive in pieces. It resumes where it stopped, so a frame
/// delivered byte by byte costs as much as one delivered whole; and the verdict is the same, too.
class FrameScanner {
 public:
  explicit FrameScanner(FrameBounds bounds);

  /// `bytes` begins with the frame and holds all of it that has arrived. After `complete`, `end` is
  /// the frame's size and the scanner is ready for the next frame.
  Verdict scan(std::string_view bytes, std::size_t& end);

  void reset();

 private:
  Verdict resume(std::string_view bytes, std::size_t& end);

  FrameBounds bounds_;
  std::size_t at_ = 0;
  int level_ = 0;
  /// Values still to come at each open level; level 0 is the frame itself.
  std::array<std::uint64_t, codec::Reader::max_depth + 1> open_{1};
};

}  // namespace loyalty::net
