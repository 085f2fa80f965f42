// SPDX-License-Identifier: Apache-2.0
#include "persistence/log_frame.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "persistence/bytes.hpp"
#include "persistence/crc32c.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view frame_magic = "LYLF";

struct Header {
  std::uint32_t length = 0;
  LogIdentity log;
  std::uint64_t synced = 0;
  std::uint32_t payload_crc = 0;
};

/// nullopt when there is none at that place.
std::optional<Header> header_at(std::string_view file, std::size_t at) {
  if (file.size() - at < log_frame_header) return std::nullopt;
  const auto bytes = file.substr(at, log_frame_header);
  constexpr std::size_t sealed = log_frame_header - sizeof(std::uint32_t);
  if (!bytes.starts_with(frame_magic) ||
      crc32c_extend(0, bytes.substr(0, sealed)) != read_le<std::uint32_t>(bytes, sealed)) {
    return std::nullopt;
  }
  return Header{.length = read_le<std::uint32_t>(bytes, 4),
                .log = {.number = read_le<std::uint64_t>(bytes, 8),
                        .nonce = read_le<std::uint64_t>(bytes, 16)},
                .synced = read_le<std::uint64_t>(bytes, 24),
                .payload_crc = read_le<std::uint32_t>(bytes, 32)};
}

bool is_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

/// A log that is read from its begin.
class Frames {
 public:
  Frames(std::string_view file, std::uint64_t number) : file_(file), number_(number) {}

  /// The payload of the next frame that is whole.
  std::optional<std::string_view> next() {
    const auto header = header_at(file_, at_);
    if (!header || !is_ours(header->log)) return std::nullopt;
    const auto payload = file_.substr(at_ + log_frame_header, header->length);
    if (payload.size() != header->length || crc32c_extend(0, payload) != header->payload_crc) {
      return std::nullopt;
    }
    nonce_ = header->log.nonce;
    at_ += log_frame_header + payload.size();
    return payload;
  }

  /// Whether the log was meant to end where `next` found nothing, as far as one can know.
  bool ends() const { return is_zero(file_.substr(at_, log_frame_header)) && !was_on_disk(); }

 private:
  bool is_ours(const LogIdentity& log) const {
    return log.number == number_ && (!nonce_ || log.nonce == *nonce_);
  }

  /// Whether a later frame says that what should be here was on the disk.
  bool was_on_disk() const {
    for (auto at = file_.find(frame_magic, at_); at != std::string_view::npos;
         at = file_.find(frame_magic, at + 1)) {
      const auto header = header_at(file_, at);
      if (header && is_ours(header->log) && header->synced > at_) return true;
    }
    return false;
  }

  std::string_view file_;
  std::uint64_t number_;
  std::size_t at_ = 0;
  std::optional<std::uint64_t> nonce_;
};

}  // namespace

void make_log_frame(std::string& out, const LogIdentity& log, std::uint64_t synced,
                    std::string_view payload) {
  out.clear();
  out.reserve(payload.size() + 2 * log_frame_header);
  out += frame_magic;
  append_le(out, static_cast<std::uint32_t>(payload.size()));
  append_le(out, log.number);
  append_le(out, log.nonce);
  append_le(out, synced);
  append_le(out, crc32c_extend(0, payload));
  append_le(out, crc32c_extend(0, out));
  out += payload;
  out.append(log_frame_header, '\0');
}

bool is_framed_log(std::string_view begin) {
  return begin.starts_with(frame_magic) ||
         (begin.size() >= log_frame_header && is_zero(begin.substr(0, log_frame_header)));
}

LogPayload read_framed_log(std::string file, std::uint64_t number) {
  Frames frames(file, number);
  std::size_t size = 0;
  while (const auto payload = frames.next()) {
    std::memmove(file.data() + size, payload->data(), payload->size());
    size += payload->size();
  }
  const bool damaged = !frames.ends();
  file.resize(size);
  return {.bytes = std::move(file), .damaged = damaged};
}

}  // namespace loyalty::persistence
