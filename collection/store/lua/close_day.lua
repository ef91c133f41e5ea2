-- KEYS  closed, events, outbox
-- ARGV  instant, event, its day where people are told of it or ''
if redis.call('SETNX', KEYS[1], ARGV[1]) == 0 then return 0 end
append(KEYS[2], KEYS[3], ARGV[3], ARGV[2], '')
return 1
