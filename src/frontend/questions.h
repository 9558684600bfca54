// Questions: what a person at a terminal is asked line by line, before a conversation begins.
#pragma once

#include "base/error.h"
#include "sys/signals.h"
#include "sys/wait.h"

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace oi {

struct Choice {
    std::string name;
    std::string note{};
};

// Both descriptors are a terminal. While it lives Ctrl-C, the end of the input and a terminal that vanishes are answers: each
// question returns `cancelled` then, and so do all that follow. Nothing is written but words: any terminal will do.
class Questions {
public:
    Questions(int input, int output);

    void say(std::string_view text);
    // What was typed, trimmed.
    Result<std::string> line(std::string_view prompt);
    // The same, hidden while it is typed or pasted.
    Result<std::string> secret(std::string_view prompt);
    // The index of one of the rows: by its number, its name, or Enter for the first. Other words show the rows that have them all.
    Result<std::size_t> pick(const std::vector<Choice>& rows);
    Result<bool> yes(std::string_view prompt);  // Enter: no

    // Does `work` on a thread of its own; Ctrl-C requests its stop, and `cancelled` comes back.
    template <class Work>
    auto wait_for(Work work) -> decltype(work(std::stop_token{}))
    {
        decltype(work(std::stop_token{})) result;
        run([&](std::stop_token stop) { result = work(std::move(stop)); });
        if (is_over_) return left();
        return result;
    }

private:
    static Fail left() { return fail(ErrorKind::cancelled, "left"); }
    void run(const std::function<void(std::stop_token)>& work);
    bool read_more();  // false: it is over
    bool take_signal();
    Result<std::string> hidden();
    void show(const std::vector<Choice>& rows, const std::vector<std::size_t>& shown, std::size_t from);

    int input_;
    int output_;
    sys::Signals signals_;
    std::string typed_;  // read, but not asked for yet
    bool is_over_ = false;
};

}  // namespace oi
