// The table of toolchains; see toolchain.h.
#include "kernel/drivers/toolchain.h"

#include "base/text.h"
#include "kernel/drivers/whole_program.h"

#include <algorithm>
#include <array>

namespace oi::kernel {

namespace {

// C's standard output into a pipe would else be kept back until the program ends, and lost when it crashes.
constexpr std::string_view line_buffering =
    "#include <stdio.h>\n"
    "__attribute__((constructor)) static void buffer_lines(void) { setvbuf(stdout, 0, _IOLBF, 0); }\n";

const std::vector<Toolchain>& toolchains()
{
    // Never destroyed: a turn may run while the process ends.
    static const auto& c_environment = *new std::vector<const char*>{"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH"};
    static const auto& c_marks =
        *new std::vector<std::string_view>{"#include \"", "# include", "__has_include", "#embed", "__DATE__", "__TIME__"};
    static const auto& all = *new std::vector<Toolchain>{
        {.language = "c",
         .syntax = Syntax::c,
         .file = "cell.c",
         .compilers = {"gcc", "cc", "clang"},
         .flags = "-std=gnu17 -O1 -pthread -o program whole.c buffer.c -lm",
         .environment = c_environment,
         .outside_marks = c_marks},
        {.language = "cpp",
         .syntax = Syntax::cpp,
         .file = "cell.cc",
         .compilers = {"g++", "c++", "clang++"},
         .flags = "-std=c++20 -O1 -pthread -o program whole.cc buffer.cc -lm",
         .environment = c_environment,
         .outside_marks = c_marks},
        {.language = "go",
         .syntax = Syntax::go,
         .file = "cell.go",
         .compilers = {"go"},
         .flags = "build -trimpath -ldflags=-s",
         .runs_in_session_folder = true,
         .environment = {"GOFLAGS", "GOOS", "GOARCH", "GOROOT", "CGO_ENABLED", "GOEXPERIMENT"},
         .outside_marks = {"//go:embed"}},
        {.language = "rust",
         .syntax = Syntax::rust,
         .file = "cell.rs",
         .compilers = {"rustc"},
         .flags = "--edition 2021 --crate-name cell -A redundant_semicolons -A path_statements -C opt-level=1 -C strip=debuginfo -C "
                  "overflow-checks=on -C "
                  "debug-assertions=on -o program cell.rs",
         .outside_marks = {"include!", "include_str!", "include_bytes!", "env!", "mod ", "#[path"}},
    };
    return all;
}

bool is_c(const Toolchain& toolchain) { return toolchain.syntax == Syntax::c || toolchain.syntax == Syntax::cpp; }

// Whether an import of Go names a module: the first part of its path has a dot.
bool imports_modules(std::string_view code)
{
    const std::string bones = skeleton(code, Syntax::go);
    const auto import = bones.find("import");
    if (import == std::string::npos) return false;
    const auto end = std::min(bones.find("func", import), bones.size());
    for (auto open = bones.find('"', import); open < end; open = bones.find('"', open + 1)) {
        const auto close = bones.find('"', open + 1);
        if (close == std::string::npos) break;
        const auto path = code.substr(open + 1, close - open - 1);
        if (path.substr(0, path.find('/')).find('.') != std::string_view::npos) return true;
        open = close;
    }
    return false;
}

}  // namespace

const Toolchain* find_toolchain(std::string_view language)
{
    const auto found =
        std::find_if(toolchains().begin(), toolchains().end(), [&](const Toolchain& one) { return one.language == language; });
    return found == toolchains().end() ? nullptr : &*found;
}

std::vector<std::string> compile_command(const Toolchain& toolchain, const Workshop& workshop)
{
    std::vector<std::string> command{workshop.compiler};
    const auto add = [&](std::string_view words) {
        for (const auto word : split(words, ' '))
            if (!word.empty()) command.emplace_back(word);
    };
    if (is_c(toolchain)) command.insert(command.end(), {"-iquote", workshop.session});
    add(toolchain.flags);
    add(workshop.more_flags);
    if (toolchain.syntax == Syntax::go)
        command.insert(command.end(), {"-o", workshop.folder + "/program", cat(workshop.folder, "/", toolchain.file)});
    return command;
}

std::vector<Source> sources(const Toolchain& toolchain, std::string_view code)
{
    std::string whole = whole_program(code, toolchain.syntax, toolchain.file).text;
    if (!is_c(toolchain)) return {{std::string{toolchain.file}, std::move(whole)}};
    const std::string_view ending = toolchain.file.substr(toolchain.file.find('.'));
    return {{std::string{toolchain.file}, std::string{code}},
            {cat("whole", ending), std::move(whole)},
            {cat("buffer", ending), std::string{line_buffering}}};
}

bool is_self_contained(const Toolchain& toolchain, std::string_view code)
{
    if (toolchain.syntax == Syntax::go && imports_modules(code)) return false;
    return std::none_of(toolchain.outside_marks.begin(), toolchain.outside_marks.end(),
                        [&](std::string_view mark) { return code.find(mark) != std::string_view::npos; });
}

std::string own_flags(std::string_view code)
{
    constexpr std::string_view mark = "flags:";
    for (const auto line : split(code, '\n')) {
        auto rest = trim(line);
        if (rest.empty()) continue;
        if (!rest.starts_with("//")) break;
        rest = trim(rest.substr(2));
        if (rest.starts_with(mark)) return std::string{trim(rest.substr(mark.size()))};
    }
    return {};
}

}  // namespace oi::kernel
