// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_durability.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

struct Requirement {
  std::string name;
  std::string expected;
};

std::vector<Requirement> requirements(Durability durability) {
  std::vector<Requirement> all = {{"maxmemory-policy", "noeviction"}, {"appendonly", "yes"}};
  if (durability == Durability::fsync) {
    all.push_back({"appendfsync", "always"});
    all.push_back({"no-appendfsync-on-rewrite", "no"});
  }
  return all;
}

std::string_view name_of(Durability durability) {
  switch (durability) {
    case Durability::relaxed: return "relaxed";
    case Durability::fsync: return "fsync";
    case Durability::replicated: break;
  }
  return "replicated";
}

Fault refused(const RedisConnection& connection, const std::string& why) {
  return unavailable("Redis at " + connection.endpoint().name() + ": " + why);
}

Fault too_weak(const RedisConnection& connection, Durability durability, const std::string& name,
               const std::string& value, const std::string& expected, const std::string& mend) {
  return refused(connection, name + " is " + value + ", but durability " +
                                 std::string(name_of(durability)) + " needs " + expected +
                                 " (set it with: " + mend + ")");
}

StoreResult<Settings> parse_settings(const RedisConnection& connection, ReplyView reply) {
  if (const auto error = reply.error()) {
    const bool denied = error_code(*error) == "NOPERM";
    return refused(connection, denied ? "the settings cannot be checked: the user lacks the "
                                        "permission +config|get"
                                      : std::string(*error));
  }
  Settings settings;
  const auto size = reply.size();
  if (!size || *size % 2 != 0) return refused(connection, "CONFIG GET gave no list of settings");
  for (std::size_t i = 0; i < *size; i += 2) {
    const auto name = reply[i].text();
    const auto value = reply[i + 1].text();
    if (!name || !value) return refused(connection, "CONFIG GET gave no list of settings");
    settings.insert_or_assign(std::string(*name), std::string(*value));
  }
  return settings;
}

StoreResult<std::string_view> parse_info(const RedisConnection& connection, ReplyView reply) {
  if (const auto error = reply.error()) {
    const bool denied = error_code(*error) == "NOPERM";
    return refused(connection, denied ? "the role cannot be checked: the user lacks the "
                                        "permission +info"
                                      : std::string(*error));
  }
  const auto info = reply.text();
  if (!info) return refused(connection, "INFO gave no text");
  return *info;
}

std::string value_of(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "unknown" : found->second;
}

/// Calls `visit` with each line.
template <class Visit>
void for_each_line(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    visit(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
}

}  // namespace

bool is_primary(std::string_view info) {
  bool primary = false;
  for_each_line(info, [&](std::string_view line) { primary |= line == "role:master"; });
  return primary;
}

std::size_t online_replicas(std::string_view info) {
  std::size_t online = 0;
  for_each_line(info, [&](std::string_view line) {
    const bool replica =
        line.starts_with("slave") && line.size() > 5 && line[5] >= '0' && line[5] <= '9';
    if (replica && line.find(",state=online,") != std::string_view::npos) ++online;
  });
  return online;
}

StoreResult<ServerState> check_role(RedisConnection& connection, Deadline deadline) {
  const std::array<RedisCommand, 1> question = {RedisCommand{"INFO", "replication"}};
  const auto replies = ask(connection, question, deadline);
  if (!replies) return Fault{replies.error()};
  const auto info = parse_info(connection, replies->front().view());
  if (!info) return Fault{info.error()};
  return ServerState{.primary = is_primary(*info), .replicas = online_replicas(*info)};
}

StoreResult<ServerState> check_server(RedisConnection& connection, Durability durability,
                                      Deadline deadline) {
  auto state = check_role(connection, deadline);
  if (!state) return state;
  const std::array<RedisCommand, 1> question = {
      RedisCommand{"CONFIG", "GET", "appendonly", "appendfsync", "no-appendfsync-on-rewrite",
                   "maxmemory-policy", "min-replicas-to-write"}};
  const auto replies = ask(connection, question, deadline);
  if (!replies) return Fault{replies.error()};
  const auto settings = parse_settings(connection, replies->front().view());
  if (!settings) return Fault{settings.error()};

  for (const auto& [name, expected] : requirements(durability)) {
    const std::string value = value_of(*settings, name);
    if (value != expected) {
      return too_weak(connection, durability, name, value, expected,
                      "CONFIG SET " + name + " " + expected + ", and in redis.conf");
    }
  }
  if (durability == Durability::replicated) {
    const std::string least = value_of(*settings, "min-replicas-to-write");
    if (least == "0" || least == "unknown") {
      return too_weak(connection, durability, "min-replicas-to-write", least, "1 or more",
                      "CONFIG SET min-replicas-to-write 1, and in redis.conf");
    }
    if (state->replicas == 0) {
      return too_weak(connection, durability, "the number of replicas online", "0", "1 or more",
                      "REPLICAOF on the replica");
    }
  }
  state->synced = value_of(*settings, "appendfsync") == "always" &&
                  value_of(*settings, "no-appendfsync-on-rewrite") == "no";
  return state;
}

}  // namespace loyalty::persistence
