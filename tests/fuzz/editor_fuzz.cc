// Feeds any bytes to the key reader, the line editor, its completion of words and its view: text stays valid, the cursor stays in it.
#include "base/text.h"
#include "frontend/terminal/completion.h"
#include "frontend/terminal/editor.h"
#include "frontend/terminal/editor_view.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool is_so)
{
    if (!is_so) std::abort();
}

void check(const std::string& text) { require(oi::valid_utf8(text) == text); }

}  // namespace

// The first two bytes are the size of the terminal; a byte of 0xFF in what follows ends a read and is the moment in which an
// unfinished sequence is given up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const oi::sys::TerminalSize screen{1 + data[0] % 100, 1 + data[1] % 40};
    std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    oi::History history{""};
    history.add("an entry");
    history.add("another\nof two lines");
    oi::LineEditor editor{&history};
    oi::KeyReader reader;
    oi::EditorView view{{}};
    const auto press = [&](const std::vector<oi::Key>& keys) {
        for (const oi::Key& key : keys) {
            if (editor.feed(key) == oi::LineEditor::Outcome::submit) check(editor.take());
            require(editor.cursor() <= editor.text().size());
        }
        view.draw(editor, {{{"> "}}}, screen);
    };
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\xFF'), bytes.size());
        press(reader.feed(bytes.substr(0, end)));
        press(reader.flush());
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    check(editor.whole());
    oi::shell_word_start(editor.text());
    view.finish(editor, {{{"> "}}}, screen);
    return 0;
}
