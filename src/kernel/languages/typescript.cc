// TypeScript: the JavaScript driver in a node of its own, with esbuild before it.
#include "kernel/languages.h"
#include "kernel/languages/node.h"

namespace oi::language {

namespace {

std::string find_esbuild(const Host& host) { return sys::find_program("esbuild", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string node = find_node(host), esbuild = find_esbuild(host);
    if (node.empty()) return fail(ErrorKind::not_found, "node: no such program", "apt install nodejs esbuild");
    if (esbuild.empty()) return fail(ErrorKind::not_found, "esbuild: no such program", "apt install esbuild");
    kernel::Runtime runtime = node_runtime(node);
    runtime.name = "TypeScript";
    runtime.prelude = "typescript.js";
    runtime.argv.push_back(esbuild);
    return kernel::ProcessKernel::start(std::move(runtime), host);
}

}  // namespace

Language typescript()
{
    return {.name = "typescript",
            .aliases = {"ts"},
            .display_name = "TypeScript",
            .start = start,
            .file_extension = "ts",
            .find_runtime = [](const Host& host) { return find_node(host).empty() ? std::string{} : find_esbuild(host); },
            .package = "nodejs esbuild",
            .version_cell =
                "console.log(require('child_process').execFileSync('esbuild', ['--version']).toString().trim() + ' on node ' + "
                "process.version)"};
}

}  // namespace oi::language
