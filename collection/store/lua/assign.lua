-- KEYS  drop-off, labels ...
-- ARGV  pickup request, then for each label: number of the device here, number there
for i = 2, #KEYS do
  local here, there = ARGV[2 * i - 2], ARGV[2 * i - 1]
  redis.call('HSET', KEYS[1], 'pickup.' .. here, ARGV[1])
  redis.call('HSET', KEYS[i], 'request_id', ARGV[1], 'device', there)
  redis.call('HDEL', KEYS[i], 'scanned')
end
return 1
