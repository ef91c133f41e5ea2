-- KEYS  plans, fingerprint, events, outbox
-- ARGV  plan, its fingerprint, event, id of the plan up to its version, day of the event where
--       people are told of it or ''
local newest = redis.call('HLEN', KEYS[1])
if newest > 0 and redis.call('GET', KEYS[2]) == ARGV[2] then return newest end
local version = newest + 1
redis.call('HSET', KEYS[1], version, ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
append(KEYS[3], KEYS[4], ARGV[5], ARGV[3], '', 'plan_id', ARGV[4] .. version)
return version
