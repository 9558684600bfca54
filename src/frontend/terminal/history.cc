// The history file; see history.h.
#include "frontend/terminal/history.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <algorithm>
#include <fcntl.h>

namespace oi {

namespace {

constexpr std::size_t most_entries = 5000;

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

}  // namespace

void History::load()
{
    if (is_loaded_) return;
    is_loaded_ = true;
    auto content = path_.empty() ? std::string{} : sys::read_file(path_).value_or("");
    std::vector<std::string> old;
    for (const auto line : split(content, '\n'))
        if (!line.empty()) old.push_back(unescaped(line));
    if (old.size() > most_entries) old.erase(old.begin(), old.end() - most_entries);
    entries_.insert(entries_.begin(), old.begin(), old.end());
}

void History::add(std::string entry)
{
    if (is_blank(entry)) return;
    load();
    if (!entries_.empty() && entries_.back() == entry) return;
    entries_.push_back(std::move(entry));
    if (path_.empty() || entries_.back().size() > 64 * 1024) return;
    const auto slash = path_.rfind('/');
    if (slash != std::string::npos && slash > 0) ignore(sys::make_folders(path_.substr(0, slash)), "opening the file fails then");
    const sys::Fd file{::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
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

}  // namespace oi
