// Script: a conversation written down beforehand; what the model script:FILE plays.
#pragma once

#include "base/error.h"
#include "core/usage.h"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace oi::llm {

// What a reply is made of, in order.
struct ScriptText {
    std::string text;
};
struct ScriptThought {
    std::string text;
};
struct ScriptCode {
    std::string language;
    std::string code;
};
struct ScriptDelay {
    std::chrono::milliseconds pause;
};  // before each following piece
struct ScriptPieces {
    std::size_t bytes;
};  // size of the following pieces; 0: words and lines
struct ScriptError {
    Error error;
};                     // the reply ends here
struct ScriptWait {};  // hangs until stopped
struct ScriptExpect {
    std::string text;
};  // the request must hold it
struct ScriptRaw {
    std::string text;
};  // goes out as it stands, fences and all
using ScriptStep =
    std::variant<ScriptText, ScriptThought, ScriptCode, ScriptDelay, ScriptPieces, ScriptError, ScriptWait, ScriptExpect, ScriptRaw>;

struct ScriptReply {
    std::vector<ScriptStep> steps;
    Usage usage{};
    bool is_repeated = false;  // answers every request from here on
    int line = 1;              // where it starts
};

// A file of replies, separated by lines of "---". Lines starting with # at the top of a reply are comments; prose is
// text; a block between ``` fences is a call of its language. Directives stand on lines of their own, outside blocks:
//   @delay MS     pause before each following piece (0: none)
//   @pieces N     bytes of each following piece (0, the default: words of text, lines of code)
//   @error KIND TEXT   the reply ends with this error; KIND is one of ErrorKind's names
//   @cut          the stream breaks here
//   @wait         nothing more comes until the request is stopped
//   @text         the rest of the reply goes out as it stands
//   @think TEXT   the next line of what the model thinks
//   @expect TEXT  the last message of the request must hold TEXT
//   @usage INPUT OUTPUT [DOLLARS]   what the reply used; without dollars its price is not known
//   @repeat       this reply is given for ever
// `{{name}}` in prose stands for VALUE of the last line "name: VALUE" that the computer printed; "?" without one.
// Errors are invalid and name the line.
Result<std::vector<ScriptReply>> parse_script(std::string_view text);

}  // namespace oi::llm
