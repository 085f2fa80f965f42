// SPDX-License-Identifier: Apache-2.0
#include "actors/segment.hpp"

#include <zstd.h>

#include <memory>

#include "domain/invariant.hpp"

namespace loyalty::actors {
namespace {

/// First byte of a segment: a zstd frame follows.
constexpr char zstd_format = 1;
constexpr int compression_level = 3;
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
  codec::Writer out;
  out.array(records.size());
  for (const auto record : records) out.raw(record);
  const std::string unpacked = out.take();

  std::string packed(1 + ZSTD_compressBound(unpacked.size()), zstd_format);
  const std::size_t size = ZSTD_compressCCtx(compressor(), packed.data() + 1, packed.size() - 1,
                                             unpacked.data(), unpacked.size(), compression_level);
  domain::invariant(ZSTD_isError(size) == 0, "a segment can be compressed");
  packed.resize(1 + size);
  packed.shrink_to_fit();
  return packed;
}

std::optional<std::string> unpack_segment(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != zstd_format) return std::nullopt;
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

}  // namespace loyalty::actors
