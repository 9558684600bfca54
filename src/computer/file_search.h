// Searching the text files below a folder for words.
#pragma once

#include "base/error.h"
#include "core/sandbox.h"

#include <stop_token>
#include <string>
#include <vector>

namespace oi::computer {

struct Hit {
    std::string path;  // below the folder
    int line = 0;      // from 1
    std::string text;  // of that line, shortened
};

// At most fifty lines, the best first: those with the whole query, then those with most of its words (upper and lower case
// are the same), then those in files that hold all words. The words of a file's name count, too. Not looked into: .git,
// node_modules and the like, binaries, files above 2 MB, what may not be read, folders behind links. Errors: cancelled,
// denied (by `policy`, too: what a sandbox hides from code must not be read for it), and those of the folder.
Result<std::vector<Hit>> search_files(std::string_view query, const std::string& folder, const SandboxPolicy& policy,
                                      const std::stop_token& stop);

}  // namespace oi::computer
