-- Put before every other script of this folder.

local function contains(list, item)
  return string.find(',' .. list .. ',', ',' .. item .. ',', 1, true) ~= nil
end

local function release(slots, slot)
  if slot ~= '' and redis.call('HINCRBY', slots, slot, -1) <= 0 then
    redis.call('HDEL', slots, slot)
  end
end

local function take(slots, slot)
  if slot ~= '' then redis.call('HINCRBY', slots, slot, 1) end
end

local function append(stream, ...)
  return redis.call('XADD', stream, '*', ...)
end
