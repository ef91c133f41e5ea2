-- KEYS  drop-off, label, what the site holds, events of the day, outbox
-- ARGV  id, number of the device, label, class of the battery, instant, devices, event, its day where people are
--       told of it or ''
if redis.call('EXISTS', KEYS[1]) == 0 then return {'missing'} end
local number, label = ARGV[2], ARGV[3]
local borne = redis.call('HGET', KEYS[1], 'label.' .. number)
if borne == label then return {'ok', redis.call('HGETALL', KEYS[1])} end
if redis.call('EXISTS', KEYS[2]) == 1 then
  local owner, drop_off = unpack(redis.call('HMGET', KEYS[2], 'request_id', 'drop_off'))
  return {'taken', owner or drop_off}
end
if borne then return {'labelled', borne} end
redis.call('HSET', KEYS[2], 'drop_off', ARGV[1], 'number', number)
redis.call('HSET', KEYS[1], 'label.' .. number, label, 'scanned.' .. number, ARGV[5])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'seen.' .. number, ARGV[4]) end
-- What was brought stays until a van takes it, and so does the room for the rest.
redis.call('HSET', KEYS[3], ARGV[1], ARGV[6] .. '|')
append(KEYS[4], KEYS[5], ARGV[8], ARGV[7], '')
return {'ok', redis.call('HGETALL', KEYS[1])}
