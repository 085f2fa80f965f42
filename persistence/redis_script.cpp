// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_script.hpp"

#include <vector>

#include "persistence/faults.hpp"
#include "persistence/redis_membership_script.hpp"

namespace loyalty::persistence {
namespace {

// own + {epoch, nonce, head, chain, seal, checkpoint, its seal}
constexpr std::string_view create = R"lua(#!lua
local own = KEYS[1]
if redis.call('EXISTS', own) == 1 then return 0 end
redis.call('HSET', own, 'e', ARGV[1], 'o', ARGV[2], 'h', ARGV[3], 'c', ARGV[4], 'x', ARGV[5],
           'cp', ARGV[6], 'y', ARGV[7])
return 1
)lua";

// own + seen {epoch, nonce, head, chain}, then {epoch, nonce, seal}
constexpr std::string_view swap_owner = R"lua(#!lua
local own = KEYS[1]
local r = redis.call('HMGET', own, 'e', 'o', 'h', 'c')
for i = 1, 4 do
  if r[i] ~= ARGV[i] then return 0 end
end
redis.call('HSET', own, 'e', ARGV[5], 'o', ARGV[6], 'x', ARGV[7])
return 1
)lua";

constexpr std::string_view touch = R"lua(#!lua
local own = KEYS[1]
local r = redis.call('HMGET', own, 'e', 'o', 'h', 'c', 'x', 'cp', 'y')
if r[1] then redis.call('HSET', own, 'e', r[1]) end
return r
)lua";

// own, journal, snapshots, pinned, history, index, timers
// + epoch, nonce, head, chain, new head, new chain, new seal, checkpoint or '', its seal,
//   'ok' or 'no' (contradicts itself), block or '', then operations:
//   s entity value | p entity value | m entity first field | h entity first field value
//   t member to remove or '' | member to add or ''
constexpr std::string_view commit = R"lua(#!lua
local own, journal, snapshots, pinned, history, index, timers =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local r = redis.call('HMGET', own, 'e', 'o', 'h', 'c', 'x', 'cp', 'y')
local function refuse(why)
  return {why, r[1], r[2], r[3], r[4], r[5], r[6], r[7]}
end
if not r[1] then return {'gone'} end
if r[1] ~= ARGV[1] or r[2] ~= ARGV[2] or r[2] == '' then return refuse('no') end
if r[3] ~= ARGV[3] or r[4] ~= ARGV[4] then
  -- The same commit again: its end has to reach the replicas before it is confirmed.
  if ARGV[11] ~= '' and r[3] == ARGV[5] and r[4] == ARGV[6] then
    redis.call('HSET', own, 'e', r[1])
  end
  return refuse('no')
end
if ARGV[10] ~= 'ok' then return refuse('no') end
-- A key of another type fails here, before anything is written.
redis.call('XLEN', journal)
redis.call('HLEN', snapshots)
redis.call('HLEN', pinned)
redis.call('HLEN', history)
redis.call('HLEN', index)
redis.call('ZCARD', timers)

if ARGV[11] ~= '' then
  local added = redis.pcall('XADD', journal, ARGV[5] .. '-0', 'b', ARGV[11])
  if type(added) == 'table' and added.err then return {'stuck', added.err} end
end

local lists = {}
local function list_of(entity)
  local list = lists[entity]
  if not list then
    list = redis.call('HGET', index, entity) or ''
    lists[entity] = list
  end
  return list
end
-- Where a number of 16 digits is in an ascending list of such, or belongs.
local function find(list, first)
  local at = #list / 16
  while at > 0 do
    local here = string.sub(list, at * 16 - 15, at * 16)
    if here == first then return at, true end
    if here < first then break end
    at = at - 1
  end
  return at, false
end

local i, n = 12, #ARGV
while i <= n do
  local op = ARGV[i]
  if op == 's' then
    redis.call('HSET', snapshots, ARGV[i + 1], ARGV[i + 2])
    redis.call('HDEL', pinned, ARGV[i + 1])
    i = i + 3
  elseif op == 'p' then
    redis.call('HSET', pinned, ARGV[i + 1], ARGV[i + 2])
    redis.call('HDEL', snapshots, ARGV[i + 1])
    i = i + 3
  elseif op == 'm' then
    local list = list_of(ARGV[i + 1])
    local at, there = find(list, ARGV[i + 2])
    if there then
      lists[ARGV[i + 1]] = string.sub(list, 1, at * 16 - 16) .. string.sub(list, at * 16 + 1)
    end
    redis.call('HDEL', history, ARGV[i + 3])
    i = i + 4
  elseif op == 'h' then
    local list = list_of(ARGV[i + 1])
    local at, there = find(list, ARGV[i + 2])
    if not there then
      lists[ARGV[i + 1]] = string.sub(list, 1, at * 16) .. ARGV[i + 2] ..
                           string.sub(list, at * 16 + 1)
    end
    redis.call('HSET', history, ARGV[i + 3], ARGV[i + 4])
    i = i + 5
  else
    if ARGV[i + 1] ~= '' then redis.call('ZREM', timers, ARGV[i + 1]) end
    if ARGV[i + 2] ~= '' then redis.call('ZADD', timers, 0, ARGV[i + 2]) end
    i = i + 3
  end
end
for entity, list in pairs(lists) do
  if list == '' then
    redis.call('HDEL', index, entity)
  else
    redis.call('HSET', index, entity, list)
  end
end

redis.call('HSET', own, 'h', ARGV[5], 'c', ARGV[6], 'x', ARGV[7])
local new, old = ARGV[8], r[6] or ''
if new ~= '' and (#new > #old or (#new == #old and new > old)) then
  redis.call('HSET', own, 'cp', new, 'y', ARGV[9])
end
return {'ok'}
)lua";

// own, cursors + name, value
constexpr std::string_view put_cursor = R"lua(#!lua
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
)lua";

// own, snapshots, pinned + entities
constexpr std::string_view load = R"lua(#!lua flags=no-writes
local found = {}
for i = 1, #ARGV do
  local plain = redis.call('HGET', KEYS[2], ARGV[i])
  local pin = redis.call('HGET', KEYS[3], ARGV[i])
  found[i] = {plain, pin}
end
return {redis.call('HMGET', KEYS[1], 'e', 'o', 'h', 'c', 'x', 'cp', 'y'), found}
)lua";

// own, history, index + entity, first sequence from which on, most bytes
constexpr std::string_view history = R"lua(#!lua flags=no-writes
local list = redis.call('HGET', KEYS[3], ARGV[1]) or ''
local found, bytes, most = {}, 0, tonumber(ARGV[3])
local at = 1
while at <= #list and bytes < most do
  local first = string.sub(list, at, at + 15)
  if #first < 16 or first >= ARGV[2] then
    local value = redis.call('HGET', KEYS[2], first .. ARGV[1])
    found[#found + 1] = first
    found[#found + 1] = value
    bytes = bytes + (value and #value or 0)
  end
  at = at + 16
end
return {redis.call('HMGET', KEYS[1], 'e', 'o', 'h', 'c', 'x', 'cp', 'y'), found,
        at > #list and 1 or 0}
)lua";

// a hash + cursor, about how many
constexpr std::string_view names_script = R"lua(#!lua flags=no-writes
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local found = {}
for i = 1, #page[2], 2 do found[#found + 1] = page[2][i] end
return {page[1], found}
)lua";

// cfg + format version, shards, id, seal
constexpr std::string_view found_store = R"lua(#!lua
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'n', ARGV[2], 'id', ARGV[3], 'x', ARGV[4])
return 1
)lua";

// nodes + nonce, record
constexpr std::string_view join = R"lua(#!lua
local before = redis.call('HGETALL', KEYS[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return before
)lua";

// a key + commands with as many arguments as they take at least, '' between them
constexpr std::string_view allowed = R"lua(#!lua flags=no-writes
local denied, command = {}, {}
for i = 1, #ARGV do
  if ARGV[i] ~= '' then
    command[#command + 1] = ARGV[i]
  else
    if not redis.acl_check_cmd(unpack(command)) then denied[#denied + 1] = command[1] end
    command = {}
  end
end
return denied
)lua";

std::array<std::string_view, script_count> all_sources() {
  return {create,
          swap_owner,
          touch,
          commit,
          put_cursor,
          load,
          history,
          names_script,
          found_store,
          join,
          allowed,
          node_join_script,
          node_beat_script,
          node_expire_script,
          node_enter_script,
          node_leave_script,
          node_pin_script,
          node_view_script};
}

}  // namespace

StoreResult<bool> ScriptSet::load(RedisConnection& connection, Deadline deadline) {
  std::vector<RedisCommand> commands;
  for (const auto source : all_sources()) commands.push_back({"SCRIPT", "LOAD", source});
  const auto replies = ask(connection, commands, deadline);
  if (!replies) return Fault{replies.error()};
  const std::string where = "Redis at " + connection.endpoint().name() + ": ";
  for (std::size_t i = 0; i < script_count; ++i) {
    const ReplyView reply = (*replies)[i].view();
    if (const auto error = reply.error()) {
      return unavailable(where + "the scripts cannot be loaded: " + std::string(*error));
    }
    const auto digest = reply.text();
    if (!digest || digest->size() != 40) return unavailable(where + "SCRIPT LOAD gave no digest");
    digests_[i] = *digest;
  }
  return true;
}

RedisCommand ScriptSet::call(Script script, std::initializer_list<std::string_view> keys) const {
  RedisCommand command{"EVALSHA", digests_[static_cast<std::size_t>(script)],
                       std::to_string(keys.size())};
  for (const auto key : keys) command.add(key);
  return command;
}

RedisCommand& add_needed_commands(RedisCommand& command, bool writes) {
  const std::string key = "loy:{m}:cfg";
  const std::vector<std::vector<std::string_view>> reading = {{"hget", key, "f"},
                                                              {"hmget", key, "f"},
                                                              {"hgetall", key},
                                                              {"hscan", key, "0"},
                                                              {"xrange", key, "-", "+"},
                                                              {"xrevrange", key, "+", "-"},
                                                              {"zrangebylex", key, "-", "+"}};
  const std::vector<std::vector<std::string_view>> writing = {{"exists", key},
                                                              {"hset", key, "f", "v"},
                                                              {"hdel", key, "f"},
                                                              {"hlen", key},
                                                              {"xlen", key},
                                                              {"zcard", key},
                                                              {"zrem", key, "m"},
                                                              {"zadd", key, "0", "m"},
                                                              {"xadd", key, "*", "b", "v"},
                                                              {"xtrim", key, "MINID", "0"}};
  const auto add = [&](const std::vector<std::vector<std::string_view>>& list) {
    for (const auto& parts : list) {
      for (const auto part : parts) command.add(part);
      command.add("");
    }
  };
  add(reading);
  if (writes) add(writing);
  return command;
}

}  // namespace loyalty::persistence
