// The history file; see history.h.
#include "frontend/terminal/history.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi {

namespace {

constexpr std::size_t most_entries = 5000;
constexpr std::size_t longest_entry = 64 * 1024;  // that is written
constexpr std::size_t largest_file = 4 << 20;

std::string escaped(std::string_view entry) { return replace_all(replace_all(std::string{entry}, "\\", "\\\\"), "\n", "\\n"); }

std::string unescaped(std::string_view line)
{
    std::string entry;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) entry += line[i];
        else entry += line[++i] == 'n' ? '\n' : line[i];
    }
    return entry;
}

bool is_private(std::string_view entry)
{
    return entry.starts_with(' ') || (trim(entry).starts_with('%') && entry.find("api_key") != std::string_view::npos);
}

// Lines of the file; of one that has grown large, its newest half.
std::vector<std::string_view> newest(std::string_view content)
{
    auto lines = split(content, '\n');
    std::erase_if(lines, [](std::string_view line) { return line.empty(); });
    std::size_t first = lines.size() > 2 * most_entries ? lines.size() - most_entries : 0;
    if (content.size() > largest_file) {
        std::size_t bytes = 0, from = lines.size();
        while (from > first && (bytes += lines[from - 1].size() + 1) <= largest_file / 2) --from;
        first = from;
    }
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
    return lines;
}

// Whether the open file is still the one of that name.
bool has_name(const sys::Fd& file, const std::string& path)
{
    struct stat ours {
    }, named{};
    return ::fstat(file.get(), &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

// Writes the newest half to a new file in place of the old one. Whoever appends holds a lock, shared, on the file that
// has the name; with ours alone nobody does. While somebody appends, the next program has its turn.
void shorten(const std::string& path)
{
    const sys::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
    if (!has_name(file, path)) return;
    const std::string content = sys::read_file(path).value_or("");
    std::string kept;
    for (const auto line : newest(content)) kept += cat(line, "\n");
    if (kept.size() < content.size()) ignore(sys::write_file(path, kept, 0600), "a large history is no fault");
}

// The file that has the name once the lock is held: another program may have put a shorter one in its place.
sys::Fd open_to_append(const std::string& path)
{
    for (int tries = 0; tries < 5; ++tries) {
        sys::Fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
        if (!file.is_open() || ::flock(file.get(), LOCK_SH) != 0 || has_name(file, path)) return file;
    }
    return {};
}

}  // namespace

void History::load()
{
    if (is_loaded_) return;
    is_loaded_ = true;
    const std::string content = path_.empty() ? std::string{} : sys::read_file(path_, 16 * largest_file).value_or("");
    const auto lines = newest(content);
    std::vector<std::string> old;
    old.reserve(lines.size());
    std::size_t bytes = 0;
    for (const auto line : lines) {
        bytes += line.size() + 1;
        old.push_back(unescaped(line));
    }
    entries_.insert(entries_.begin(), std::make_move_iterator(old.begin()), std::make_move_iterator(old.end()));
    if (bytes < content.size()) shorten(path_);
}

void History::add(std::string entry)
{
    if (is_blank(entry) || is_private(entry)) return;
    load();
    if (!entries_.empty() && entries_.back() == entry) return;
    entries_.push_back(std::move(entry));
    if (path_.empty() || entries_.back().size() > longest_entry) return;
    const auto slash = path_.rfind('/');
    if (slash != std::string::npos && slash > 0) ignore(sys::make_folders(path_.substr(0, slash)), "opening the file fails then");
    const sys::Fd file = open_to_append(path_);
    if (file.is_open()) ignore(sys::write_all(file.get(), escaped(entries_.back()) + "\n"), "history is a comfort");
}

std::size_t History::size()
{
    load();
    return entries_.size();
}

const std::string& History::at(std::size_t index)
{
    load();
    return entries_[index];
}

std::optional<std::size_t> History::search(std::string_view text, std::size_t before)
{
    load();
    for (std::size_t i = std::min(before, entries_.size()); i > 0; --i)
        if (entries_[i - 1].find(text) != std::string::npos) return i - 1;
    return {};
}

std::optional<std::size_t> History::search_after(std::string_view text, std::size_t from)
{
    load();
    for (std::size_t i = from; i < entries_.size(); ++i)
        if (entries_[i].find(text) != std::string::npos) return i;
    return {};
}

}  // namespace oi
