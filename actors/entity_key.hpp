// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/call.hpp"
#include "persistence/store.hpp"

/// How entities are named in stores and journals: "m:PROGRAM:MEMBER", "p:PROGRAM",
/// "x:PROGRAM:PARTNER", "b:PROGRAM:PROMOTION" for the limits that all members share, "o:SHARD" for
/// the outbox of a shard, and "r:PROGRAM:PIECE" for a piece of what it keeps for reports. Ids hold
/// no colon.
namespace loyalty::actors {

enum class EntityType : char {
  member = 'm',
  program = 'p',
  partner = 'x',
  budget = 'b',
  outbox = 'o',
  report = 'r'
};

std::string member_key(std::string_view program, std::string_view member);
std::string program_key(std::string_view program);
std::string partner_key(std::string_view program, std::string_view partner);
std::string budget_key(std::string_view program, std::string_view promotion);
std::string outbox_key(persistence::ShardId shard);
/// Of records with counts, where `piece` is empty.
std::string report_key(std::string_view program, std::string_view piece = {});
/// Its snapshot says that a shard has reports. No program is called ".".
inline constexpr const char* report_root = "r:.";

/// A member, a program or a partner: it has a history, and is an actor.
bool is_actor(std::string_view key);

EntityType type_of(std::string_view key);
/// The program in a key.
std::string_view program_of(std::string_view key);
/// The member or partner in a key; "" for a program.
std::string_view id_of(std::string_view key);

/// Stored data depend on it: it never changes.
persistence::ShardId shard_of(std::string_view key, persistence::ShardId shards);

}  // namespace loyalty::actors
