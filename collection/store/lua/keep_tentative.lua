-- KEYS  tentative
-- ARGV  version that the caller read, routes, mark of the fleet for which they are improved or ''
if stale(KEYS[1], ARGV[1]) then return 0 end
-- Routes that stay are no change: nobody has to look again.
if redis.call('HGET', KEYS[1], 'routes') ~= ARGV[2] then replan(KEYS[1], ARGV[1], ARGV[2]) end
if ARGV[3] ~= '' then
  local version = redis.call('HGET', KEYS[1], 'version')
  redis.call('HSET', KEYS[1], 'improved', version .. ' ' .. ARGV[3])
end
return 1
