-- KEYS  request, closed of its day, events, tentative of its day, outbox
-- ARGV  day that the caller read, target, reason, states that may come before it,
--       states that the closing of the day freezes, '1' where its place in the plan is freed,
--       event, its day where people are told of it or '', '1' where no van may have a device

-- The first device that bears a label of this day and is not left: who came for it has it.
local function aboard(request, day)
  local fields, hash, first = redis.call('HGETALL', request), {}, nil
  for i = 1, #fields, 2 do hash[fields[i]] = fields[i + 1] end
  for name in pairs(hash) do
    local number = tonumber(string.match(name, '^label%.(%d+)$'))
    local taken = number and hash['for.' .. number] == day and not hash['left.' .. number]
    if taken and (not first or number < first) then first = number end
  end
  return first, first and hash['label.' .. first]
end

local state, day = unpack(redis.call('HMGET', KEYS[1], 'state', 'day'))
if not state then return {'missing'} end
if day ~= ARGV[1] then return {'moved'} end
if state == ARGV[2] then return {'same', redis.call('HGETALL', KEYS[1])} end
if not contains(ARGV[4], state) then return {'forbidden', state} end
if contains(ARGV[5], state) and redis.call('EXISTS', KEYS[2]) == 1 then
  return {'frozen', state}
end
if ARGV[9] == '1' then
  local number, label = aboard(KEYS[1], day)
  if number then return {'aboard', number, label} end
end
if ARGV[6] == '1' then replan(KEYS[4], '') end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'reason', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'version', 1)
append(KEYS[3], KEYS[5], ARGV[8], ARGV[7], KEYS[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
