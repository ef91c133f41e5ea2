-- Put before every other script of this folder.

local function contains(list, item)
  return string.find(',' .. list .. ',', ',' .. item .. ',', 1, true) ~= nil
end

local function append(stream, ...)
  return redis.call('XADD', stream, '*', ...)
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
