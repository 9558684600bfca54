// TextFile: one text file of the person's, opened so that it can be replaced as a whole.
#pragma once

#include "core/sandbox.h"
#include "sys/fd.h"

#include <string>
#include <string_view>
#include <sys/stat.h>

namespace oi::computer {

class TextFile {
public:
    // Follows symbolic links: it is what they name that is edited. denied: it may not be written, by the system or by
    // `policy`; invalid: it is a folder, no regular file, no text, or larger than 64 MiB.
    static Result<TextFile> open(const std::string& path, const SandboxPolicy& policy);

    const std::string& content() const { return content_; }
    // The file holds `content` then, with the mode that it had, or it is as it was.
    Result<void> replace(std::string_view content) const;

private:
    TextFile() = default;

    std::string path_;  // as it was given, for errors
    std::string name_;  // in the folder
    sys::Fd folder_;
    std::string content_;
    struct stat info_ {};
};

}  // namespace oi::computer
