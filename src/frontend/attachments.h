// Attachments: the files that a message gives to the model, by the paths that stand in its text.
#pragma once

#include "core/message.h"

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct PictureSize {
    int width = 0;  // pixels
    int height = 0;
    bool operator==(const PictureSize&) const = default;
};
// Of a picture's first bytes; nullopt: they are none's.
using ReadPictureSize = std::function<std::optional<PictureSize>(std::string_view bytes)>;

struct Attachment {
    std::string path;                   // absolute, of a file that is there
    std::optional<PictureSize> size{};  // of a picture, which the model is shown; else it is named
    bool operator==(const Attachment&) const = default;
};

// Pictures are found wherever their path stands; it begins with / ~/ ./ ../ or file://. Other files only if their paths
// came as a whole paste, as dragging gives them: a word of prose is no gift.
class Attachments {
public:
    explicit Attachments(ReadPictureSize read_size) : read_size_{std::move(read_size)} {}

    // Text that came at once.
    void note_paste(std::string_view text);
    // In the order of the text, each file once.
    std::vector<Attachment> of(std::string_view text) const;

private:
    std::optional<Attachment> look_at(const std::string& path) const;

    ReadPictureSize read_size_;
    std::set<std::string> pasted_;  // absolute paths
};

// As they go to the model: image/path for pictures that it takes, file/path for all else.
std::vector<Message> as_messages(std::span<const Attachment> attachments, bool takes_pictures);

// "plot.png (1280x800), data.csv"; what a model without eyes gets of a picture is said.
std::string describe(std::span<const Attachment> attachments, bool takes_pictures);

// The paths that stand in a text, as they are meant: shell quotes, backslashes and file:// undone, made absolute. Candidates: nobody
// has looked whether they exist. `is_all`: nothing else stands there.
struct PathsInText {
    // Of one place in the text, the likeliest first: punctuation may belong to the sentence, blanks to the path.
    std::vector<std::vector<std::string>> places;
    bool is_all = true;
};
PathsInText paths_in(std::string_view text);

}  // namespace oi
