// SPDX-License-Identifier: Apache-2.0
#include "net/frame_scanner.hpp"

#include <algorithm>

namespace loyalty::net {
namespace {

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

/// The head of an array or a map: how long it is, and what it announces.
struct ContainerHead {
  std::size_t bytes = 0;  ///< 0: not a container
  std::uint64_t elements = 0;
  std::uint64_t children = 0;
  bool whole = true;
};

ContainerHead container_head(std::string_view bytes) {
  const auto tag = static_cast<unsigned char>(bytes.front());
  if ((tag & 0xf0) == 0x90) return {.bytes = 1, .elements = tag & 0x0fU, .children = tag & 0x0fU};
  if ((tag & 0xf0) == 0x80) {
    return {.bytes = 1, .elements = tag & 0x0fU, .children = 2 * (tag & 0x0fU)};
  }
  if (tag < 0xdc || tag > 0xdf) return {};
  const std::size_t size = (tag & 1) != 0 ? 4 : 2;
  if (bytes.size() <= size) return {.bytes = 1 + size, .whole = false};
  const std::uint64_t count = number_at(bytes, 1, size);
  return {.bytes = 1 + size, .elements = count, .children = count * (tag >= 0xde ? 2 : 1)};
}

/// The payload that a string, binary or extension with a 32-bit length announces, else 0.
std::uint64_t announced_payload(std::string_view bytes) {
  const auto tag = static_cast<unsigned char>(bytes.front());
  if ((tag != 0xc6 && tag != 0xc9 && tag != 0xdb) || bytes.size() < 5) return 0;
  return number_at(bytes, 1, 4);
}

}  // namespace

FrameScanner::FrameScanner(FrameBounds bounds) : bounds_(bounds) {
  bounds_.nesting = std::clamp(bounds_.nesting, 1, codec::Reader::max_depth);
}

void FrameScanner::reset() {
  at_ = 0;
  level_ = 0;
  open_[0] = 1;
}

Verdict FrameScanner::scan(std::string_view bytes, std::size_t& end) {
  // Nearly every frame arrives whole, and then one pass without any state is enough.
  if (at_ == 0 &&
      codec::find_end(bytes, bounds_.elements, bounds_.nesting, end) == codec::Extent::complete) {
    return end <= bounds_.bytes ? Verdict::complete : Verdict::too_large;
  }
  const Verdict verdict = resume(bytes, end);
  if (verdict == Verdict::complete) reset();
  return verdict;
}

Verdict FrameScanner::resume(std::string_view bytes, std::size_t& end) {
  while (true) {
    auto& open = open_[static_cast<std::size_t>(level_)];
    if (open == 0) {
      if (level_ == 0) {
        end = at_;
        return end <= bounds_.bytes ? Verdict::complete : Verdict::too_large;
      }
      --level_;
      continue;
    }
    if (at_ >= bounds_.bytes) return Verdict::too_large;
    const std::string_view rest = bytes.substr(at_);
    if (rest.empty()) return Verdict::incomplete;

    const ContainerHead head = container_head(rest);
    if (head.bytes > 0) {
      if (!head.whole) return Verdict::incomplete;
      if (head.elements > bounds_.elements) return Verdict::too_many_elements;
      if (level_ == bounds_.nesting) return Verdict::too_deep;
      --open;
      open_[static_cast<std::size_t>(++level_)] = head.children;
      at_ += head.bytes;
      continue;
    }
    std::size_t size = 0;
    switch (codec::find_end(rest, 0, 0, size)) {
      case codec::Extent::complete: break;
      case codec::Extent::malformed: return Verdict::malformed;
      case codec::Extent::incomplete:
        return at_ + announced_payload(rest) > bounds_.bytes || bytes.size() > bounds_.bytes
                   ? Verdict::too_large
                   : Verdict::incomplete;
    }
    --open;
    at_ += size;
  }
}

}  // namespace loyalty::net
