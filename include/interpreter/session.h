// Session: a conversation with a model whose code runs on this machine. Where to begin:
//
//     interpreter::Session session{{.settings = {{"model", "gpt-4o"}, {"auto_run", "true"}}}};
//     for (const auto& message : session.chat("How many files are in this folder?"))
//         std::cout << message.role << ": " << message.content << '\n';
#pragma once

#include "interpreter/events.h"
#include "interpreter/options.h"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interpreter {

// Sees each event of a blocking call, on the thread of the caller, and may answer it: the Op that it returns is submitted. A question
// (ApprovalAsked, InputAsked) that is not answered is answered with Decide::nobody and end of file.
using Handler = std::function<std::optional<Op>(const Event&)>;

struct LanguageInfo {
    std::string name;
    std::string display_name;
    std::string file_extension;
    std::vector<std::string> aliases;
    bool is_available = false;  // what runs it is on this machine
    bool is_offered = false;    // the model is told of it
};

class ChunkRange;

// Any thread may call any function; one consumer at a time takes the events (next, take, chat or stream). Constructing it starts
// nothing: threads, model and files come with the first op, language sessions with the first code. Destroying it stops the turn and
// ends the language sessions; it blocks until they are gone (milliseconds).
//
// After fork() the child may go on with a Session that was never used; one that was used belongs to the parent: every function throws
// Error (unsupported) but the destructor and renew_after_fork(). Neither disturbs the parent.
class INTERPRETER_API Session {
public:
    // Throws Error: a setting that does not exist (the hint names the nearest) or a bad value, a function or language without a name
    // or with one that is taken; with reads_files a malformed file.
    explicit Session(Options options = {});
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    // Never blocks. Throws Error (invalid) for a message with an unknown role or type or without content; then nothing has happened.
    // What goes wrong later (no model, a bad key) is the failure of TurnDone, and the next op tries again.
    void submit(Op op);

    // The next event; waits for it. nullopt: the time has passed first. Without a time it waits for ever.
    // Throws what a callback threw, once, in place of that turn's TurnDone.
    std::optional<Event> next(std::optional<std::chrono::steady_clock::duration> timeout = {});

    // All events that wait, oldest first; never blocks. An exception of a callback is thrown when nothing stands before it any more:
    // by the next call.
    std::vector<Event> take();

    // A turn runs or waits to run.
    bool is_busy() const;

    // Says it, waits for the end of the turn and gives the messages that were added behind it. Events that still wait are dropped first.
    // Throws Error when the turn failed (denied: code wanted to run and nobody answered), and what callbacks and the handler threw; the
    // turn has ended then, and what was said is in messages(). invalid: a turn runs already.
    std::vector<Message> chat(std::string message, const Handler& handler = {});
    std::vector<Message> chat(Op op, const Handler& handler = {});  // Say, GoOn, Run, Restart, Reset or Compact

    // The same as chunks: for (const Chunk& chunk : session.stream("...")). Leaving the loop early stops the turn and its code. The
    // session must outlive the range.
    ChunkRange stream(std::string message, Handler handler = {});
    ChunkRange stream(Op op, Handler handler = {});

    // What follows is not for while a turn runs: throws Error (invalid) then.

    // The messages from number `first` on, from 0.
    std::vector<Message> messages(std::size_t first = 0) const;
    // Goes on with these; the language sessions stay. Throws Error (invalid) with the number of the one that is malformed; then nothing
    // has changed.
    void set_messages(std::vector<Message> messages);

    // Settings by the names of docs/manual/settings.md, as text ("true", "0.2"); empty: not set. Throws Error: no such setting (the
    // hint names the nearest), a bad value, one that cannot change any more once the session has begun (unsupported); then nothing has
    // changed. A model, key or address that turns out to be wrong is the failure of the next turn.
    std::string setting(std::string_view name) const;
    void set(std::string_view name, std::string_view value);
    // What the model is told before anything else, as it is sent.
    std::string system_message() const;

    Usage usage() const;
    // How many tokens the next request would have with `text` at its end. Contacts nobody.
    long count_tokens(std::string_view text = {}) const;
    std::vector<LanguageInfo> languages() const;
    // What the cells of a language have defined, a line each, the newest last; empty: nothing, or no session of it runs.
    std::vector<std::string> variables(std::string_view language) const;
    // What cells call as computer.METHOD(...), called by the program itself: "files.search" with arguments and result as JSON objects.
    // Throws Error: unsupported (no such method) and the failures of the method.
    std::string call(std::string_view method, const std::string& arguments);

    // Hands the terminal to the person until they leave, with everything that the program `interpreter` has there; with a message: shows
    // that one turn and returns. Catches SIGINT, SIGTERM and the like while it runs. Without a terminal it writes plain text,
    // and each line of stdin is a turn. Gives 0: done; 1: the turn failed; 130: interrupted.
    int run_terminal(std::string first_message = {});

    // In the child after fork(): what the parent runs is left alone and forgotten here; the session is as newly made, with its settings
    // and its messages (none, if a turn ran at that moment or its TurnDone was not taken yet).
    void renew_after_fork();

private:
    friend class ChunkRange;
    class State;
    std::shared_ptr<State> state_;  // shared with the threads of a session that is being left
};

// The words that the system message begins with while the setting system_message is not set; facts of the machine follow them.
INTERPRETER_API std::string default_system_message();

// The chunks of one turn. An input range: to be gone through once.
class INTERPRETER_API ChunkRange {
public:
    class Iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using iterator_category = std::input_iterator_tag;
        using value_type = Chunk;
        using difference_type = std::ptrdiff_t;
        using pointer = const Chunk*;
        using reference = const Chunk&;

        Iterator() = default;
        const Chunk& operator*() const { return *range_->current_; }
        const Chunk* operator->() const { return &*range_->current_; }
        // Waits for the next chunk. Throws as chat().
        Iterator& operator++()
        {
            range_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !range_ || !range_->current_; }

    private:
        friend class ChunkRange;
        explicit Iterator(ChunkRange& range) : range_{&range} {}
        ChunkRange* range_ = nullptr;
    };

    Iterator begin();
    std::default_sentinel_t end() const { return {}; }
    ~ChunkRange();
    ChunkRange(ChunkRange&&) noexcept;
    ChunkRange& operator=(ChunkRange&&) = delete;

private:
    friend class Session;
    struct Rest;
    explicit ChunkRange(std::unique_ptr<Rest> rest);
    void advance();
    std::optional<Chunk> current_;
    std::unique_ptr<Rest> rest_;
};

}  // namespace interpreter
