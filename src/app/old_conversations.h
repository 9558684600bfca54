// Conversation files of the classic program that are still where it kept them, to be listed among the stored ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oi {

struct OldConversation {
    std::string path;
    std::string name;          // from the file's name: what it begins with
    std::int64_t changed = 0;  // seconds since 1970, UTC
};

// Where its versions had their folder, newest name first; those that are there.
std::vector<std::string> classic_folders();
// The .json files of a folder, sorted.
std::vector<std::string> json_files(const std::string& folder);

// Those that were not imported as they are now, newest first. Reads no file but the list of the imported ones.
std::vector<OldConversation> old_conversations();
// The file is in the store by now, so it is listed no more.
void note_imported(const std::string& path);

}  // namespace oi
