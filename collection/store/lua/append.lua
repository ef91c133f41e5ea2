-- KEYS  events, dedupe
-- ARGV  dedupe key or '', event
if ARGV[1] ~= '' then
  local seen = redis.call('HGET', KEYS[2], ARGV[1])
  if seen then return redis.call('XRANGE', KEYS[1], seen, seen)[1] end
end
local id = append(KEYS[1], 'body', ARGV[2])
if ARGV[1] ~= '' then redis.call('HSET', KEYS[2], ARGV[1], id) end
return {id, {'body', ARGV[2]}}
