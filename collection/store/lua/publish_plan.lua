-- KEYS  published, events, outbox, requests of the plan ...
-- ARGV  plan, event, day, the same where people are told of it or '', plan that it must replace or
--       '', then for each request: state, reason, states before it, states in which it must not be
local published = redis.call('GET', KEYS[1])
if published == ARGV[1] then return {'same'} end
if ARGV[5] ~= '' and published ~= ARGV[5] then return {'replaced'} end
for i = 4, #KEYS do
  local unless = ARGV[6 + 4 * (i - 4) + 3]
  if unless ~= '' then
    local state = redis.call('HGET', KEYS[i], 'state')
    if state and contains(unless, state) then return {'happened', i - 4, state} end
  end
end
for i = 4, #KEYS do
  local at = 6 + 4 * (i - 4)
  local target, reason, sources = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local state, old_reason, day = unpack(redis.call('HMGET', KEYS[i], 'state', 'reason', 'day'))
  -- A request that was cancelled, moved or collected meanwhile keeps its state.
  if state and day == ARGV[3] and contains(sources, state)
    and (state ~= target or old_reason ~= reason) then
    redis.call('HSET', KEYS[i], 'state', target, 'reason', reason)
    redis.call('HINCRBY', KEYS[i], 'version', 1)
  end
end
redis.call('SET', KEYS[1], ARGV[1])
append(KEYS[2], KEYS[3], ARGV[4], ARGV[2], '')
return {'ok'}
