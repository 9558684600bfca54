// TranscriptView: the stream of chunks on the page: text, code cells, output, pictures.
#pragma once

#include "core/chunk.h"
#include "frontend/saved_files.h"
#include "frontend/terminal/cell_view.h"
#include "frontend/terminal/html_table.h"
#include "frontend/terminal/markdown.h"
#include "frontend/terminal/picture_view.h"
#include "frontend/terminal/thought_view.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace oi {

class TranscriptView {
public:
    explicit TranscriptView(Page& page) : page_{page}, markdown_{page}, thought_{page}, code_{page}, output_{page}, pictures_{page} {}

    // Runs work on a thread of its own, after which finish_drawing() is to be called; empty: pictures are made at once.
    using Aside = std::function<void(std::function<void(std::stop_token)>)>;
    void set_aside(Aside aside) { aside_ = std::move(aside); }
    // A picture is being made: nothing else is shown until finish_drawing() has put it.
    bool is_drawing() const { return drawing_ != nullptr; }
    void finish_drawing();

    void show(const Chunk& chunk);
    void think(std::string_view text);  // the next piece of what the model thinks
    void finish();                      // ends whatever is open

    // Of a cell that runs. At the end a line says that nothing was printed, or how long it took if that was long; `took` is
    // then the time, or nothing if that is not to be said.
    void begin_cell() { has_output_ = false; }
    void end_cell(std::optional<std::chrono::seconds> took);

    // One line of the program's own.
    void note(std::string_view text, const Style& style = {.colour = Colour::grey});

    CodeView& code() { return code_; }
    const CodeView& code() const { return code_; }
    OutputView& output() { return output_; }
    PictureView& pictures() { return pictures_; }
    const PictureView& pictures() const { return pictures_; }

private:
    enum class View : unsigned char { none, text, thought, code, output, file };
    void open(View view, const Chunk& chunk);
    void end_file();
    bool put_table(const Chunk& page);
    bool is_twin(const Chunk& output);
    struct Picture {
        std::string what;
        Chunk file;  // whose content is to be saved first; empty: it is there
        PictureJob job;
        std::optional<Result<Drawing>> made{};
        Result<Drawing> make(std::stop_token stop);
    };
    void make(std::shared_ptr<Picture> picture);
    void put(const Picture& picture);
    void put_path(std::string_view what, const std::string& path, std::string_view fault);

    Page& page_;
    Markdown markdown_;
    SafeText safe_;
    ThoughtView thought_;
    CodeView code_;
    OutputView output_;
    PictureView pictures_;
    View view_ = View::none;
    bool has_output_ = false;  // of the cell
    Chunk file_;               // a picture or a page as far as it has come
    SavedFiles files_;
    Aside aside_;
    std::shared_ptr<Picture> drawing_;  // with the thread that makes it
    std::optional<HtmlTable> table_;    // just put; the text that says the same may follow
};

}  // namespace oi
