// History: the lines a person has typed, kept in a file across runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// The file has one entry a line (backslash and newline escaped), mode 0600. Programs that run at the same time append to
// it; when it has grown large the oldest half is left out. It is read when an entry is first asked for. A file that cannot
// be read or written is no error: there is no history then. A line that begins with a blank, or that gives an API key, is
// remembered nowhere.
class History {
public:
    explicit History(std::string path) : path_{std::move(path)} {}

    void add(std::string entry);
    std::size_t size();
    const std::string& at(std::size_t index);
    // The newest entry before `before` that contains `text`, and the oldest from `from` on.
    std::optional<std::size_t> search(std::string_view text, std::size_t before);
    std::optional<std::size_t> search_after(std::string_view text, std::size_t from);

private:
    void load();

    std::string path_;
    std::vector<std::string> entries_;
    bool is_loaded_ = false;
};

}  // namespace oi
