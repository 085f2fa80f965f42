// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_membership_script.hpp"

namespace loyalty::persistence {

// What is not changed is written again where the caller waits for replicas to have it.

const std::string_view node_join_script = R"lua(#!lua
local at = redis.call('HGET', KEYS[1], ARGV[1])
if at then
  local inc, state = string.match(at, '^(%x+) (%a+) ')
  if inc == ARGV[2] then
    redis.call('HSET', KEYS[1], ARGV[1], at)
    return 1
  end
  if state ~= 'dead' then return 0 end
end
local v = tonumber(redis.call('HGET', KEYS[2], 'v') or '0')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], 'v', string.format('%.0f', v + 1))
return 1
)lua";

const std::string_view node_beat_script = R"lua(#!lua
local at = redis.call('HGET', KEYS[1], ARGV[1])
local v = redis.call('HGET', KEYS[2], 'v') or '0'
local inc, state, beat, rest = string.match(at or '', '^(%x+) (%a+) (%d+) (.*)$')
if inc ~= ARGV[2] or state == 'dead' then return {0, v} end
beat = string.format('%.0f', tonumber(beat) + 1)
redis.call('HSET', KEYS[1], ARGV[1], inc .. ' ' .. state .. ' ' .. beat .. ' ' .. rest)
return {1, v}
)lua";

const std::string_view node_expire_script = R"lua(#!lua
local at = redis.call('HGET', KEYS[1], ARGV[1])
local inc, state, beat, rest = string.match(at or '', '^(%x+) (%a+) (%d+) (.*)$')
if inc ~= ARGV[2] then return 0 end
if state == 'dead' then
  redis.call('HSET', KEYS[1], ARGV[1], at)
  return 1
end
if beat ~= ARGV[3] then return 0 end
local v = tonumber(redis.call('HGET', KEYS[2], 'v') or '0')
redis.call('HSET', KEYS[1], ARGV[1], inc .. ' dead ' .. beat .. ' ' .. rest)
redis.call('HSET', KEYS[2], 'v', string.format('%.0f', v + 1))
return 1
)lua";

const std::string_view node_enter_script = R"lua(#!lua
local at = redis.call('HGET', KEYS[1], ARGV[1])
local inc, state, rest = string.match(at or '', '^(%x+) (%a+) (.*)$')
if inc ~= ARGV[2] or state == 'dead' then return 0 end
if state == ARGV[3] then
  redis.call('HSET', KEYS[1], ARGV[1], at)
  return 1
end
if ARGV[3] == 'up' and state ~= 'joining' then return 0 end
local v = tonumber(redis.call('HGET', KEYS[2], 'v') or '0')
redis.call('HSET', KEYS[1], ARGV[1], inc .. ' ' .. ARGV[3] .. ' ' .. rest)
redis.call('HSET', KEYS[2], 'v', string.format('%.0f', v + 1))
return 1
)lua";

const std::string_view node_leave_script = R"lua(#!lua
local at = redis.call('HGET', KEYS[1], ARGV[1])
if string.match(at or '', '^(%x+) ') ~= ARGV[2] then return 1 end
local v = tonumber(redis.call('HGET', KEYS[2], 'v') or '0')
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], 'v', string.format('%.0f', v + 1))
return 1
)lua";

const std::string_view node_pin_script = R"lua(#!lua
local v = tonumber(redis.call('HGET', KEYS[2], 'v') or '0')
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
redis.call('HSET', KEYS[2], 'v', string.format('%.0f', v + 1))
return 1
)lua";

const std::string_view node_view_script = R"lua(#!lua flags=no-writes
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
)lua";

}  // namespace loyalty::persistence
