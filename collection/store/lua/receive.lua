-- KEYS  request, label, events of its day, outbox
-- ARGV  id, day that the caller read, number of the device, label, how many devices there are,
--       instant, states from which a request may have been collected, event, event that tells
--       that it was collected, their days where people are told of them or ''
local state, day = unpack(redis.call('HMGET', KEYS[1], 'state', 'day'))
if not state then return {'missing'} end
if day ~= ARGV[2] then return {'moved'} end
local number = ARGV[3]
local before = redis.call('HGET', KEYS[1], 'received.' .. number)
if before then return {'received', before} end
local borne = redis.call('HGET', KEYS[1], 'label.' .. number)
if borne ~= ARGV[4] then return {'retired', borne or ''} end
local collected = state == 'collected'
if not collected and not contains(ARGV[7], state) then
  -- Whatever was told of the request, a label of its day says that the van took the device ...
  local function stays(i) return redis.call('HEXISTS', KEYS[1], 'left.' .. i) == 1 end
  local function seen(i) return redis.call('HGET', KEYS[1], 'for.' .. i) == day end
  if not seen(number) or stays(number) then return {'forbidden', state} end
  -- ... and only those that bear one.
  local reason = redis.call('HGET', KEYS[1], 'reason')
  for i = 0, tonumber(ARGV[5]) - 1 do
    if not seen(i) or not (stays(i) or redis.call('HGET', KEYS[1], 'label.' .. i)) then
      redis.call('HSET', KEYS[1], 'left.' .. i, reason ~= '' and reason or state, 'for.' .. i, day)
    end
  end
end
if not collected then
  redis.call('HSET', KEYS[1], 'state', 'collected', 'reason', '')
  append(KEYS[3], KEYS[4], ARGV[11], ARGV[9], KEYS[1])
end
redis.call('HSET', KEYS[1], 'received.' .. number, ARGV[6])
redis.call('HDEL', KEYS[1], 'left.' .. number)
redis.call('HSET', KEYS[2], 'request_id', ARGV[1], 'device', number)
local open = false
for i = 0, tonumber(ARGV[5]) - 1 do
  -- What was left on an earlier day was to be collected on this one.
  local stays = redis.call('HEXISTS', KEYS[1], 'left.' .. i) == 1
    and redis.call('HGET', KEYS[1], 'for.' .. i) == day
  open = open or redis.call('HEXISTS', KEYS[1], 'received.' .. i) == 0 and not stays
end
redis.call('HSET', KEYS[1], 'state', open and 'collected' or 'received', 'reason', '')
redis.call('HINCRBY', KEYS[1], 'version', 1)
append(KEYS[3], KEYS[4], ARGV[10], ARGV[8], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
