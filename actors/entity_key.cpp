// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_key.hpp"

#include <xxhash.h>

namespace loyalty::actors {
namespace {

std::string key(EntityType type, std::string_view program, std::string_view id) {
  std::string result;
  result.reserve(program.size() + id.size() + 3);
  result += static_cast<char>(type);
  result += ':';
  result += program;
  if (!id.empty()) {
    result += ':';
    result += id;
  }
  return result;
}

}  // namespace

std::string member_key(std::string_view program, std::string_view member) {
  return key(EntityType::member, program, member);
}
std::string program_key(std::string_view program) { return key(EntityType::program, program, {}); }
std::string partner_key(std::string_view program, std::string_view partner) {
  return key(EntityType::partner, program, partner);
}
std::string budget_key(std::string_view program, std::string_view promotion) {
  return key(EntityType::budget, program, promotion);
}
std::string outbox_key(persistence::ShardId shard) {
  return key(EntityType::outbox, std::to_string(shard), {});
}

std::string report_key(std::string_view program, std::string_view piece) {
  return key(EntityType::report, program, piece);
}

bool is_actor(std::string_view key) {
  return type_of(key) != EntityType::outbox && type_of(key) != EntityType::report;
}

EntityType type_of(std::string_view key) { return static_cast<EntityType>(key.front()); }

std::string_view program_of(std::string_view key) {
  key.remove_prefix(2);
  return key.substr(0, key.find(':'));
}

std::string_view id_of(std::string_view key) {
  key.remove_prefix(2);
  const auto colon = key.find(':');
  return colon == std::string_view::npos ? std::string_view() : key.substr(colon + 1);
}

persistence::ShardId shard_of(std::string_view key, persistence::ShardId shards) {
  return static_cast<persistence::ShardId>(XXH3_64bits(key.data(), key.size()) % shards);
}

}  // namespace loyalty::actors
