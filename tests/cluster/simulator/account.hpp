// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/outbox_cursor.hpp"
#include "persistence/store.hpp"

/// The least that has all that points have: a balance that may not fall below zero, keys that are
/// remembered, transfers to others, and a count of what happened.
namespace loyalty::cluster::simulator {

enum class Kind : std::uint8_t { deposit, withdraw, transfer, read, received };

/// What a client asks for, and how it stands in the journal.
struct Operation {
  Kind kind = Kind::read;
  std::string key;
  std::uint32_t account = 0;
  std::uint32_t to = 0;  ///< of a transfer
  std::int64_t amount = 0;
  bool done = false;  ///< or refused, for ever
  // Of what was received:
  std::uint32_t source = 0;
  domain::OutboxId id;

  std::string encoded() const;
  static std::optional<Operation> decoded(std::string_view bytes);
};

struct Result {
  bool done = false;
  std::int64_t balance = 0;
  std::uint64_t version = 0;
  friend bool operator==(const Result&, const Result&) = default;
};

struct Account {
  std::int64_t balance = 0;
  std::uint64_t version = 0;
  std::map<std::string, Result> keys;
  std::map<std::uint32_t, domain::OutboxId> received;

  /// What it would do, as it stands in the journal then.
  Operation decide(Operation wanted) const;
  void apply(const Operation& happened);
};

inline persistence::ShardId shard_of_account(std::uint32_t account, persistence::ShardId shards) {
  return static_cast<persistence::ShardId>(account % shards);
}
/// An account as the outbox knows it, and back.
std::string destination_of(std::uint32_t account);
std::uint32_t account_of(const std::string& destination);

}  // namespace loyalty::cluster::simulator
