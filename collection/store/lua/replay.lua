-- KEYS  dead, entries, deliveries, queue of the channel
-- ARGV  id, of a delivery: delivery, millisecond when it is due; of an entry: its fields and
--       values, '' before them
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[2] == '' then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
else
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
end
return 1
