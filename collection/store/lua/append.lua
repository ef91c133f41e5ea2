-- KEYS  events, dedupe, outbox, request that it is of (if any)
-- ARGV  dedupe key or '', event, its day where people are told of it or ''
if ARGV[1] ~= '' then
  local seen = redis.call('HGET', KEYS[2], ARGV[1])
  if seen then return redis.call('XRANGE', KEYS[1], seen, seen)[1] end
end
local id = append(KEYS[1], KEYS[3], ARGV[3], ARGV[2], KEYS[4] or '')
if ARGV[1] ~= '' then redis.call('HSET', KEYS[2], ARGV[1], id) end
return {id, {'body', ARGV[2]}}
