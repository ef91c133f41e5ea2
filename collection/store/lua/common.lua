-- Put before every other script of this folder.

local function contains(list, item)
  return string.find(',' .. list .. ',', ',' .. item .. ',', 1, true) ~= nil
end

-- Adds an event to the stream of its day and, where `told` names that day, to the outbox: with
-- the request as it is by now, if it is of one ('' if not). Further fields go into both.
local function append(stream, outbox, told, event, request, ...)
  local id = redis.call('XADD', stream, '*', 'body', event, ...)
  if told == '' then return id end
  local entry = {'day', told, 'event', event, 'id', id, ...}
  local fields = request ~= '' and redis.call('HGETALL', request) or {}
  if #fields > 0 then
    local whole = {}
    for i = 1, #fields, 2 do whole[fields[i]] = fields[i + 1] end
    entry[#entry + 1] = 'request'
    entry[#entry + 1] = cjson.encode(whole)
  end
  redis.call('XADD', outbox, '*', unpack(entry))
  return id
end

-- Whether a tentative plan is no longer the one that the caller read; '' for a caller without one.
local function stale(tentative, version)
  return version ~= '' and (redis.call('HGET', tentative, 'version') or '0') ~= version
end

-- Counts a change of the day, and puts the plan that goes with it where the caller has one.
local function replan(tentative, version, routes)
  redis.call('HINCRBY', tentative, 'version', 1)
  if version ~= '' then redis.call('HSET', tentative, 'routes', routes) end
end
