-- KEYS  request, then of the old day and of the new one: requests, slots, closed, events,
--       tentative; outbox
-- ARGV  id, version that the caller read, states that may come before,
--       states that the closing of the old day freezes, new slot or '', capacity or '',
--       event of the old day, event of the new day, of the new day's tentative plan: version
--       or '', routes; new day where people are told of it or ''; fields and values of the request ...
local state, version, old_slot = unpack(redis.call('HMGET', KEYS[1], 'state', 'version', 'slot_id'))
if not state then return {'missing'} end
if version ~= ARGV[2] then return {'changed'} end
if not contains(ARGV[3], state) then return {'forbidden', state} end
if contains(ARGV[4], state) and redis.call('EXISTS', KEYS[4]) == 1 then
  return {'frozen', state}
end
if redis.call('EXISTS', KEYS[9]) == 1 then return {'closed'} end
local new_slot, capacity = ARGV[5], tonumber(ARGV[6])
local taken = tonumber(redis.call('HGET', KEYS[8], new_slot) or 0)
if KEYS[3] == KEYS[8] and old_slot == new_slot then taken = taken - 1 end
if capacity and taken >= capacity then return {'full'} end
if stale(KEYS[11], ARGV[9]) then return {'stale'} end
if KEYS[6] ~= KEYS[11] then replan(KEYS[6], '') end
replan(KEYS[11], ARGV[9], ARGV[10])
release(KEYS[3], old_slot)
take(KEYS[8], new_slot)
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[7], ARGV[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 12))
-- Who moved is told of the new day alone.
if KEYS[5] ~= KEYS[10] then append(KEYS[5], KEYS[12], '', ARGV[7], '') end
append(KEYS[10], KEYS[12], ARGV[11], ARGV[8], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
