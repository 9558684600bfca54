// Files that stand in a message; see attachments.h.
#include "frontend/attachments.h"

#include "base/text.h"
#include "sys/fd.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi {

namespace {

constexpr std::size_t longest_text = 32 * 1024;  // that is looked through
constexpr std::size_t most_attachments = 20;

bool is_file(const std::string& path)
{
    struct stat info {};
    return !path.empty() && ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool is_named_like_picture(std::string_view path)
{
    constexpr std::array<std::string_view, 6> endings{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"};
    const std::string end = lower(path.substr(path.size() - std::min<std::size_t>(path.size(), 5)));
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return end.ends_with(ending); });
}

// Its first bytes: a JPEG may have a small picture before its size.
std::string beginning_of(const std::string& path)
{
    const sys::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    std::string bytes(256 * 1024, '\0');
    const ssize_t got = file.is_open() ? ::read(file.get(), bytes.data(), bytes.size()) : 0;
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

void Attachments::note_paste(std::string_view text)
{
    if (text.size() > longest_text) return;
    const PathsInText paths = paths_in(text);
    if (!paths.is_all) return;
    for (const auto& place : paths.places) {
        const auto path = std::find_if(place.begin(), place.end(), is_file);
        if (path != place.end()) pasted_.insert(*path);
    }
}

std::optional<Attachment> Attachments::look_at(const std::string& path) const
{
    if (!is_file(path)) return {};
    Attachment file{path};
    if (is_named_like_picture(path) && read_size_) file.size = read_size_(beginning_of(path));
    if (file.size || pasted_.contains(path)) return file;
    return {};
}

std::vector<Attachment> Attachments::of(std::string_view text) const
{
    std::vector<Attachment> found;
    if (text.size() > longest_text) return found;
    for (const auto& place : paths_in(text).places) {
        for (const auto& path : place) {
            const auto file = look_at(path);
            if (!file) continue;
            if (found.size() < most_attachments && std::find(found.begin(), found.end(), *file) == found.end()) found.push_back(*file);
            break;
        }
    }
    return found;
}

std::vector<Message> as_messages(std::span<const Attachment> attachments, bool takes_pictures)
{
    std::vector<Message> messages;
    for (const Attachment& file : attachments)
        messages.push_back(
            {.role = Role::user, .type = file.size && takes_pictures ? Kind::image : Kind::file, .format = "path", .content = file.path});
    return messages;
}

std::string describe(std::span<const Attachment> attachments, bool takes_pictures)
{
    std::vector<std::string> names;
    bool has_picture = false;
    for (const Attachment& file : attachments) {
        has_picture |= file.size.has_value();
        names.push_back(cat(file_name(file.path), file.size ? cat(" (", file.size->width, "x", file.size->height, ")") : std::string{}));
    }
    return cat(join(names, ", "), has_picture && !takes_pictures ? "; this model takes no pictures, it is told the path" : "");
}

}  // namespace oi
