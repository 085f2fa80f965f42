#!lua name=loyalty
-- SPDX-License-Identifier: Apache-2.0
-- The rules of w1_core.hpp as a Redis function.
-- Keys: 1 = m:<member> (hash), 2 = l:<member> (list of "expiry:points"), 3 = t:<tx id> (dedup marker).
-- Purchase args: amount (cents), partner, day.   Redeem args: points, day.   Query: key 1 only.
local MULT = {[0] = 100, 125, 150, 200}
local TMIN = {10000, 50000, 200000}

redis.register_function('purchase', function(k, a)
  local c = redis.call
  local mk = k[1]
  local m = c('HMGET', mk, 'nq', 'q', 't', '1', '2', '3')
  if not m[1] then return redis.error_reply('NOMEMBER unknown') end
  if not c('SET', k[3], '1', 'NX', 'EX', '604800') then return redis.error_reply('DUPLICATE tx') end
  local amount, partner, day = tonumber(a[1]), tonumber(a[2]), tonumber(a[3])
  local nq, q, t = tonumber(m[1]), tonumber(m[2]), tonumber(m[3])
  local p1, p2, p3 = tonumber(m[4]) + amount, tonumber(m[5]) + 1, tonumber(m[6])
  local base = math.floor(amount / 100)
  local pts = math.floor(base * MULT[t] / 100)
  local rew = 0
  while p1 >= 50000 do p1 = p1 - 50000; rew = rew + 100 end
  while p2 >= 10 do p2 = p2 - 10; rew = rew + 50 end
  if partner < 10 then
    p3 = p3 + amount
    while p3 >= 20000 do p3 = p3 - 20000; rew = rew + 80 end
  end
  local all = pts + rew
  nq = nq + all
  q = q + base
  while t < 3 and q >= TMIN[t + 1] do t = t + 1 end
  c('HSET', mk, 'nq', nq, 'q', q, 't', t, '1', p1, '2', p2, '3', p3)
  c('RPUSH', k[2], (day + 365) .. ':' .. all)
  c('HINCRBY', 'liability', a[2], all)
  c('XADD', 'journal', '*', 'd', k[3] .. '|' .. mk .. '|P|' .. a[1] .. '|' .. a[2] .. '|' .. a[3] .. '|' .. pts ..
    '|' .. rew .. '|' .. nq .. '|' .. q .. '|' .. t)
  return {all, nq, q, t}
end)

redis.register_function('redeem', function(k, a)
  local c = redis.call
  local mk, lk = k[1], k[2]
  local m = c('HMGET', mk, 'nq', 'q', 't')
  if not m[1] then return redis.error_reply('NOMEMBER unknown') end
  if not c('SET', k[3], '1', 'NX', 'EX', '604800') then return redis.error_reply('DUPLICATE tx') end
  local want, day, nq = tonumber(a[1]), tonumber(a[2]), tonumber(m[1])
  local was = nq
  local left = want
  local head = c('LINDEX', lk, 0)
  while head do                                   -- drop what has expired
    local e, p = head:match('^(%d+):(%d+)$')
    if tonumber(e) >= day then break end
    nq = nq - tonumber(p)
    c('LPOP', lk)
    head = c('LINDEX', lk, 0)
  end
  if nq < want then
    if nq ~= was then c('HSET', mk, 'nq', nq) end
    return redis.error_reply('INSUFFICIENT points')
  end
  while left > 0 do                               -- oldest lot first
    local e, p = head:match('^(%d+):(%d+)$')
    p = tonumber(p)
    if p > left then
      c('LSET', lk, 0, e .. ':' .. (p - left))
      left = 0
    else
      left = left - p
      c('LPOP', lk)
      if left > 0 then head = c('LINDEX', lk, 0) end
    end
  end
  nq = nq - want
  c('HSET', mk, 'nq', nq)
  c('XADD', 'journal', '*', 'd', k[3] .. '|' .. mk .. '|R|' .. a[1] .. '|' .. a[2] .. '|' .. nq)
  return {-want, nq, tonumber(m[2]), tonumber(m[3])}
end)

redis.register_function{function_name = 'query', flags = {'no-writes'}, callback = function(k)
  local m = redis.call('HMGET', k[1], 'nq', 'q', 't')
  if not m[1] then return redis.error_reply('NOMEMBER unknown') end
  return {0, tonumber(m[1]), tonumber(m[2]), tonumber(m[3])}
end}
