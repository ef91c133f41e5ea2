-- KEYS  queue of the channel, deliveries, attempts, errors, counts, journal, dead
-- ARGV  id, field of the counts, longest journal, dead letter or '', fields and values of the
--       journal ...
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
for i = 2, 4 do redis.call('HDEL', KEYS[i], ARGV[1]) end
redis.call('HINCRBY', KEYS[5], ARGV[2], 1)
redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 5))
if ARGV[4] ~= '' then redis.call('HSET', KEYS[7], ARGV[1], ARGV[4]) end
return 1
