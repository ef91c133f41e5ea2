-- KEYS  closed, events
-- ARGV  instant, event
if redis.call('SETNX', KEYS[1], ARGV[1]) == 0 then return 0 end
append(KEYS[2], 'body', ARGV[2])
return 1
