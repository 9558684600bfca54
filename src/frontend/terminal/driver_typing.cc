// What the terminal frontend does with what is typed while the model works, and with the files that a message names.
#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/magic.h"
#include "frontend/terminal/driver.h"

#include <utility>

namespace oi {

// A line is a message that waits. On an empty one Enter gives what waits to the model now, and again stops the code that it
// then waits for.
void Driver::enter_while_busy()
{
    if (!is_blank(draft_.text())) {
        queue_.push_back(draft_.take());
        return;
    }
    draft_.set_text("");
    if (is_stopping_) return;  // what waits comes back into the line then
    if (!steer() && !steering_.empty()) session_.submit(Steer{});
}

// Commands wait on: they are for this program, and only when no turn runs.
bool Driver::steer()
{
    std::deque<std::string> commands;
    for (auto& text : queue_) {
        if (is_magic(text)) {
            commands.push_back(std::move(text));
            continue;
        }
        history_.add(text);
        steering_.push_back(text);
        session_.submit(Steer{with_files(user(std::move(text)))});
    }
    const bool has_given = commands.size() < queue_.size();
    queue_ = std::move(commands);
    return has_given;
}

void Driver::take_back()
{
    draft_.set_text(std::move(queue_.back()));
    queue_.pop_back();
}

// Words that came too late for the turn are the next one.
void Driver::go_on_with_late_words()
{
    for (const auto& text : std::exchange(steering_, {})) show_message(text);
    enter_busy();
}

// Words of the person have gone into the running turn.
void Driver::said(std::string_view text)
{
    if (!steering_.empty()) steering_.pop_front();
    view_.finish();
    show_message(text);
    set_phase(model_name_);
}

// The message and the files whose paths stand in it.
Say Driver::with_files(Message message)
{
    const auto files = aids_.attached(message.content);
    if (!files.empty()) view_.note(cat("attached: ", describe(files, takes_pictures())));
    return {std::move(message), as_messages(files, takes_pictures())};
}

// Asked of the model between turns only: then its facts do not change.
bool Driver::takes_pictures()
{
    if (mode_ == Mode::prompt) takes_pictures_ = session_.conversation().model().supports_vision;
    return takes_pictures_;
}

CompletionNames Driver::completion_names() const
{
    return [this](std::string_view kind) {
        std::vector<std::string> names;
        if (kind == "job")
            for (const JobInfo& job : session_.conversation().jobs().list()) names.push_back(job.name);
        else if (kind == "language")
            for (const Language& language : session_.conversation().languages()) names.push_back(language.name);
        else if (options_.completion_names) names = options_.completion_names(kind);
        return names;
    };
}

}  // namespace oi
