// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_cluster.hpp"

#include <array>
#include <charconv>
#include <set>

namespace loyalty::persistence {
namespace {

constexpr std::array<std::uint16_t, 256> make_crc16_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}
constexpr auto crc16_table = make_crc16_table();

std::uint16_t crc16(std::string_view bytes) {
  std::uint16_t crc = 0;
  for (const char byte : bytes) {
    const auto index = static_cast<std::uint8_t>((crc >> 8) ^ static_cast<std::uint8_t>(byte));
    crc = static_cast<std::uint16_t>((crc << 8) ^ crc16_table[index]);
  }
  return crc;
}

std::optional<std::uint16_t> slot_number(std::optional<std::int64_t> value) {
  if (!value || *value < 0 || *value >= cluster_slots) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

}  // namespace

std::uint16_t slot_of(std::string_view key) {
  if (const auto open = key.find('{'); open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) {
      key = key.substr(open + 1, close - open - 1);
    }
  }
  return crc16(key) % cluster_slots;
}

std::optional<SlotMap> SlotMap::parse(ReplyView reply, const RedisEndpoint& asked) {
  SlotMap map;
  const auto ranges = reply.size();
  if (!ranges) return std::nullopt;
  for (std::size_t i = 0; i < *ranges; ++i) {
    const auto first = slot_number(reply[i][0].integer());
    const auto last = slot_number(reply[i][1].integer());
    const ReplyView primary = reply[i][2];
    const auto host = primary[0].text();
    const auto port = primary[1].integer();
    if (!first || !last || *last < *first || !port || *port < 1 || *port > 65535) {
      return std::nullopt;
    }
    const bool has_host = host && !host->empty() && *host != "?";
    map.ranges_[*first] = {.last = *last,
                           .primary = {.host = has_host ? std::string(*host) : asked.host,
                                       .port = static_cast<std::uint16_t>(*port),
                                       .path = {}}};
  }
  return map;
}

const RedisEndpoint* SlotMap::primary_of(std::uint16_t slot) const {
  if (const auto moved = moved_.find(slot); moved != moved_.end()) return &moved->second;
  auto range = ranges_.upper_bound(slot);
  if (range == ranges_.begin()) return nullptr;
  --range;
  return slot <= range->second.last ? &range->second.primary : nullptr;
}

std::vector<RedisEndpoint> SlotMap::primaries() const {
  std::set<RedisEndpoint> all;
  for (const auto& [first, range] : ranges_) all.insert(range.primary);
  return {all.begin(), all.end()};
}

std::optional<Redirection> parse_redirection(std::string_view error, const RedisEndpoint& asked) {
  const std::string_view code = error_code(error);
  if (code != "MOVED" && code != "ASK") return std::nullopt;
  error.remove_prefix(std::min(error.size(), code.size() + 1));
  Redirection found{.for_good = code == "MOVED"};
  const auto [slot_end, slot_error] =
      std::from_chars(error.data(), error.data() + error.size(), found.slot);
  const auto colon = error.rfind(':');
  if (slot_error != std::errc{} || found.slot >= cluster_slots || slot_end == error.end() ||
      *slot_end != ' ' || colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto begin = static_cast<std::size_t>(slot_end - error.data()) + 1;
  if (colon < begin) return std::nullopt;
  // Without a host it is another port of the server that says so.
  found.to.host = colon == begin ? asked.host : std::string(error.substr(begin, colon - begin));
  const char* const port = error.data() + colon + 1;
  if (std::from_chars(port, error.data() + error.size(), found.to.port).ptr !=
          error.data() + error.size() ||
      found.to.port == 0) {
    return std::nullopt;
  }
  return found;
}

}  // namespace loyalty::persistence
