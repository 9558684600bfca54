// Runs $EDITOR; see external_editor.h.
#include "frontend/terminal/external_editor.h"

#include "base/text.h"
#include "frontend/terminal/foreground.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <fcntl.h>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace oi {

namespace {

std::string_view extension_of(std::string_view language)
{
    constexpr std::pair<std::string_view, std::string_view> extensions[] = {
        {"python", ".py"},     {"py", ".py"},     {"shell", ".sh"},      {"bash", ".sh"}, {"sh", ".sh"},
        {"javascript", ".js"}, {"js", ".js"},     {"typescript", ".ts"}, {"ruby", ".rb"}, {"r", ".R"},
        {"html", ".html"},     {"java", ".java"}, {"markdown", ".md"}};
    for (const auto& [name, extension] : extensions)
        if (lower(language) == name) return extension;
    return ".txt";
}

std::string editor_command()
{
    for (const char* variable : {"VISUAL", "EDITOR"})
        if (auto command = sys::environment(variable); !command.empty()) return command;
    for (const char* program : {"nano", "vim", "vi"})
        if (!sys::find_program(program).empty()) return program;
    return {};
}

}  // namespace

Result<std::string> edit_outside(std::string_view text, std::string_view language)
{
    const std::string command = editor_command();
    if (command.empty()) return fail(ErrorKind::not_found, "no editor found", "set EDITOR");
    const std::string_view extension = extension_of(language);
    std::string path = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX", extension);
    const sys::Fd file{::mkostemps(path.data(), static_cast<int>(extension.size()), O_CLOEXEC)};
    if (!file.is_open()) return fail_errno(path);
    auto edited = [&]() -> Result<std::string> {
        OI_CHECK(sys::write_all(file.get(), text));
        OI_TRY(const int code, run_with_terminal(command, {path}));
        if (code != 0) return fail(ErrorKind::cancelled, cat("the editor `", command, "` failed"), "set EDITOR to one that works");
        return sys::read_file(path);
    }();
    ::unlink(path.c_str());
    if (!edited) return edited;
    if (!text.ends_with('\n') && edited->ends_with('\n')) edited->pop_back();  // editors end the last line
    return edited;
}

}  // namespace oi
