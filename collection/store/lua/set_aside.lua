-- KEYS  entries, dead
-- ARGV  id of the entry, dead letter
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
