// Dialogue: the conversation as vendors see it: turns of user and assistant, and every tool call with its one result.
#pragma once

#include "core/language_model.h"
#include "llm/reader/chunk_maker.h"
#include "llm/images/image_limits.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace oi::llm {

struct Text {
    std::string text;
    std::string_view opaque{};  // JSON that the vendor wants back with it; see ReplyMemory
};
struct Image {
    std::string_view mime;  // "image/png"
    std::string data;       // base64
    int width = 0;          // pixels
    int height = 0;
};
struct Call {
    int number = 0;  // from 1, by position in the conversation: the vendor's id is made from it
    std::string_view language;
    std::string_view code;
    std::string_view opaque{};  // as above
};
struct CallResult {
    int number = 0;
    std::string text;  // never empty
    std::vector<Image> images;
};
using Part = std::variant<Text, Image, Call, CallResult>;

// Results come first in the user's turn, before anything else the user says.
struct Turn {
    Role role = Role::user;  // user or assistant; no two of the same in a row
    std::vector<Part> parts;
};

struct DialogueForm {
    CodeForm code = CodeForm::calls;  // fences: calls and results become Markdown text
    bool takes_images = false;        // false: a line of text stands for each
    ImageLimits limits{};             // of images: larger ones are made smaller, of too many the oldest become lines of text
    bool assistant_images = false;    // false: pictures that the model made come with the user's next turn
};

// Starts and ends with a turn of the user, as every vendor requires. Messages for the user alone, and kinds that no model
// is sent, are left out; texts are trimmed, empty ones dropped. A call without output gets a result that says so, a call
// that never ran one that says so. Images by path are read from disk; what is no image becomes a line of text. The code of calls stays in
// `messages`.
std::vector<Turn> make_dialogue(std::span<const Message> messages, DialogueForm form);

// For the formats that want the parts of a turn sorted: its texts with blank lines between, all images of it and of the
// results in it, whether it calls the tool.
std::string text_of(const Turn& turn);
std::vector<const Image*> images_of(const Turn& turn);
bool has_call(const Turn& turn);
// Stands before images that come alone.
inline constexpr std::string_view images_caption = "Images of the output:";

// What a model without tools is told beside the system message.
std::string fence_instructions(std::span<const std::string> languages);

}  // namespace oi::llm
