// PictureTerminal: how the terminal in front of us shows pictures: what its environment tells, and what it answers when asked.
#pragma once

#include "frontend/terminal/blocks.h"
#include "sys/terminal.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace oi {

enum class PictureWay : std::uint8_t { off, blocks, sixel, iterm2, kitty };

// A character cell in pixels; 0: not known.
struct CellSize {
    int width = 0;
    int height = 0;
    bool operator==(const CellSize&) const = default;
};

class PictureTerminal {
public:
    using Environment = std::function<std::string(const char* name)>;  // empty: not set

    // `setting`: "auto" or a way's name. Asks nothing yet.
    PictureTerminal(std::string_view setting, const Environment& environment);

    PictureWay way() const { return way_; }
    Palette palette() const { return palette_; }
    CellSize cell() const { return cell_; }
    // What the system says of the window, if it knows its pixels.
    void resize(sys::TerminalSize size);

    // What the terminal is to be asked, the first time; then, and when everything is known, empty. Each question is one that
    // a terminal without an answer passes over, but for the last, which all answer.
    std::string question();
    bool is_waiting() const { return is_asked_ && !is_answered_; }
    void give_up() { is_answered_ = true; }  // what comes later still counts
    // A reply of the terminal's, a whole sequence; others are passed over.
    void hear(std::string_view reply);

private:
    void hear_attributes(std::string_view parameters);

    PictureWay way_ = PictureWay::blocks;
    Palette palette_ = Palette::ansi_16;
    CellSize cell_;
    bool is_open_ = false;  // the way may become a better one
    bool asks_kitty_ = false;
    bool is_asked_ = false;
    bool is_answered_ = false;
};

}  // namespace oi
