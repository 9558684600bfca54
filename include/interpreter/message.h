// Message and Chunk: what a conversation is made of, and how it arrives. All text is UTF-8.
#pragma once

#include <string>

namespace interpreter {

// One message, spelled as in the JSON of docs/protocol.md:
//   role       user, assistant, computer, system or server
//   type       message, code, console, image, file, confirmation, review, command, error or status
//   format     of code its language ("python", "html"); of a console "output"; of an image "base64.png", "base64.jpeg" or "path"
//   content    the text, or the picture in base64, or a path
//   recipient  empty: everyone; "user": never sent to the model; "assistant": never shown
// More roles and types may come: what you do not know, pass on or leave out.
struct Message {
    std::string role = "user";
    std::string type = "message";
    std::string format{};
    std::string content{};
    std::string recipient{};
    bool operator==(const Message&) const = default;
};

// A piece of a message on its way. Mark::start opens a message and Mark::end closes it (both without content); between them each
// `content` is the next piece of its text. Two kinds belong to no message:
//   console / active_line       `content`: the number of the line that runs, from 1; empty: none does any more
//   confirmation / execution    code is about to run: `language`, `content` (the code), and `id`, which Decide answers (0: it runs
//                               without a question)
// A chunk that a Kernel hands over may leave everything but `content` as it is: printed text.
struct Chunk {
    enum class Mark { none, start, end };
    std::string role = "computer";
    std::string type = "console";
    std::string format = "output";
    std::string content{};
    std::string recipient{};
    Mark mark = Mark::none;
    std::string language{};
    int id = 0;
    bool operator==(const Chunk&) const = default;
};

}  // namespace interpreter
