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

}  // namespace

bool is_shown_as_file(const Chunk& chunk)
{
    return chunk.type == Kind::image || chunk.type == Kind::file || (chunk.type == Kind::code && chunk.role == Role::computer);
}

Result<std::string> SavedFiles::save(const Chunk& whole)
{
    const bool is_base64 = whole.format.starts_with("base64");
    if (!is_base64 && whole.type != Kind::code) return whole.content;
    if (folder_.empty()) {
        std::string made = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
        if (!::mkdtemp(made.data())) return fail_errno(made);
        folder_ = made;
    }
    std::string path = cat(folder_, "/", ++count_, extension_of(whole));
    OI_CHECK(sys::write_file(path, is_base64 ? from_base64(whole.content) : whole.content, 0600));
    return path;
}

}  // namespace oi
