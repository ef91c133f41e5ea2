-- KEYS  request, closed, events
-- ARGV  version that the caller read, event, fields and values of the request ...
local state, version = unpack(redis.call('HMGET', KEYS[1], 'state', 'version'))
if not state then return {'missing'} end
if state ~= 'requested' then return {'forbidden', state} end
if version ~= ARGV[1] then return {'changed'} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {'closed'} end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
append(KEYS[3], 'body', ARGV[2])
return {'ok', redis.call('HGETALL', KEYS[1])}
