-- KEYS  drop-off, what the site holds, events of the day, outbox
-- ARGV  id, devices, capacity, present, instant at which it expires, event, its day where people
--       are told of it or '', fields and values of the drop-off ...
if redis.call('EXISTS', KEYS[1]) == 1 then return {'ok', redis.call('HGETALL', KEYS[1])} end
local taken, held = 0, redis.call('HGETALL', KEYS[2])
for i = 1, #held, 2 do
  local count, expires = string.match(held[i + 1], '^(%d+)|(.*)$')
  if expires ~= '' and tonumber(expires) <= tonumber(ARGV[4]) then
    redis.call('HDEL', KEYS[2], held[i])
  else
    taken = taken + tonumber(count)
  end
end
if taken + tonumber(ARGV[2]) > tonumber(ARGV[3]) then return {'full', tostring(taken)} end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. '|' .. ARGV[5])
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
append(KEYS[3], KEYS[4], ARGV[7], ARGV[6], '')
return {'ok', redis.call('HGETALL', KEYS[1])}
