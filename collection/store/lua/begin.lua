-- KEYS  idempotency key
-- ARGV  fingerprint, seconds that the claim lasts
local fingerprint, status, body, media_type =
  unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'status', 'body', 'media_type'))
if not fingerprint then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return {'claimed'}
end
if fingerprint ~= ARGV[1] then return {'other'} end
if not status then return {'in flight'} end
return {'answered', status, body, media_type}
