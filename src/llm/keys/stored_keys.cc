// Stored keys: the file, edited line by line so that what the person wrote into it stays.
#include "llm/keys/stored_keys.h"

#include "base/text.h"
#include "llm/keys/desktop_keys.h"
#include "sys/files.h"

#include <algorithm>
#include <optional>
#include <sys/stat.h>

namespace oi::llm {

namespace {

constexpr std::string_view desktop_mark = "@desktop";
constexpr std::string_view head = "# Keys of model vendors: VENDOR KEY [ADDRESS]. For their owner alone; see interpreter --keys.\n";

struct Line {
    std::string text;
    std::optional<StoredKey> key{};  // unset: a comment, or blank
};

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    for (const auto word : split(line, ' '))
        if (!is_blank(word)) words.push_back(trim(word));
    return words;
}

Result<std::vector<Line>> read_lines()
{
    const std::string path = stored_keys_path();
    if (!sys::exists(path)) return std::vector<Line>{};
    OI_TRY(const std::string text, sys::read_file(path, 1 << 20));
    struct stat info {};
    // Whoever made it so that others can read it did not mean to.
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) ::chmod(path.c_str(), 0600);
    std::vector<Line> lines;
    for (const auto line : split(text, '\n')) {
        const std::string blanks = replace_all(std::string{line}, "\t", " ");
        const auto words = words_of(blanks);
        lines.push_back({std::string{line}});
        if (words.empty() || words.front().starts_with('#')) continue;
        if (words.size() < 2 || words.size() > 3)
            return fail(ErrorKind::invalid, cat(path, ":", lines.size(), ": a line is VENDOR KEY, or VENDOR KEY ADDRESS"),
                        "mend it, or remove it");
        lines.back().key = StoredKey{.vendor = std::string{words[0]},
                                     .address = words.size() == 3 ? std::string{words[2]} : "",
                                     .key = words[1] == desktop_mark ? "" : std::string{words[1]}};
    }
    while (!lines.empty() && lines.back().text.empty()) lines.pop_back();
    return lines;
}

Result<void> write_lines(const std::vector<Line>& lines)
{
    std::string text;
    for (const auto& line : lines) text += line.text + "\n";
    OI_CHECK(sys::make_folders(sys::config_folder()));
    return sys::write_file(stored_keys_path(), text, 0600);
}

std::string as_line(const StoredKey& key)
{
    return cat(key.vendor, " ", key.is_in_desktop() ? desktop_mark : key.key, key.address.empty() ? "" : " ", key.address);
}

auto is_for(std::string_view vendor, std::string_view address)
{
    return [=](const Line& line) { return line.key && line.key->vendor == vendor && line.key->address == address; };
}

}  // namespace

std::string stored_keys_path() { return cat(sys::config_folder(), "/keys"); }

Result<std::vector<StoredKey>> stored_keys()
{
    OI_TRY(const auto lines, read_lines());
    std::vector<StoredKey> keys;
    for (const auto& line : lines)
        if (line.key) keys.push_back(*line.key);
    return keys;
}

Result<std::string> stored_key(std::string_view vendor, std::string_view address)
{
    OI_TRY(const auto lines, read_lines());
    const auto found = std::find_if(lines.begin(), lines.end(), is_for(vendor, address));
    if (found == lines.end()) return std::string{};
    return found->key->is_in_desktop() ? desktop_key(vendor, address) : found->key->key;
}

Result<KeyPlace> store_key(const StoredKey& key)
{
    if (key.key.empty() || key.key.find_first_of(" \t\r\n") != std::string::npos)
        return fail(ErrorKind::invalid, "a key is one word", "paste it again, without what stands around it");
    OI_TRY(auto lines, read_lines());
    const bool is_in_desktop = has_desktop_keys() && store_desktop_key(key).has_value();
    const StoredKey row{.vendor = key.vendor, .address = key.address, .key = is_in_desktop ? "" : key.key};
    if (lines.empty()) lines.push_back({std::string{trim(head)}});
    const auto old = std::find_if(lines.begin(), lines.end(), is_for(key.vendor, key.address));
    if (old == lines.end()) lines.push_back({as_line(row), row});
    else *old = {as_line(row), row};
    OI_CHECK(write_lines(lines));
    return is_in_desktop ? KeyPlace::desktop : KeyPlace::file;
}

Result<bool> remove_key(std::string_view vendor, std::string_view address)
{
    OI_TRY(auto lines, read_lines());
    const auto found = std::find_if(lines.begin(), lines.end(), is_for(vendor, address));
    if (found == lines.end()) return false;
    if (found->key->is_in_desktop()) OI_CHECK(remove_desktop_key(vendor, address));
    lines.erase(found);
    OI_CHECK(write_lines(lines));
    return true;
}

std::string masked_key(std::string_view key)
{
    constexpr std::size_t shown = 4;
    if (key.size() < 4 * shown) return "***";
    const auto dash = key.substr(0, 10).rfind('-');  // sk-ant-, sk-proj-: says the vendor, and is no secret
    const auto begin = key.substr(0, dash == std::string_view::npos ? shown : std::min<std::size_t>(dash + 1, 8));
    return cat(begin, "...", key.substr(key.size() - shown));
}

}  // namespace oi::llm
