// React: a component becomes one page, bundled by esbuild with the React of this machine.
#include "base/embedded.h"
#include "base/text.h"
#include "kernel/document_kernel.h"
#include "kernel/helper.h"
#include "kernel/languages.h"
#include "sys/files.h"

#include <regex>

namespace oi::language {

namespace {

using namespace std::chrono_literals;
constexpr const char* packages = "apt install esbuild node-react node-react-dom";
constexpr const char* debian_modules = "/usr/share/nodejs";

std::string find_esbuild(const Host& host) { return sys::find_program("esbuild", host.environment); }

bool has_react(const Host& host)
{
    return sys::exists(cat(debian_modules, "/react-dom/package.json")) ||
           sys::exists(cat(host.folder, "/node_modules/react-dom/package.json"));
}

bool matches(const std::string& code, const char* pattern) { return std::regex_search(code, std::regex{pattern}); }

// The component that is to be shown, exported; a cell that renders by itself stays as it is, and so does one without any.
std::string with_export(const std::string& code)
{
    if (matches(code, R"((^|[\n;])\s*export\s+default\b|\bas\s+default\b)") ||
        matches(code, R"(\bcreateRoot\s*\(|\bReactDOM\s*\.\s*render\s*\()"))
        return code;
    if (matches(code, R"(\b(function|class|const|let|var)\s+App\b)")) return cat(code, "\nexport default App;\n");
    // Markup alone.
    if (trim(code).starts_with('<')) return cat("export default () => <>", code, "</>;\n");
    return code;
}

// Whether a page of that source shows anything.
bool has_component(const std::string& source) { return matches(source, R"(\bdefault\b|\bcreateRoot\s*\(|\bReactDOM\s*\.)"); }

// esbuild's words about the cell; of a package that is missing, what brings it.
std::string explained(std::string said, const Host& host)
{
    std::smatch found;
    if (!std::regex_search(said, found, std::regex{"Could not resolve \"(@[\\w-]+/[\\w.-]+|\\w[\\w-]*)"})) return said;
    const std::string name = found.str(1), debian = name.starts_with('@') ? "" : cat("apt install node-", name, ", or ");
    return cat("There is no package \"", name, "\" here: ", debian, "npm install ", name, " in ", host.folder, ".\n", said);
}

std::string page_of(std::string_view script)
{
    // Whatever is in a text of the script, it must not end the element.
    const std::string safe = replace_all(std::string{script}, "</script", "<\\/script");
    return cat(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n</head>\n"
        "<body>\n<div id=\"root\"></div>\n<script>\n",
        safe, "\n__oi_show(__oi_page);\n</script>\n</body>\n</html>\n");
}

Result<std::string> bundle(const Host& given, const std::string& code, const std::stop_token& stop)
{
    const std::string source = with_export(code);
    Host host = given;
    // The folder's own packages go first: esbuild looks there before it looks on this path.
    std::erase_if(host.environment, [](const std::string& entry) { return entry.starts_with("NODE_PATH="); });
    host.environment.push_back(cat("NODE_PATH=", host.folder, "/node_modules:", debian_modules));
    OI_TRY(const auto scratch, kernel::ScratchFolder::make(host));
    const std::string shim = scratch.path() + "/shim.js", out = scratch.path() + "/page.js";
    OI_CHECK(scratch.write("shim.js", embedded("kernels/react.js")));
    OI_TRY(const auto finished,
           kernel::run_helper(
               host,
               {find_esbuild(host), "--bundle", "--loader=tsx", "--sourcefile=cell.jsx", "--format=iife", "--global-name=__oi_page",
                "--minify", "--jsx=automatic", "--charset=utf8", "--legal-comments=none", "--target=es2020",
                R"(--define:process.env.NODE_ENV="production")", "--loader:.svg=dataurl", "--loader:.png=dataurl", "--loader:.jpg=dataurl",
                cat("--inject:", shim), cat("--outfile=", out), "--log-level=error", "--color=false"},
               source, 20s, stop));
    const auto script = scratch.read("page.js");
    if (finished.exit != sys::Exit{} || !script) return fail(ErrorKind::invalid, explained(valid_utf8(finished.output), host));
    if (!has_component(source)) return fail(ErrorKind::invalid, "There is no component to show: name it App, or export it as default.");
    return page_of(*script);
}

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    if (find_esbuild(host).empty()) return fail(ErrorKind::not_found, "esbuild: no such program", packages);
    if (!has_react(host)) return fail(ErrorKind::not_found, cat(debian_modules, "/react-dom: there is no React"), packages);
    return kernel::DocumentKernel::start(host, bundle);
}

}  // namespace

Language react()
{
    return {.name = "react",
            .aliases = {"jsx", "tsx"},
            .display_name = "React",
            .start = start,
            .file_extension = "jsx",
            .find_runtime = [](const Host& host) { return has_react(host) ? find_esbuild(host) : std::string{}; },
            .package = "esbuild node-react node-react-dom",
            .keeps_state = false};
}

}  // namespace oi::language
