// JsonReader: what a program writes to the json frontend, line by line, as values.
#pragma once

#include "base/error.h"
#include "core/event.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace oi {

struct JsonNothing {};  // understood, and nothing to do yet (a start mark, a blank line)
struct JsonStop {};     // stop the turn
struct JsonGo {};       // yes to the question that waits
struct JsonConfirm {
    Decide decide;
};
struct JsonInput {
    Input input;
};

using JsonLine = std::variant<JsonNothing, Say, JsonConfirm, JsonInput, JsonStop, JsonGo, Background, Reset, Steer>;

// Lines count from 1. A message comes whole in one line, or framed: a start mark, pieces, an end mark.
class JsonReader {
public:
    // `line` without its newline. Errors (invalid) name the line and the column; the next line is read as if
    // nothing had been.
    Result<JsonLine> read(std::string_view line);

private:
    Result<JsonLine> in_frame(Message piece, bool is_end);
    Fail wrong(std::string what, std::string hint = {}) const;

    long number_ = 0;
    std::optional<Message> framed_;  // begun and not ended
    bool has_content_ = false;
};

}  // namespace oi
