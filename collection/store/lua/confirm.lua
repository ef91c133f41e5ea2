-- KEYS  request, closed, events, outbox
-- ARGV  version that the caller read, event, its day where people are told of it or '', fields and values of the request ...
local state, version = unpack(redis.call('HMGET', KEYS[1], 'state', 'version'))
if not state then return {'missing'} end
if state ~= 'requested' then return {'forbidden', state} end
if version ~= ARGV[1] then return {'changed'} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {'closed'} end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
append(KEYS[3], KEYS[4], ARGV[3], ARGV[2], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
