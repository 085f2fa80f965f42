// SPDX-License-Identifier: Apache-2.0
#include "actors/segment.hpp"

#include <zstd.h>

#include <memory>
#include <span>

#include "domain/invariant.hpp"
#include "persistence/lz4.hpp"

namespace loyalty::actors {
namespace {

/// First byte of a segment: a zstd frame follows.
constexpr char zstd_format = 1;
/// First byte of a small one: `persistence/lz4` follows.
constexpr char lz4_format = 2;
/// Below this zstd's preparations cost thirty times what LZ4 needs for all of it, once for each
/// snapshot; what stays is merged into big ones, and those are zstd's.
constexpr std::size_t small_bytes = std::size_t{8} << 10;
/// Segments are small and many: higher levels take twice the time for a few bytes less.
constexpr int compression_level = 1;
/// Far above what a segment holds; a frame that says more is not one of ours.
constexpr std::size_t max_unpacked_bytes = std::size_t{256} << 20;

/// Contexts are big and take longer to make than a segment to pack.
ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                                  &ZSTD_freeCCtx);
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                                  &ZSTD_freeDCtx);
  return context.get();
}

}  // namespace

std::string pack_segment(const std::vector<std::string_view>& records) {
  std::size_t expected = 8;
  for (const auto record : records) expected += record.size();
  codec::Writer out;
  out.reserve(expected);
  out.array(records.size());
  for (const auto record : records) out.raw(record);
  const std::string unpacked = out.take();
  if (unpacked.size() < small_bytes) {
    std::string packed(1, lz4_format);
    persistence::append_lz4(packed, unpacked);
    packed.shrink_to_fit();
    return packed;
  }

  std::string packed(1 + ZSTD_compressBound(unpacked.size()), zstd_format);
  const std::size_t size = ZSTD_compressCCtx(compressor(), packed.data() + 1, packed.size() - 1,
                                             unpacked.data(), unpacked.size(), compression_level);
  domain::invariant(ZSTD_isError(size) == 0, "a segment can be compressed");
  packed.resize(1 + size);
  packed.shrink_to_fit();
  return packed;
}

std::optional<std::string> unpack_segment(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  if (bytes.front() == lz4_format) return persistence::read_lz4(bytes.substr(1), small_bytes - 1);
  if (bytes.front() != zstd_format) return std::nullopt;
  bytes.remove_prefix(1);
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      size > max_unpacked_bytes) {
    return std::nullopt;
  }
  std::string unpacked(size, '\0');
  const std::size_t done = ZSTD_decompressDCtx(decompressor(), unpacked.data(), unpacked.size(),
                                               bytes.data(), bytes.size());
  if (ZSTD_isError(done) != 0 || done != size) return std::nullopt;
  return unpacked;
}

bool split_segment(std::string_view unpacked, std::vector<std::string_view>& records) {
  codec::Reader in(unpacked);
  std::uint32_t count = 0;
  if (!in.read_array(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view rest = in.rest();
    const std::size_t start = in.position();
    if (!in.skip()) return false;
    records.push_back(rest.substr(0, in.position() - start));
  }
  return in.at_end();
}

bool records_of_segment(std::string_view unpacked, std::vector<RecordView>& records) {
  std::vector<std::string_view> encoded;
  if (!split_segment(unpacked, encoded)) return false;
  for (const auto bytes : encoded) {
    const auto record = decode_record(bytes);
    if (!record) return false;
    records.push_back(*record);
  }
  return true;
}

namespace {

using persistence::Segment;

/// One segment with the records of all of them; nullopt when they are not one unbroken row.
std::optional<Segment> joined(std::span<const Segment> parts) {
  std::vector<std::string> unpacked;
  std::vector<std::string_view> encoded;
  for (const auto& part : parts) {
    auto bytes = unpack_segment(part.bytes);
    if (!bytes) return std::nullopt;
    unpacked.push_back(*std::move(bytes));
  }
  std::uint64_t next = parts.front().first_sequence;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].first_sequence != next) return std::nullopt;
    const std::size_t begin = encoded.size();
    if (!split_segment(unpacked[i], encoded)) return std::nullopt;
    for (std::size_t at = begin; at < encoded.size(); ++at) {
      const auto record = decode_record(encoded[at]);
      if (!record || record->entity != parts[i].entity || record->number != next) {
        return std::nullopt;
      }
      ++next;
    }
  }
  return Segment{parts.front().entity, parts.front().first_sequence, pack_segment(encoded)};
}

}  // namespace

bool SegmentMerge::see(const Segment& segment) {
  if (full()) return false;
  if (segment.bytes.size() >= big_bytes) {
    small_.clear();
    kept_bytes_ = 0;
    begin_ = segment.first_sequence + 1;
    return true;
  }
  if (small_.empty()) begin_ = segment.first_sequence;
  kept_bytes_ += segment.bytes.size();
  small_.push_back(segment);
  return true;
}

std::optional<SegmentMerge::Outcome> SegmentMerge::merge() const {
  if (small_.size() <= most_small) return std::nullopt;
  Outcome outcome;
  const auto leave = [&](const Segment& segment) {
    const bool big = segment.bytes.size() >= big_bytes;
    if (big || outcome.small == 0) outcome.begin = segment.first_sequence + (big ? 1 : 0);
    outcome.small = big ? 0 : outcome.small + 1;
  };
  const std::span all(small_);
  for (std::size_t first = 0, end = 0; first < all.size(); first = end) {
    for (std::size_t bytes = 0; end < all.size(); ++end) {
      bytes += all[end].bytes.size();
      if (bytes > most_merged_bytes) break;
    }
    const auto group = all.subspan(first, end - first);
    if (group.size() == 1) {
      leave(group.front());
      continue;
    }
    auto one = joined(group);
    if (!one) return std::nullopt;
    for (const auto& part : group) outcome.merged.push_back({part.entity, part.first_sequence});
    leave(*one);
    outcome.segments.push_back(*std::move(one));
  }
  return outcome;
}

}  // namespace loyalty::actors
