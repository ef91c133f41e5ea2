-- KEYS  queue of the channel, attempts, errors
-- ARGV  id, millisecond of the next attempt, what went wrong or '', '1' if this one counts
-- One that is over, because a slow sender was overtaken, is not brought back.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[3]) end
if ARGV[4] ~= '1' then redis.call('HINCRBY', KEYS[2], ARGV[1], -1) end
return 1
