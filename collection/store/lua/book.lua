-- KEYS  request, requests of the day, closed, events, tentative, outbox
-- ARGV  id, event or '' for a slot that is only held, version of the tentative plan or '', its
--       routes, day of the event where people are told of it or '', '1' where a day that is closed
--       takes it too, fields and values of the request ...
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'ok', redis.call('HGETALL', KEYS[1])}
end
if ARGV[6] ~= '1' and redis.call('EXISTS', KEYS[3]) == 1 then return {'closed'} end
if stale(KEYS[5], ARGV[3]) then return {'stale'} end
replan(KEYS[5], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[1], unpack(ARGV, 7))
redis.call('SADD', KEYS[2], ARGV[1])
if ARGV[2] ~= '' then append(KEYS[4], KEYS[6], ARGV[5], ARGV[2], KEYS[1]) end
return {'ok', redis.call('HGETALL', KEYS[1])}
