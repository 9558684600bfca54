// Writes pictures and pages to a temporary folder.
#include "frontend/saved_files.h"

#include "base/base64.h"
#include "base/text.h"
#include "frontend/svg.h"
#include "sys/files.h"

#include <cstdlib>

namespace oi {

namespace {

std::string_view extension_of(const Chunk& whole)
{
    if (whole.format == "html") return is_svg(whole.content) ? ".svg" : ".html";
    if (whole.format == "javascript") return ".js";
    return whole.format.ends_with("jpeg") ? ".jpg" : ".png";
}

bool is_path(const Chunk& whole) { return !whole.format.starts_with("base64") && whole.type != Kind::code; }

}  // namespace

bool is_shown_as_file(const Chunk& chunk)
{
    return chunk.type == Kind::image || chunk.type == Kind::file || (chunk.type == Kind::code && chunk.role == Role::computer);
}

Result<std::string> SavedFiles::place(const Chunk& whole)
{
    if (is_path(whole)) return whole.content;
    if (folder_.empty()) {
        std::string made = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
        if (!::mkdtemp(made.data())) return fail_errno(made);
        folder_ = made;
    }
    return cat(folder_, "/", ++count_, extension_of(whole));
}

Result<void> SavedFiles::write(const std::string& path, const Chunk& whole)
{
    if (is_path(whole)) return {};
    return sys::write_file(path, whole.format.starts_with("base64") ? from_base64(whole.content) : whole.content, 0600);
}

Result<std::string> SavedFiles::save(const Chunk& whole)
{
    OI_TRY(std::string path, place(whole));
    OI_CHECK(write(path, whole));
    return path;
}

}  // namespace oi
