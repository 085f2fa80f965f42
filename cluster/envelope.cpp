// SPDX-License-Identifier: Apache-2.0
#include "cluster/envelope.hpp"

#include <cstring>
#include <type_traits>

namespace loyalty::cluster {
namespace {

constexpr std::string_view magic = "LPL1";
constexpr std::size_t max_name_bytes = 256;

template <class Integer>
void put(std::string& out, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
  }
}

void put(std::string& out, const Incarnation& value) {
  put(out, value.high);
  put(out, value.low);
}

class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  template <class Integer>
  bool get(Integer& value) {
    if (bytes_.size() < sizeof(Integer)) return false;
    std::uint64_t wide = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
      wide |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    }
    value = static_cast<Integer>(wide);
    bytes_.remove_prefix(sizeof(Integer));
    return true;
  }
  bool get(Incarnation& value) { return get(value.high) && get(value.low); }
  bool get(std::string& value, std::size_t most) {
    std::uint32_t size = 0;
    if (!get(size) || size > most || size > bytes_.size()) return false;
    value.assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }
  bool skip(std::string_view expected) {
    if (bytes_.substr(0, expected.size()) != expected) return false;
    bytes_.remove_prefix(expected.size());
    return true;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

bool read_envelope(Input& in, Envelope& envelope) {
  std::uint8_t kind = 0;
  if (!in.get(kind) || kind > static_cast<std::uint8_t>(Envelope::Kind::tell)) return false;
  envelope.kind = static_cast<Envelope::Kind>(kind);
  return in.get(envelope.shard) && in.get(envelope.view) && in.get(envelope.correlation) &&
         in.get(envelope.deadline_ms) && in.get(envelope.bytes, max_envelope_bytes);
}

}  // namespace

std::string begin_frame(const Frame& frame) {
  std::string out(magic);
  put(out, static_cast<std::uint8_t>(frame.kind));
  put(out, frame.cluster);
  put(out, frame.from);
  put(out, frame.to);
  put(out, frame.taken_envelopes);
  put(out, frame.taken_bytes);
  if (frame.kind == Frame::Kind::hello) {
    put(out, static_cast<std::uint8_t>(frame.hello.asks));
    put(out, frame.hello.protocol_min);
    put(out, frame.hello.protocol_max);
    put(out, static_cast<std::uint32_t>(frame.hello.name.size()));
    out += frame.hello.name;
  }
  return out;
}

void append_envelope(std::string& frame, const Envelope& envelope) {
  put(frame, static_cast<std::uint8_t>(envelope.kind));
  put(frame, envelope.shard);
  put(frame, envelope.view);
  put(frame, envelope.correlation);
  put(frame, envelope.deadline_ms);
  put(frame, static_cast<std::uint32_t>(envelope.bytes.size()));
  frame += envelope.bytes;
}

std::optional<Frame> read_frame(std::string_view bytes) {
  if (bytes.size() > max_frame_bytes) return std::nullopt;
  Input in(bytes);
  Frame frame;
  std::uint8_t kind = 0;
  if (!in.skip(magic) || !in.get(kind)) return std::nullopt;
  if (kind > static_cast<std::uint8_t>(Frame::Kind::reset)) return std::nullopt;
  frame.kind = static_cast<Frame::Kind>(kind);
  if (!in.get(frame.cluster) || !in.get(frame.from) || !in.get(frame.to) ||
      !in.get(frame.taken_envelopes) || !in.get(frame.taken_bytes)) {
    return std::nullopt;
  }
  if (frame.kind == Frame::Kind::hello) {
    // A later protocol may say more: what is behind the name is left alone.
    std::uint8_t asks = 0;
    const bool read = in.get(asks) && in.get(frame.hello.protocol_min) &&
                      in.get(frame.hello.protocol_max) && in.get(frame.hello.name, max_name_bytes);
    frame.hello.asks = asks != 0;
    return read ? std::optional(std::move(frame)) : std::nullopt;
  }
  while (frame.kind == Frame::Kind::batch && !in.at_end()) {
    if (!read_envelope(in, frame.envelopes.emplace_back())) return std::nullopt;
  }
  return frame;
}

}  // namespace loyalty::cluster
