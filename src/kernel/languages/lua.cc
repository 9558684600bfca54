// Lua: 5.4, else an older one or LuaJIT.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame.
constexpr const char* bootstrap = R"(do
  local next_frame = assert(package.loadlib("/proc/self/fd/15", "cell_lua_next"))
  local _, _, text = next_frame()
  assert((loadstring or load)(text, "=driver"))()
end
)";

std::string find_lua(const Host& host)
{
    for (const char* name : {"lua5.4", "lua", "lua5.3", "luajit", "lua5.2", "lua5.1"})
        if (std::string program = sys::find_program(name, host.environment); !program.empty()) return program;
    return {};
}

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_lua(host);
    if (program.empty()) return fail(ErrorKind::not_found, "lua: no such program", "apt install lua5.4");
    return kernel::ProcessKernel::start({.name = "Lua",
                                         .argv = {program, "-e", bootstrap},
                                         .driver = "lua.lua",
                                         .hint = "apt install --reinstall lua5.4",
                                         .library = "cell.so"},
                                        host);
}

}  // namespace

Language lua()
{
    return {.name = "lua",
            .aliases = {"lua5.4", "luajit"},
            .display_name = "Lua",
            .start = start,
            .file_extension = "lua",
            .find_runtime = find_lua,
            .package = "lua5.4",
            .version_cell = "print(_VERSION)"};
}

}  // namespace oi::language
