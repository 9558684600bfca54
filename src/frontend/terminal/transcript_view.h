// TranscriptView: the stream of chunks on the page: text, code cells, output, pictures.
#pragma once

#include "core/chunk.h"
#include "frontend/saved_files.h"
#include "frontend/terminal/cell_view.h"
#include "frontend/terminal/markdown.h"
#include "frontend/terminal/thought_view.h"

#include <string>

namespace oi {

class TranscriptView {
public:
    explicit TranscriptView(Page& page) : page_{page}, markdown_{page}, thought_{page}, code_{page}, output_{page} {}

    void show(const Chunk& chunk);
    void think(std::string_view text);  // the next piece of what the model thinks
    void finish();                      // ends whatever is open

    // One line of the program's own.
    void note(std::string_view text, const Style& style = {.colour = Colour::grey});

    CodeView& code() { return code_; }
    const CodeView& code() const { return code_; }
    OutputView& output() { return output_; }

private:
    enum class View : unsigned char { none, text, thought, code, output, file };
    void open(View view, const Chunk& chunk);
    void save_file();

    Page& page_;
    Markdown markdown_;
    SafeText safe_;
    ThoughtView thought_;
    CodeView code_;
    OutputView output_;
    View view_ = View::none;
    Chunk file_;  // a picture or a page as far as it has come
    SavedFiles files_;
};

}  // namespace oi
