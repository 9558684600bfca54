// SavedFiles: pictures and pages that code has made, as files that a person can open.
#pragma once

#include "base/error.h"
#include "core/chunk.h"

#include <string>

namespace oi {

// Whether the chunk is part of a picture, a file or a page: nothing that can be printed as text.
bool is_shown_as_file(const Chunk& chunk);

// The files stay when the program ends: they are the person's.
class SavedFiles {
public:
    // In two steps, of which the second may be taken on another thread: a path of our own (or the one that it is already), and
    // the content into it.
    Result<std::string> place(const Chunk& whole);
    static Result<void> write(const std::string& path, const Chunk& whole);

    // The path of a file with the content of `whole`, a message of which is_shown_as_file(). One that is a path already
    // stays where it is.
    Result<std::string> save(const Chunk& whole);

private:
    std::string folder_;  // made for the first file
    int count_ = 0;
};

}  // namespace oi
