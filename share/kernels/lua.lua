-- The Lua driver: runs cells with _G as their environment and speaks docs/protocol.md through the library that comes as descriptor
-- 15 (src/kernel/cell_library.c). `local` at the top level of a cell is dropped, so that the next cell can use the name.
local debug, io, os, string, table = debug, io, os, string, table
local load, pcall, print, select, tostring, type = loadstring or load, pcall, print, select, tostring, type
local getinfo, sethook, gethook, traceback = debug.getinfo, debug.sethook, debug.gethook, debug.traceback
local format, match, gsub, find, sub, byte = string.format, string.match, string.gsub, string.find, string.sub, string.byte
local concat, unpack = table.concat, table.unpack or unpack
local stdout, stderr, exit = io.stdout, io.stderr, os.exit
local tonumber, getmetatable, io_type = tonumber, getmetatable, io.type

local function library(name)
    local loaded, why = package.loadlib("/proc/self/fd/15", "cell_lua_" .. name)
    return loaded or error(why)
end
local next_frame, send, run_protected, leave, begin = library("next"), library("send"), library("run"), library("leave"), library("begin")
local check = library("check")

local function send_frame(name, number, payload)
    payload = payload or ""
    send(format("%s %d %d\n", name, number, #payload) .. payload)
end

-- rewriting ------------------------------------------------------------------------------------------------------------

local openers = {["function"] = 1, ["do"] = 1, ["if"] = 1, ["repeat"] = 1, ["("] = 1, ["{"] = 1, ["["] = 1}
local closers = {["end"] = 1, ["until"] = 1, [")"] = 1, ["}"] = 1, ["]"] = 1}

-- Where the comment, string or word that begins at `at` ends, and the word.
local function token(code, at)
    local level = match(code, "^%-%-%[(=*)%[", at) or match(code, "^%[(=*)%[", at)
    if level then
        local _, last = find(code, "]" .. level .. "]", at, true)
        return last or #code
    end
    if find(code, "^%-%-", at) then return (find(code, "\n", at, true) or #code + 1) - 1 end
    local quote = match(code, "^[\"']", at)
    if quote then
        local i = at + 1
        while i <= #code and sub(code, i, i) ~= quote do i = i + (sub(code, i, i) == "\\" and 2 or 1) end
        return i
    end
    local _, last, word = find(code, "^([%a_][%w_]*)", at)
    if word then return last, word end
    _, last = find(code, "^%d[%w.]*", at)
    return last or at, last == nil and sub(code, at, at) or nil
end

-- What stands for `local` at position `at`: nothing, when the names can be global. Gives the end of what it replaces, and the text.
local function declaration(code, at)
    local after = match(code, "^local%s+function%s+()", at)
    if after then return at + 4, "     " end
    local first, list = match(code, "^local%s+()([%a_][%w_]*)", at)
    if not first or list == "_ENV" then return at + 4, "local" end
    local last = first + #list - 1
    while true do
        local from, to = find(code, "^%s*,%s*[%a_][%w_]*", last + 1)
        if not from then break end
        last = to
    end
    if match(code, "^%s*=[^=]", last + 1) then return at + 4, "     " end
    if match(code, "^%s*<", last + 1) then return at + 4, "local" end
    return last, "     " .. sub(code, at + 5, last) .. "=nil"
end

local function with_globals(code)
    local out, kept, depth, at = {}, 1, 0, 1
    while at <= #code do
        local last, word = token(code, at)
        if word == "local" and depth == 0 then
            local stop, text = declaration(code, at)
            out[#out + 1] = sub(code, kept, at - 1)
            out[#out + 1] = text
            last, kept = stop, stop + 1
        elseif openers[word] then depth = depth + 1
        elseif closers[word] then depth = depth - 1
        end
        at = last + 1
    end
    out[#out + 1] = sub(code, kept)
    return concat(out)
end

-- The cell as a function. An expression, alone or as the last line, is a value to show.
local function compile(code, name)
    local chunk = load("return " .. code, name)
    if chunk then return chunk end
    local globals = with_globals(code)
    local why
    chunk, why = load(globals, name)
    if chunk then return chunk end
    local head, last = match(globals, "^(.*\n)([^\n]*%S[^\n]*)%s*$")
    chunk = head and load(head .. "return " .. last, name)
    if chunk then return chunk end
    return nil, why
end

-- cells ----------------------------------------------------------------------------------------------------------------

local cell, told, hits, times, status

-- Reports lines until five hundred have been; then a line costs nothing.
local function on_line(_, line)
    hits = hits + 1
    if hits > 500 then return sethook() end
    if line ~= told and getinfo(2, "S").source == cell then
        told = line
        times[line] = (times[line] or 0) + 1
        if times[line] > 20 then return end
        stdout:flush()
        send_frame("line", line)
    end
end

-- The error with the calls that led to it, those of cells and of what they called.
local function describe(message)
    if type(message) ~= "string" then
        local meta = getmetatable(message)
        if meta and meta.__tostring then return tostring(message) end
        message = format("(error object is a %s value)", type(message))
    end
    local lines = {}
    for line in string.gmatch(traceback(message, 2), "[^\n]+") do lines[#lines + 1] = line end
    local last = #lines
    while last > 1 and not match(lines[last], "^\tcell%-") do last = last - 1 end
    local kept = {(gsub(lines[1], "^driver:%d+: ", ""))}
    for i = 2, last do
        if not match(lines[i], "^\tdriver:") and lines[i] ~= "\t[C]: in upvalue 'check'" then kept[#kept + 1] = lines[i] end
    end
    if last > 1 then kept[#kept] = gsub(kept[#kept], "in %a+ '?chunk'?$", "in main chunk") else kept[2] = nil end
    return concat(kept, "\n")
end

local function show(...)
    if select("#", ...) > 0 and not io_type((...)) then print(...) end
end

local function execute(number, code)
    cell, told, hits, times, status = "=cell-" .. number, nil, 0, {}, nil
    local chunk, why = compile(code, cell)
    if not chunk then
        send_frame("line", tonumber(match(why, "^cell%-%d+:(%d+):")) or 1)
        stderr:write(why, "\n")
        return "error"
    end
    sethook(on_line, "l")
    local value, ending, succeeded = run_protected(describe, function() show(chunk()) end)
    if gethook() == on_line then sethook() end
    if ending == "exit" then return status == 0 and "ok" or "error\nexit status " .. status end
    if succeeded then return "ok" end
    stdout:flush()
    stderr:write(tostring(value), "\n")
    return ending == "interrupted" and "interrupted" or "error"
end

-- Ends the cell; with a second argument it ends the process, as always.
function os.exit(code, close)
    if close then exit(code, close) end
    status = code == nil and 0 or code == true and 0 or code == false and 1 or code
    leave()
end

local function after_command(...)
    check()
    return ...
end

local execute_command = os.execute
function os.execute(...) return after_command(execute_command(...)) end

-- A coroutine does not report lines.
local create = coroutine.create
function coroutine.create(body)
    local thread = create(body)
    sethook(thread)
    return thread
end

begin()
arg = nil
stdout:setvbuf("line")
stderr:setvbuf("no")
send_frame("ready", 0)
while true do
    local name, number, payload = next_frame()
    if name == "run" then
        local result = execute(number, payload)
        pcall(stdout.flush, stdout)
        send_frame("end", number, result)
    end
end
