-- KEYS  entries, deliveries, told, then the queue of each channel
-- ARGV  id of the oldest entry, how many topics, for each: its field, its news; then for each
--       delivery: which of the queues, from 1; id, delivery, millisecond when it is due
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not oldest or oldest[1] ~= ARGV[1] then return 0 end
local topics = tonumber(ARGV[2])
for i = 3, 1 + 2 * topics, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
for i = 3 + 2 * topics, #ARGV, 4 do
  redis.call('HSET', KEYS[2], ARGV[i + 1], ARGV[i + 2])
  redis.call('ZADD', KEYS[3 + tonumber(ARGV[i])], ARGV[i + 3], ARGV[i + 1])
end
return redis.call('XDEL', KEYS[1], ARGV[1])
