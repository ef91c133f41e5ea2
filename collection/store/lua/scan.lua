-- KEYS  request, label (the request again where there is none), events of its day, outbox
-- ARGV  id, day that the caller read, number of the device, label or '', class of the battery
--       or '', why it is left or '', states in which devices are scanned, event, instant; where
--       the request changes too: target, reason, states before it, event, its day where people
--       are told of it or ''
local state, day = unpack(redis.call('HMGET', KEYS[1], 'state', 'day'))
if not state then return {'missing'} end
if day ~= ARGV[2] then return {'moved'} end
if not contains(ARGV[7], state) then return {'forbidden', state} end
local number = ARGV[3]
local new = {label = ARGV[4], seen = ARGV[5], left = ARGV[6]}
local old = {}
for _, name in ipairs({'label', 'seen', 'left', 'received', 'scanned'}) do
  old[name] = redis.call('HGET', KEYS[1], name .. '.' .. number) or ''
end
if old.received ~= '' then return {'received', old.received} end
if new.label ~= '' and redis.call('EXISTS', KEYS[2]) == 1 then
  local owner, place, drop_off = unpack(redis.call('HMGET', KEYS[2], 'request_id', 'device', 'drop_off'))
  -- A device that was dropped off bears its label already when the van comes.
  local own = owner == ARGV[1] and place == number
  if not own and not (drop_off and not owner and old.label == new.label) then
    return {'taken', owner or drop_off}
  end
end
-- A label that came with a drop-off is news when the van reads it.
local known = new.label == ''
  or old.scanned ~= '' and redis.call('HGET', KEYS[2], 'scanned') == '1'
if known and not ARGV[10] and (new.label == '' or new.label == old.label)
  and (new.seen == '' or new.seen == old.seen) and new.left == old.left then
  return {'same', redis.call('HGETALL', KEYS[1])}
end
if new.label ~= '' then
  redis.call('HSET', KEYS[2], 'request_id', ARGV[1], 'device', number, 'scanned', '1')
  redis.call('HSET', KEYS[1], 'label.' .. number, new.label)
end
if new.seen ~= '' then redis.call('HSET', KEYS[1], 'seen.' .. number, new.seen) end
if new.left ~= '' then
  redis.call('HSET', KEYS[1], 'left.' .. number, new.left)
else
  redis.call('HDEL', KEYS[1], 'left.' .. number)
end
redis.call('HSET', KEYS[1], 'scanned.' .. number, ARGV[9], 'for.' .. number, day)
if ARGV[10] and contains(ARGV[12], state) then
  redis.call('HSET', KEYS[1], 'state', ARGV[10], 'reason', ARGV[11])
end
redis.call('HINCRBY', KEYS[1], 'version', 1)
append(KEYS[3], KEYS[4], '', ARGV[8], KEYS[1])
if ARGV[10] and contains(ARGV[12], state) then
  append(KEYS[3], KEYS[4], ARGV[14], ARGV[13], KEYS[1])
end
return {'ok', redis.call('HGETALL', KEYS[1])}
