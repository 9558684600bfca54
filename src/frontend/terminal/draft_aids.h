// DraftAids: what stands below the message that is typed (the choices of Tab, the files it attaches), and how it came there.
#pragma once

#include "frontend/attachments.h"
#include "frontend/terminal/completion.h"
#include "frontend/terminal/editor.h"
#include "frontend/terminal/style.h"

#include <string>
#include <vector>

namespace oi {

class DraftAids {
public:
    DraftAids(CompletionNames names, ReadPictureSize read_size) : completer_{std::move(names)}, attachments_{std::move(read_size)} {}

    // To be called with each key before the editor gets it. True: the key was Tab, or took the hint, and has completed a word.
    bool press(const Key& key, LineEditor& editor);
    std::vector<Attachment> attached(std::string_view text) const { return attachments_.of(text); }
    // What would end the word that is typed, if only one thing can: of a % command, as far as nothing has to be asked for it. Empty:
    // nothing, or the person wants no hints. It is shown behind the text; the right arrow and End take it.
    std::string hint(const LineEditor& editor) const;
    void set_hints(bool are_shown) { has_hints_ = are_shown; }
    // For the rows below the text.
    std::vector<Spans> rows(const LineEditor& editor, int columns, bool takes_pictures);

private:
    Completer completer_;
    Attachments attachments_;
    std::vector<std::string> choices_;
    std::string looked_at_;  // the text whose files are in files_
    std::vector<Attachment> files_;
    bool has_hints_ = false;
};

// Words in columns, `most` rows at the most; the last says how many are left out.
std::vector<std::string> in_columns(const std::vector<std::string>& words, int columns, std::size_t most);

}  // namespace oi
