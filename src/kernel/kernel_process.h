// KernelProcess: one life of a kernel: its keeper, its output pipe and its two descriptors for frames.
#pragma once

#include "core/chunk.h"
#include "kernel/frame.h"
#include "kernel/keyboard.h"
#include "kernel/utf8_stream.h"
#include "sys/keeper.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace oi::kernel {

class WarmParents;

// Where a driver finds its descriptors (docs/protocol.md). Node marks what it inherits close-on-exec only
// up to 15, scripts like to use 3 to 9, and bash takes 10 and up for itself.
constexpr int frames_in_fd = 13;
constexpr int frames_out_fd = 14;
constexpr int library_fd = 15;

// How the program at the other end ended, or why it did not start.
struct Death {
    sys::Exit exit;
    int start_errno = 0;  // not 0: it could not be executed
};

class KernelProcess {
public:
    // `library`: the text of a file that the process gets as descriptor 15; empty: none. With `parents` it is forked from one of
    // them if there is one that fits: then it has its driver already.
    static Result<std::unique_ptr<KernelProcess>> start(const sys::Command& command, std::string_view library = {},
                                                        WarmParents* parents = nullptr);
    bool has_driver() const { return has_driver_; }

    // Waits for one thing to happen and handles what there is: output goes to `sink`, frames to `on_frame`
    // after the output that was written before them. Ends early when on_frame returns false.
    // ErrorKind::protocol: the driver does not speak the protocol; ErrorKind::io: a pipe failed.
    using FrameHandler = std::function<bool(const Frame&)>;
    Result<sys::Woke> step(const ChunkSink& sink, const FrameHandler& on_frame, sys::Deadline deadline, const sys::StopSignal& stop);

    // Between these two, step() also ends when a process of the cell waits for the keyboard: then there is a question.
    void begin_cell();
    void end_cell() { keyboard_.end_cell(); }
    std::optional<InputAsked> take_question() { return std::exchange(question_, std::nullopt); }
    void answer(std::string_view line, const ChunkSink& sink);
    bool end_file() { return keyboard_.end_file(); }

    void send(std::string_view frame) { outgoing_ += frame; }
    // Hands over the output that is in the pipe by now; never waits.
    void drain(const ChunkSink& sink);
    // drain(), and a character that was never finished.
    void end_output(const ChunkSink& sink);
    enum class From : std::uint8_t { program, pipe, terminal };
    // Output that is whole text.
    void hand_over(std::string text, const ChunkSink& sink, From from = From::program);
    // Whether the last thing handed over was a whole line.
    bool is_at_line_start() const { return is_at_line_start_; }

    std::string folder() const;  // the working folder now; empty: unknown
    pid_t pid() const { return pid_; }

    const std::optional<Death>& death() const { return death_; }
    bool is_listening() const { return from_driver_.is_open(); }  // a frame may come
    bool is_marking() const { return is_marking_; }
    void mark();
    void interrupt();
    // What an interrupt of the cell has left although it was killed, in words.
    std::vector<std::string> survivors() const;
    // Ends the process and all that it started; gives what could not be ended, in words.
    std::vector<std::string> end();
    void kill() { keeper_.kill(); }

private:
    KernelProcess(sys::Keeper keeper, sys::Fd to_driver, sys::Fd from_driver, sys::Fd output, Keyboard keyboard);
    void read_output(std::size_t at_most, const ChunkSink& sink);
    void read_terminal(const ChunkSink& sink);
    void look();
    Result<bool> read_frames(const ChunkSink& sink, const FrameHandler& on_frame);
    void write_frames();
    void read_reports();

    sys::Keeper keeper_;
    sys::Fd to_driver_;
    sys::Fd from_driver_;
    sys::Fd output_;
    std::string outgoing_;
    FrameReader frames_;
    Utf8Stream text_;
    Keyboard keyboard_;
    Utf8Stream terminal_text_;
    std::optional<InputAsked> question_;
    bool is_line_ended_ = false;  // by us, behind a password: the program's own end of that line is dropped (see Keyboard::answer)
    std::string line_;            // of the output that is not finished, or its end: what may be a prompt
    std::unique_ptr<char[]> block_;
    bool is_at_line_start_ = true;
    bool is_marking_ = false;
    bool has_driver_ = false;
    pid_t pid_ = 0;  // 0: not told yet
    std::optional<Death> death_;
};

}  // namespace oi::kernel
