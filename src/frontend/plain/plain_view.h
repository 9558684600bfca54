// PlainView: chunks as text; code in fences, everything else as it is.
#pragma once

#include "core/chunk.h"
#include "frontend/saved_files.h"
#include "frontend/terminal/safe_text.h"

#include <string>

namespace oi {

// The layout of classic Open Interpreter: each block begins and ends with a newline; code stands between ```LANGUAGE and
// ``` on lines of their own.
class PlainView {
public:
    explicit PlainView(SafeText::Level level) : level_{level}, safe_{level} {}

    void show(const Chunk& chunk, std::string& out);
    // Ends a line in progress, before something else is printed.
    void finish_line(std::string& out);

private:
    void open(std::string& out);
    void start(const Chunk& chunk, std::string& out);
    void end(const Chunk& chunk, std::string& out);

    SafeText::Level level_;
    SafeText safe_;
    SavedFiles files_;
    Chunk file_;
    Chunk begun_;              // the start of a block of which nothing was shown yet,
    bool is_pending_ = false;  // if there is one
    bool has_hidden_ = false;  // it has held something that is not for the person
    bool is_line_start_ = true;
    bool has_begun_ = false;  // the first block has no newline before it
};

}  // namespace oi
