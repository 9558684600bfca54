// Writes exports; see export_file.h.
#include "frontend/magic/export_file.h"

#include "agent/session.h"
#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace oi {

namespace {

constexpr std::size_t longest_picture = 64 << 20;

bool is_folder(const std::string& path)
{
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string file_name(std::string_view path) { return std::string{path.substr(path.rfind('/') + 1)}; }

// A new, empty file, which no other program gets: STEM.md, STEM-2.md, ...
Result<std::string> new_file(const std::string& stem, std::string_view extension)
{
    constexpr int most = 10'000;
    for (int i = 1; i < most; ++i) {
        std::string path = i == 1 ? cat(stem, extension) : cat(stem, "-", i, extension);
        const sys::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
        if (file.is_open()) return path;
        if (errno != EEXIST) return fail_errno(path);
    }
    return fail(ErrorKind::io, cat(stem, extension, " and thousands like it are there already"), "name another file");
}

struct Place {
    std::string path;
    bool is_new = true;  // made by us: nobody else's content goes with it
};

Result<Place> place_for(std::string_view wanted, const std::string& stem, std::string_view extension)
{
    std::string path = typed_path(wanted);
    if (wanted.empty() || is_folder(path)) {
        OI_TRY(std::string made, new_file(cat(path, path.ends_with('/') ? "" : "/", stem), extension));
        return Place{std::move(made)};
    }
    if (file_name(path).find('.') == std::string::npos) path += extension;
    return Place{path, !sys::exists(path)};
}

std::optional<std::string> read_picture(const std::string& path)
{
    auto content = sys::read_file(sys::absolute(path), longest_picture);
    return content ? std::optional{std::move(*content)} : std::nullopt;
}

// Whether a file of somebody else would be replaced.
bool has_one_there(const Exported& exported, const std::string& folder)
{
    return std::any_of(exported.files.begin(), exported.files.end(),
                       [&](const Exported::File& file) { return sys::exists(folder + file.name); });
}

}  // namespace

std::string typed_path(std::string_view path)
{
    path = trim(path);
    const bool is_quoted = path.size() > 1 && path.front() == path.back() && (path.front() == '"' || path.front() == '\'');
    if (is_quoted) path = path.substr(1, path.size() - 2);
    return path.empty() ? sys::current_folder() : sys::absolute(path);
}

Result<std::string> write_export(std::span<const Message> messages, std::string_view wanted, const ExportForm& form)
{
    if (messages.empty()) return fail(ErrorKind::invalid, "there is nothing to save yet");
    const std::string stem = form.stem.empty() ? file_stem(messages) : std::string{form.stem};
    OI_TRY(const Place place, place_for(wanted, stem, form.extension));
    const std::string folder = place.path.substr(0, place.path.rfind('/') + 1);
    const std::string name = file_name(place.path);
    ExportOptions options{.stem = name.substr(0, name.rfind('.')), .read = read_picture};
    Exported exported = form.write(messages, options);
    for (int i = 2; place.is_new && has_one_there(exported, folder); ++i) {
        options.stem = cat(name.substr(0, name.rfind('.')), "-picture", i);
        exported = form.write(messages, options);
    }
    OI_CHECK(sys::write_file(place.path, exported.text));
    for (const auto& file : exported.files) OI_CHECK(sys::write_file(folder + file.name, file.bytes));
    std::string line = cat(place.is_new ? "Wrote " : "Replaced ", place.path);
    if (!exported.files.empty())
        line += cat(", and ", exported.files.size(), exported.files.size() == 1 ? " picture" : " pictures", " beside it");
    return line + ".";
}

void magic_export(MagicContext& context, std::string_view wanted, const ExportForm& form)
{
    const auto written = write_export(context.session.messages(), wanted, form);
    context.has_failed = !written;
    context.say(written ? *written : to_line(written.error()));
}

}  // namespace oi
