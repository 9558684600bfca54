// Searching files for words; see file_search.h.
#include "computer/file_search.h"

#include "base/text.h"
#include "computer/reach.h"
#include "sys/fd.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::computer {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest = 2'000'000;
constexpr std::size_t most_hits = 50, most_in_file = 5, shown_bytes = 200, binary_head = 8192;
constexpr std::array<std::string_view, 8> skipped{".git", "node_modules", ".hg", ".svn", "__pycache__", ".venv", ".mypy_cache", ".tox"};

struct Scored {
    int score = 0;
    Hit hit;
};

bool is_better(const Scored& a, const Scored& b)
{
    if (a.score != b.score) return a.score > b.score;
    return a.hit.path != b.hit.path ? a.hit.path < b.hit.path : a.hit.line < b.hit.line;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

std::vector<std::string> words_of(std::string_view query)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < query.size();) {
        std::size_t end = at;
        while (end < query.size() && is_word(query[end])) ++end;
        if (end > at) words.emplace_back(query.substr(at, end - at));
        at = std::max(end, at + 1);
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

// memmem is several times as fast as std::string_view::find.
bool holds(std::string_view text, std::string_view word) { return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr; }

class Search {
public:
    Search(std::string_view query, const SandboxPolicy& policy) : policy_{policy}, phrase_{lower(trim(query))}, words_{words_of(phrase_)}
    {
        if (words_.empty() && !phrase_.empty()) words_.push_back(phrase_);  // only signs: "->"
    }

    bool is_empty() const { return words_.empty(); }

    void look_into(const fs::path& path, const std::string& shown)
    {
        const int in_name = count_words(lower(path.filename().native()));
        if (!read(path)) return;
        lower_.resize(text_.size());
        std::transform(text_.begin(), text_.end(), lower_.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const int in_file = count_words(lower_);
        if (in_file == 0 && in_name == 0) return;
        std::vector<Scored> found;
        if (in_file > 0) find_lines(shown, in_file + in_name, found);
        if (found.empty()) found.push_back({10 * in_name, {shown, 1, shown_line(0, text_.find('\n'))}});
        if (found.size() > most_in_file) {
            std::partial_sort(found.begin(), found.begin() + most_in_file, found.end(), is_better);
            found.resize(most_in_file);
        }
        best_.insert(best_.end(), found.begin(), found.end());
    }

    std::vector<Hit> best()
    {
        std::sort(best_.begin(), best_.end(), is_better);
        best_.resize(std::min(best_.size(), most_hits));
        std::vector<Hit> hits;
        for (auto& scored : best_) hits.push_back(std::move(scored.hit));
        return hits;
    }

private:
    int count_words(std::string_view text) const
    {
        return static_cast<int>(std::count_if(words_.begin(), words_.end(), [&](const auto& word) { return holds(text, word); }));
    }

    // false: it is no text, or cannot be read.
    bool read(const fs::path& path)
    {
        const sys::Fd file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
        struct stat info {};
        if (!file.is_open() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
        if (info.st_size <= 0 || static_cast<std::size_t>(info.st_size) > largest) return false;
        if (policy_.files != SandboxPolicy::Files::all && !may_read(place_of(file), policy_)) return false;
        text_.resize(static_cast<std::size_t>(info.st_size));
        const ssize_t got = ::read(file.get(), text_.data(), text_.size());
        text_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        return got > 0 && !std::memchr(text_.data(), 0, std::min(text_.size(), binary_head));
    }

    void find_lines(const std::string& shown, int whole, std::vector<Scored>& found) const
    {
        int line = 1;
        for (std::size_t at = 0; at < lower_.size(); ++line) {
            const std::size_t end = std::min(lower_.find('\n', at), lower_.size());
            const std::string_view text{lower_.data() + at, end - at};
            if (const int in_line = count_words(text); in_line > 0) {
                const bool has_phrase = words_.size() > 1 && holds(text, phrase_);
                found.push_back({(has_phrase ? 1000 : 0) + 20 * in_line + whole, {shown, line, shown_line(at, end)}});
            }
            at = end + 1;
        }
    }

    std::string shown_line(std::size_t begin, std::size_t end) const
    {
        const auto line = trim(std::string_view{text_}.substr(begin, end - begin));
        return valid_utf8(line.size() > shown_bytes ? cat(utf8_prefix(line, shown_bytes), "...") : std::string{line});
    }

    const SandboxPolicy& policy_;
    std::string phrase_;
    std::vector<std::string> words_;
    std::string text_;   // of the file that is looked into,
    std::string lower_;  // and in lower case
    std::vector<Scored> best_;
};

bool is_skipped(const fs::path& name) { return std::find(skipped.begin(), skipped.end(), name.native()) != skipped.end(); }

}  // namespace

Result<std::vector<Hit>> search_files(std::string_view query, const std::string& folder, const SandboxPolicy& policy,
                                      const std::stop_token& stop)
{
    Search search{query, policy};
    if (search.is_empty()) return fail(ErrorKind::invalid, "computer.files.search: the query is empty");
    if (!may_read(resolved(folder), policy))
        return fail(ErrorKind::denied, cat(folder, ": in a sandbox computer.files.search looks only where code works"));
    std::error_code error;
    fs::recursive_directory_iterator entry{folder, fs::directory_options::skip_permission_denied, error};
    if (error)
        return fail(error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::not_found, cat(folder, ": ", error.message()));
    const std::size_t root = folder.ends_with('/') ? folder.size() : folder.size() + 1;
    for (; entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
        if (stop.stop_requested()) return fail(ErrorKind::cancelled, "the search was stopped");
        if (error) break;  // a folder that has gone meanwhile
        std::error_code unknown;
        if (entry->is_symlink(unknown)) continue;
        if (entry->is_directory(unknown)) {
            if (is_skipped(entry->path().filename())) entry.disable_recursion_pending();
        } else if (entry->is_regular_file(unknown)) {
            search.look_into(entry->path(), entry->path().native().substr(root));
        }
    }
    return search.best();
}

}  // namespace oi::computer
