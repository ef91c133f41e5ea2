-- KEYS  request, then of the old day and of the new one: requests, slots, closed, events
-- ARGV  id, version that the caller read, states that may come before,
--       states that the closing of the old day freezes, new slot or '', capacity or '',
--       event of the old day, event of the new day, fields and values of the request ...
local state, version, old_slot = unpack(redis.call('HMGET', KEYS[1], 'state', 'version', 'slot_id'))
if not state then return {'missing'} end
if version ~= ARGV[2] then return {'changed'} end
if not contains(ARGV[3], state) then return {'forbidden', state} end
if contains(ARGV[4], state) and redis.call('EXISTS', KEYS[4]) == 1 then
  return {'frozen', state}
end
if redis.call('EXISTS', KEYS[8]) == 1 then return {'closed'} end
local new_slot, capacity = ARGV[5], tonumber(ARGV[6])
local taken = tonumber(redis.call('HGET', KEYS[7], new_slot) or 0)
if KEYS[3] == KEYS[7] and old_slot == new_slot then taken = taken - 1 end
if capacity and taken >= capacity then return {'full'} end
release(KEYS[3], old_slot)
take(KEYS[7], new_slot)
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[6], ARGV[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 9))
if KEYS[5] ~= KEYS[9] then append(KEYS[5], 'body', ARGV[7]) end
append(KEYS[9], 'body', ARGV[8])
return {'ok', redis.call('HGETALL', KEYS[1])}
