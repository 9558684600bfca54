// Exports: a conversation as a document for people, notebooks or other programs. Pure: nothing is read or written here.
#pragma once

#include "base/error.h"
#include "core/message.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct ExportOptions {
    std::string title{};  // the heading; empty: the first words that the person said
    std::string stem{};   // what files beside a document are named after: STEM-1.png
    // The content of a file that a message names (a picture by its path); nullopt or empty: the path stands for it.
    std::function<std::optional<std::string>(const std::string& path)> read{};
};

struct Exported {
    struct File {
        std::string name;
        std::string bytes;
        bool operator==(const File&) const = default;
    };
    std::string text;
    std::vector<File> files{};  // which belong beside it
};

// The forms. What is meant for the model alone is left out of all but JSON.

// A heading where another speaks, code and output fenced, pictures as files beside it.
Exported to_markdown(std::span<const Message> messages, const ExportOptions& options);
// Jupyter notebook, nbformat 4.5 (https://nbformat.readthedocs.io), with outputs. Python cells, and those of languages that
// IPython has a cell magic for, run again; code of others stands as text.
std::string to_notebook(std::span<const Message> messages, const ExportOptions& options);
// One page that needs nothing else and runs nothing: everything is escaped, and its policy forbids scripts and requests.
std::string to_html(std::span<const Message> messages, const ExportOptions& options);
// The list of LMC messages that classic Open Interpreter writes and reads, all of them.
std::string to_json_list(std::span<const Message> messages);

// What to_json_list() and classic Open Interpreter wrote. invalid: not JSON (line and column), no list, or the number of the
// message that is none and why.
Result<std::vector<Message>> from_json_list(std::string_view text);

// Of the first thing that the person said, one line of at most `bytes` bytes; empty: nothing was said.
std::string first_words(std::span<const Message> messages, std::size_t bytes);
// "count-the-lines": those words as the name of a file; "conversation" when there are none.
std::string file_stem(std::span<const Message> messages);

}  // namespace oi
