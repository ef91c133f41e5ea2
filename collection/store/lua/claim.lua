-- KEYS  queue of the channel, deliveries, attempts
-- ARGV  present millisecond, millisecond until which the claim lasts
while true do
  local id = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1)[1]
  if not id then return false end
  local delivery = redis.call('HGET', KEYS[2], id)
  if delivery then
    redis.call('ZADD', KEYS[1], ARGV[2], id)
    return {delivery, redis.call('HINCRBY', KEYS[3], id, 1)}
  end
  redis.call('ZREM', KEYS[1], id)
end
