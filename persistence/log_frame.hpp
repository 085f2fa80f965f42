// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Frames, of which the files of a log consist that are written over and over again: a file begins
/// with frames, one behind the other, and what follows the last one is whatever the file was
/// before. All integers are little endian.
///
///   "LYLF" | u32 length | u64 number | u64 nonce | u64 synced | u32 CRC32C of the payload |
///   u32 CRC32C of these 36 bytes | payload
///
/// Behind the last frame stand as many zeros as a header has. `number` is that of the file, and
/// `nonce` is drawn anew whenever a file becomes a log, so nothing older is taken for a part of it.
/// `synced` says how much of the file was on the disk before the frame was written. So a frame that
/// is missing or damaged while a later one says that it was on the disk is damage, and not what a
/// power failure left of the end.
namespace loyalty::persistence {

inline constexpr std::size_t log_frame_header = 40;

struct LogIdentity {
  std::uint64_t number = 0;
  std::uint64_t nonce = 0;
};

/// `out` becomes a frame and the zeros behind it.
void make_log_frame(std::string& out, const LogIdentity& log, std::uint64_t synced,
                    std::string_view payload);

/// Whether a file that begins with these bytes consists of frames, or was made to.
bool is_framed_log(std::string_view begin);

struct LogPayload {
  std::string bytes;     ///< of all frames up to the first that is missing or not whole
  bool damaged = false;  ///< whether there was more, which cannot be read
};

/// What the file with that number holds.
LogPayload read_framed_log(std::string file, std::uint64_t number);

}  // namespace loyalty::persistence
