-- KEYS  request, label, events of its day
-- ARGV  id, day that the caller read, number of the device, label, how many devices there are,
--       instant, states from which a request may have been collected, event, event that tells
--       that it was collected
local state, day = unpack(redis.call('HMGET', KEYS[1], 'state', 'day'))
if not state then return {'missing'} end
if day ~= ARGV[2] then return {'moved'} end
local number = ARGV[3]
local before = redis.call('HGET', KEYS[1], 'received.' .. number)
if before then return {'received', before} end
local borne = redis.call('HGET', KEYS[1], 'label.' .. number)
if borne ~= ARGV[4] then return {'retired', borne or ''} end
local collected = state == 'collected'
if not collected and not contains(ARGV[7], state) then return {'forbidden', state} end
redis.call('HSET', KEYS[1], 'received.' .. number, ARGV[6])
redis.call('HDEL', KEYS[1], 'left.' .. number)
redis.call('HSET', KEYS[2], 'request_id', ARGV[1], 'device', number)
local open = false
for i = 0, tonumber(ARGV[5]) - 1 do
  open = open or redis.call('HEXISTS', KEYS[1], 'received.' .. i) == 0
    and redis.call('HEXISTS', KEYS[1], 'left.' .. i) == 0
end
redis.call('HSET', KEYS[1], 'state', open and 'collected' or 'received', 'reason', '')
redis.call('HINCRBY', KEYS[1], 'version', 1)
if not collected then append(KEYS[3], 'body', ARGV[9]) end
append(KEYS[3], 'body', ARGV[8])
return {'ok', redis.call('HGETALL', KEYS[1])}
