-- KEYS  request, requests of the day, tentative
-- ARGV  id
-- What is confirmed, or gone, is left as it is.
if redis.call('HGET', KEYS[1], 'state') ~= 'requested' then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
replan(KEYS[3], '')
return 1
