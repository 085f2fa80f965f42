// SPDX-License-Identifier: Apache-2.0
#include "persistence/block.hpp"

#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/bytes.hpp"
#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view magic = "LYB1";
constexpr std::size_t count_offset = 24;
constexpr std::size_t header_size = 36;
constexpr std::size_t record_header_size = 8;
constexpr std::size_t chain_size = 8;

std::uint64_t chain_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Fault bad_block(ShardId shard, std::uint64_t position, const std::string& what) {
  return damaged(shard_name(shard) + ", block after position " + std::to_string(position) + ": " +
                 what);
}

}  // namespace

BlockBuilder::BlockBuilder(std::size_t expected_bytes) {
  bytes_.reserve(std::max(expected_bytes, header_size));
  bytes_.resize(header_size);
}

void BlockBuilder::add(std::string_view record) {
  append_le(bytes_, static_cast<std::uint32_t>(record.size()));
  append_le(bytes_, crc32c(record));
  bytes_.append(record);
  ++count_;
}

Block BlockBuilder::finish(ShardId shard, std::uint64_t epoch, const Head& previous) && {
  std::string header(magic);
  append_le(header, shard);
  append_le(header, std::uint16_t{0});
  append_le(header, epoch);
  append_le(header, previous.position + 1);
  append_le(header, count_);
  append_le(header, previous.chain);
  bytes_.replace(0, header_size, header);
  const std::uint64_t chain = chain_of(bytes_);
  append_le(bytes_, chain);
  return Block{.last_position = previous.position + count_,
               .count = count_,
               .chain = chain,
               .bytes = std::move(bytes_)};
}

Head announced_previous(const Block& block) {
  if (block.bytes.size() < header_size) return {};
  return {read_le<std::uint64_t>(block.bytes, 16) - 1, read_le<std::uint64_t>(block.bytes, 28)};
}

std::uint64_t announced_epoch(const Block& block) {
  return block.bytes.size() < header_size ? 0 : read_le<std::uint64_t>(block.bytes, 8);
}

StoreResult<ParsedBlock> parse_block(ShardId shard, const Head& previous, const Block& block) {
  const auto bad = [&](const std::string& what) {
    return bad_block(shard, previous.position, what);
  };
  const std::string_view bytes = block.bytes;
  if (bytes.size() < header_size + chain_size) return bad("too short");
  if (!bytes.starts_with(magic)) return bad("unknown magic");

  // The chain first: after it, everything else can only be wrong by intent or by mistake.
  const std::string_view body = bytes.substr(0, bytes.size() - chain_size);
  const auto chain = read_le<std::uint64_t>(bytes, body.size());
  if (chain != chain_of(body)) return bad("the chain hash does not match the bytes");
  if (chain != block.chain) return bad("not the block its key announces");

  if (read_le<std::uint16_t>(body, 4) != shard) return bad("belongs to another shard");
  if (read_le<std::uint16_t>(body, 6) != 0) return bad("reserved bytes are set");
  const auto count = read_le<std::uint32_t>(body, count_offset);
  ParsedBlock parsed{.epoch = read_le<std::uint64_t>(body, 8),
                     .first_position = read_le<std::uint64_t>(body, 16),
                     .previous_chain = read_le<std::uint64_t>(body, 28),
                     .chain = chain,
                     .records = {}};
  if (parsed.previous_chain != previous.chain) return bad("does not follow the block before it");
  if (previous.position > std::numeric_limits<std::uint64_t>::max() - count - 1 ||
      parsed.first_position != previous.position + 1) {
    return bad("starts at position " + std::to_string(parsed.first_position));
  }
  if (count == 0 || count != block.count || block.last_position != previous.position + count) {
    return bad("holds another number of records than announced");
  }
  if (count > (body.size() - header_size) / record_header_size) return bad("too short");

  parsed.records.reserve(count);
  std::string_view rest = body.substr(header_size);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (rest.size() < record_header_size) return bad("ends within a record");
    const auto length = read_le<std::uint32_t>(rest, 0);
    const auto crc = read_le<std::uint32_t>(rest, 4);
    rest.remove_prefix(record_header_size);
    if (rest.size() < length) return bad("ends within a record");
    const std::string_view record = rest.substr(0, length);
    if (crc32c(record) != crc) {
      return bad("checksum of the record at position " + std::to_string(parsed.first_position + i) +
                 " does not match");
    }
    parsed.records.push_back(record);
    rest.remove_prefix(length);
  }
  if (!rest.empty()) return bad("bytes after the last record");
  return parsed;
}

}  // namespace loyalty::persistence
