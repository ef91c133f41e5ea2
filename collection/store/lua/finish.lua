-- KEYS  idempotency key
-- ARGV  fingerprint, status, body, media type, seconds that the answer is kept
local fingerprint, status = unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'status'))
-- A claim that ran out may have been taken over: the first answer and the newer claim stand.
if status or (fingerprint and fingerprint ~= ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'status', ARGV[2], 'body', ARGV[3],
  'media_type', ARGV[4])
return redis.call('EXPIRE', KEYS[1], ARGV[5])
