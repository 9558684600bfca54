// Writes pictures and pages to a temporary folder.
#include "frontend/saved_files.h"

#include "base/text.h"
#include "sys/files.h"

#include <array>
#include <cstdlib>

namespace oi {

namespace {

// RFC 4648; white space is skipped, anything else ends the text.
std::string from_base64(std::string_view text)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<int, 256> values;
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) values[static_cast<unsigned char>(digits[i])] = static_cast<int>(i);
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ') continue;
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) break;
        bits = (bits << 6) | static_cast<unsigned>(value);
        if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8));
    }
    return bytes;
}

std::string_view extension_of(const Chunk& whole)
{
    if (whole.format == "html") return ".html";
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
