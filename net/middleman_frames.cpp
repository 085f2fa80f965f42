// SPDX-License-Identifier: Apache-2.0
#include "net/middleman_frames.hpp"

#include <algorithm>

namespace loyalty::net {
namespace {

/// caf/io/basp/message_type.hpp
enum Operation : unsigned char {
  server_handshake = 0,
  client_handshake = 1,
  last_operation = 6,
};
/// A handshake holds a node id and the name of the application.
constexpr std::uint32_t max_handshake_bytes = 4096;

}  // namespace

bool MiddlemanFrames::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const auto part = std::min<std::uint64_t>(payload_left_, bytes.size());
      payload_left_ -= part;
      bytes.remove_prefix(static_cast<std::size_t>(part));
      continue;
    }
    const std::size_t part = std::min(header_bytes - header_filled_, bytes.size());
    std::copy_n(bytes.begin(), part, header_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
    header_filled_ += part;
    bytes.remove_prefix(part);
    if (header_filled_ == header_bytes && !take_header()) return false;
  }
  return true;
}

bool MiddlemanFrames::take_header() {
  header_filled_ = 0;
  std::uint32_t payload = 0;
  for (std::size_t i = 4; i < 8; ++i) payload = payload << 8 | header_[i];
  // A client says its handshake again when it chooses this connection among several.
  const bool greets = header_[0] == client_handshake;
  if (greets ? payload > max_handshake_bytes : !begun_) return false;
  if (header_[0] == server_handshake || header_[0] > last_operation) return false;
  if (payload > frame_bytes_) return false;
  begun_ = true;
  payload_left_ = payload;
  return true;
}

}  // namespace loyalty::net
