// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/view.hpp"

/// What nodes say to each other, as bytes (docs/protocol.md, Between nodes). A frame names its
/// cluster, who sends and who is meant: a node that came back under another incarnation is another
/// node, whatever its address (runtime.md P6). Frames hold envelopes, whose contents are none of
/// the link's business. Numbers are little-endian.
namespace loyalty::cluster {

/// The protocol between nodes. A node speaks all versions from the first to the second.
inline constexpr std::uint32_t protocol_min = 1;
inline constexpr std::uint32_t protocol_max = 1;

struct Envelope {
  enum class Kind : std::uint8_t {
    request,  ///< is answered by a reply with the same correlation
    reply,
    tell,  ///< is not answered
  };
  Kind kind = Kind::tell;
  ShardId shard = 0;
  std::uint64_t view = 0;  ///< version of the view by which the sender chose the receiver
  std::uint64_t correlation = 0;
  std::uint32_t deadline_ms = 0;  ///< of a request: how long its sender waits; clocks may differ
  std::string bytes;
};

/// The first frame in each direction of a connection.
struct Hello {
  bool asks = false;  ///< wants a hello in return: said by the node that dialled
  std::uint32_t protocol_min = 0;
  std::uint32_t protocol_max = 0;
  std::string name;
};

struct Frame {
  enum class Kind : std::uint8_t { hello, batch, reset };
  Kind kind = Kind::batch;
  std::uint64_t cluster = 0;
  Incarnation from;
  Incarnation to;  ///< of a hello: nobody, since it is not known yet
  /// What the sender of the frame has taken of what it was sent, since the hello: credit.
  std::uint64_t taken_envelopes = 0;
  std::uint64_t taken_bytes = 0;
  Hello hello;
  std::vector<Envelope> envelopes;
};

/// No frame is longer: half of it a full window, the rest one large answer.
inline constexpr std::size_t max_frame_bytes = std::size_t{16} << 20;
/// What an envelope takes in a frame beside its bytes.
inline constexpr std::size_t envelope_head_bytes = 27;
inline constexpr std::size_t max_envelope_bytes = max_frame_bytes / 2;

/// A frame without its envelopes; they are appended to it.
std::string begin_frame(const Frame& frame);
void append_envelope(std::string& frame, const Envelope& envelope);

/// nullopt when the bytes are not a frame: everything is checked, nothing is believed.
std::optional<Frame> read_frame(std::string_view bytes);

}  // namespace loyalty::cluster
