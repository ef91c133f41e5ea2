-- KEYS  request, then of the old day and of the new one: requests, closed, events, tentative;
--       outbox
-- ARGV  id, version that the caller read, states that may come before,
--       states that the closing of the old day freezes, event of the old day, event of the new
--       day, of the new day's tentative plan: version or '', routes; that day where people are told of it or '';
--       fields and values of the
--       request ...
local state, version = unpack(redis.call('HMGET', KEYS[1], 'state', 'version'))
if not state then return {'missing'} end
if version ~= ARGV[2] then return {'changed'} end
if not contains(ARGV[3], state) then return {'forbidden', state} end
if contains(ARGV[4], state) and redis.call('EXISTS', KEYS[3]) == 1 then
  return {'frozen', state}
end
if redis.call('EXISTS', KEYS[7]) == 1 then return {'closed'} end
if stale(KEYS[9], ARGV[7]) then return {'stale'} end
if KEYS[5] ~= KEYS[9] then replan(KEYS[5], '') end
replan(KEYS[9], ARGV[7], ARGV[8])
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[6], ARGV[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
-- Who moved is told of the new day alone.
if KEYS[4] ~= KEYS[8] then append(KEYS[4], KEYS[10], '', ARGV[5], '') end
append(KEYS[8], KEYS[10], ARGV[9], ARGV[6], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
