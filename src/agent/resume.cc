// What a turn does when the model's reply breaks off half-way: nothing runs twice, nothing that was said is lost.
#include "agent/turn.h"
#include "base/text.h"

namespace oi {

namespace {

bool is_passing(ErrorKind kind) { return kind == ErrorKind::network || kind == ErrorKind::timeout || kind == ErrorKind::rate_limited; }

// Words for the model alone, in the place where its reply broke off.
Message note(std::string text) { return {Role::system, Kind::message, "", std::move(text), "assistant"}; }

}  // namespace

// `first`: where the messages of the reply begin. Success: the turn goes on, with code of the reply that came whole or with
// another request. The reply's half code is withdrawn from transcript and store; its prose stays.
Result<void> Turn::resume(const Error& error, std::size_t first)
{
    if (conversation_.messages().size() <= first || !is_passing(error.kind) || breaks_.size() >= conversation_.options_.resumes)
        return Fail{error};
    breaks_.push_back(error);
    const auto say = [&](Notice::Level level, std::string_view what_now) {
        frontend_.show(Notice{level, cat("The reply broke off (", error.what, "): ", what_now)});
    };
    if (has_whole_code_) {
        while (!deferred_.empty() && deferred_.back().type == Kind::code && !is_end_mark(deferred_.back())) deferred_.pop_back();
        say(Notice::Level::note, "the code that came whole is what runs.");
        return {};
    }
    const bool is_code_half = has_code();
    if (is_code_half) withdraw_last();
    say(is_code_half ? Notice::Level::withdrawn : Notice::Level::note,
        is_code_half ? "that code was not run; asking again." : "asking the model to go on.");
    if (conversation_.messages().size() > first) {
        conversation_.add(note(is_code_half
                                   ? "The connection broke while you were sending code. None of that code arrived and nothing of it ran. "
                                     "Send it again, whole, without repeating the text before it."
                                   : "The connection broke in the middle of your answer. What arrived is above. Go on exactly where it "
                                     "stops, without repeating any of it."));
    }
    return ask_model();
}

}  // namespace oi
