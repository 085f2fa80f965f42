// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "persistence/redis_reply.hpp"
#include "persistence/redis_url.hpp"

/// Who serves which keys of a Redis Cluster.
namespace loyalty::persistence {

inline constexpr std::uint16_t cluster_slots = 16384;

/// The hash slot of a key: CRC16 (XModem) of its tag, the part between the first `{` and the next
/// `}`, or of the whole key where there is none.
std::uint16_t slot_of(std::string_view key);

class SlotMap {
 public:
  /// From the reply to CLUSTER SLOTS; nullopt when it is no such reply. Nodes without an address
  /// are those that were asked.
  static std::optional<SlotMap> parse(ReplyView reply, const RedisEndpoint& asked);

  /// nullptr where nobody serves the slot.
  const RedisEndpoint* primary_of(std::uint16_t slot) const;
  /// What a server said when it was asked for a slot that is no longer its own.
  void moved(std::uint16_t slot, RedisEndpoint to) { moved_[slot] = std::move(to); }
  /// Every primary once.
  std::vector<RedisEndpoint> primaries() const;

 private:
  struct Range {
    std::uint16_t last = 0;
    RedisEndpoint primary;
  };
  std::map<std::uint16_t, Range> ranges_;  // by first slot
  std::map<std::uint16_t, RedisEndpoint> moved_;
};

/// "MOVED 3999 127.0.0.1:6381" (for good) and "ASK ..." (this once).
struct Redirection {
  bool for_good = false;
  std::uint16_t slot = 0;
  RedisEndpoint to;
};
std::optional<Redirection> parse_redirection(std::string_view error, const RedisEndpoint& asked);

}  // namespace loyalty::persistence
