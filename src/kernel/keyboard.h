// Keyboard: the terminal that is a kernel's standard input, and who waits at it.
#pragma once

#include "core/event.h"
#include "sys/pty.h"
#include "sys/terminal_reader.h"
#include "sys/wait.h"

#include <optional>
#include <string>
#include <string_view>

#include <poll.h>

namespace oi::kernel {

class Keyboard {
public:
    // On a machine without pseudo terminals there is none: cells then read an end of file.
    static Keyboard open();

    int terminal() const { return pty_.terminal.get(); }  // what becomes descriptor 0; -1: none
    pollfd watched() const { return {pty_.master.get(), static_cast<short>(pending_.empty() ? POLLIN : POLLIN | POLLOUT), 0}; }
    // What processes wrote to the terminal, less the echo of answers; never waits.
    std::string read();
    void write();  // types what has not been taken yet; never waits

    // Between these two, processes that are looked for are those of the cell.
    void begin_cell();
    void end_cell();  // what was typed and not read is dropped, the terminal's mode is as at the beginning
    // The cell has written something; `line`: the line in progress now.
    void heard(std::string_view line, bool by_terminal);

    // Whether a process is older than the cell.
    bool is_earlier(const sys::ProcessId& process) const { return process.started < cell_began_; }

    // When to look() again; nullopt: no cell runs. There is no event for a process that begins to wait for a terminal.
    sys::Deadline look_at() const { return look_at_; }
    // Whether a process of the cell waits for somebody to type. `line`: what may be its prompt.
    std::optional<InputAsked> look(pid_t keeper, pid_t kernel, std::string_view line);

    // Types a line for the process found by look(). Gives what is to be added to the output.
    std::string answer(std::string_view line);
    // Types the end of a file. False: the cell has got that before and only goes on waiting.
    bool end_file();

private:
    termios mode() const;  // of the terminal that is read
    void type_line(std::string_view line, const termios& mode);

    sys::Pty pty_;
    termios first_mode_{};
    std::string pending_;  // to be typed
    std::string echo_;     // what the terminal will repeat of it
    sys::Deadline look_at_{};
    sys::Clock::time_point last_look_{};
    std::uint64_t cell_began_ = 0;               // as sys::process_clock()
    std::optional<sys::TerminalReader> reader_;  // that was asked for
    bool is_secret_ = false;                     // the question was
    bool has_news_ = false;                      // the cell wrote something since the last answer
    bool has_prompt_ = false;                    // to the terminal
    bool has_typed_ = false;                     // in this cell
    int ends_ = 0;                               // of files, in this cell
};

}  // namespace oi::kernel
