// JavaScript: Node.js 18 or later.
#include "kernel/languages.h"
#include "kernel/languages/node.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame. import() works only from code that node itself has loaded.
constexpr const char* bootstrap = R"({
const fs = require('fs'), byte = Buffer.alloc(1);
let head = '', text, at = 0;
do { fs.readSync(13, byte, 0, 1); head += byte.toString('latin1'); } while (!head.endsWith('\n'));
text = Buffer.alloc(Number(head.split(' ')[2]));
while (at < text.length) at += fs.readSync(13, text, at, text.length - at);
require('vm').compileFunction(text.toString(), ['require', 'importModule'], {filename: 'oi-driver'})(
    require, (name, options) => options ? import(name, options) : import(name));
}
)";

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_node(host);
    if (program.empty()) return fail(ErrorKind::not_found, "node: no such program", "apt install nodejs");
    return kernel::ProcessKernel::start(node_runtime(program), host);
}

}  // namespace

std::string find_node(const Host& host)
{
    std::string program = sys::find_program("node", host.environment);
    return program.empty() ? sys::find_program("nodejs", host.environment) : program;
}

kernel::Runtime node_runtime(const std::string& node)
{
    // Interrupting a loop inside a timer's callback unwinds frames that the async hooks still count.
    return {.name = "JavaScript",
            .argv = {node, "--no-force-async-hooks-checks", "-e", bootstrap},
            .driver = "javascript.js",
            .hint = "Node.js 18 or later is needed: apt install nodejs",
            .tells_variables = true,
            .keeps_variables = true,
            .keeper = "javascript_keep.js"};
}

Language javascript()
{
    return {.name = "javascript",
            .aliases = {"js", "node", "nodejs"},
            .display_name = "JavaScript",
            .start = start,
            .file_extension = "js",
            .find_runtime = find_node,
            .package = "nodejs",
            .version_cell = "console.log(process.version)"};
}

}  // namespace oi::language
