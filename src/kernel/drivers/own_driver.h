// OwnDriver: the driver's side of docs/protocol.md, for languages that our own executable runs (`interpreter --as ...`).
#pragma once

#include "kernel/display.h"
#include "kernel/frame.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi::kernel {

// One at a time: it owns the process's SIGINT and descriptors 13 and 14.
class OwnDriver {
public:
    OwnDriver();

    // Waits for the next cell and gives its code; nullopt: the program is gone.
    std::optional<std::string> next_cell();
    // Whether this cell has been interrupted.
    static bool is_interrupted();

    void line(long number);
    // Returns when the program has taken it, so that what is printed next comes after it.
    void display(const Bundle& bundle);
    // Bytes to descriptor 1, at once.
    static void print(std::string_view text);
    // `result` as in the protocol; an interrupted cell ends as such, whatever it says.
    void end(std::string_view result, std::string_view note = {});

private:
    std::optional<Frame> read_frame();

    FrameReader frames_;
    long cell_ = 0;
    long display_ = 0;
};

}  // namespace oi::kernel
