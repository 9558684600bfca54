// History: the lines a person has typed, kept in a file across runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// The file has one entry a line (backslash and newline escaped), mode 0600, and is only appended to, so that two
// programs can share it. It is read when an entry is first asked for. A file that cannot be read or written is
// no error: there is no history then.
class History {
public:
    explicit History(std::string path) : path_{std::move(path)} {}

    void add(std::string entry);
    std::size_t size();
    const std::string& at(std::size_t index);
    // The newest entry before `before` that contains `text`.
    std::optional<std::size_t> search(std::string_view text, std::size_t before);

private:
    void load();

    std::string path_;
    std::vector<std::string> entries_;
    bool is_loaded_ = false;
};

}  // namespace oi
