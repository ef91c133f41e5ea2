-- KEYS  request, requests of the day, slots, closed, events, tentative, outbox
-- ARGV  id, slot or '', capacity or '', event, version of the tentative plan or '', its
--       routes, day of the event where people are told of it or '', fields and values of the request ...
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'ok', redis.call('HGETALL', KEYS[1])}
end
if redis.call('EXISTS', KEYS[4]) == 1 then return {'closed'} end
local slot, capacity = ARGV[2], tonumber(ARGV[3])
if capacity and tonumber(redis.call('HGET', KEYS[3], slot) or 0) >= capacity then
  return {'full'}
end
if stale(KEYS[6], ARGV[5]) then return {'stale'} end
take(KEYS[3], slot)
replan(KEYS[6], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
redis.call('SADD', KEYS[2], ARGV[1])
append(KEYS[5], KEYS[7], ARGV[7], ARGV[4], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
