-- KEYS  request, closed of its day, events, tentative of its day, outbox
-- ARGV  day that the caller read, target, reason, states that may come before it,
--       states that the closing of the day freezes, '1' where its place in the plan is freed,
--       event, its day where people are told of it or ''
local state, day = unpack(redis.call('HMGET', KEYS[1], 'state', 'day'))
if not state then return {'missing'} end
if day ~= ARGV[1] then return {'moved'} end
if state == ARGV[2] then return {'same', redis.call('HGETALL', KEYS[1])} end
if not contains(ARGV[4], state) then return {'forbidden', state} end
if contains(ARGV[5], state) and redis.call('EXISTS', KEYS[2]) == 1 then
  return {'frozen', state}
end
if ARGV[6] == '1' then replan(KEYS[4], '') end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'reason', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'version', 1)
append(KEYS[3], KEYS[5], ARGV[8], ARGV[7], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
