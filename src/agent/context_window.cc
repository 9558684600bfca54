// Fitting: each way of making a request smaller takes as few steps as suffice, found by bisection, for a count costs.
#include "agent/context_window.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

constexpr std::size_t shrunk_output = 240;  // bytes of its head and of its tail

bool is_output(const Message& message) { return message.role == Role::computer && message.type == Kind::console; }

bool shrink(Message& output, std::size_t share)
{
    const std::string_view text = output.content;
    if (text.size() <= 2 * share + 100) return false;
    const auto head = utf8_prefix(text, share);
    const auto tail = utf8_suffix(text, share);
    output.content =
        cat(head, "\n[... ", text.size() - head.size() - tail.size(), " bytes left out to fit the context window ...]\n", tail);
    return true;
}

void replace_picture(Message& message)
{
    message.format = "description";
    message.content = "[a picture, no longer sent: the context window is full]";
}

class Fitter {
public:
    Fitter(std::span<const Message> messages, long room, const CountTokens& count) : room_{room}, count_{count}
    {
        fitted_.messages.assign(messages.begin(), messages.end());
    }

    Result<Fitted> run()
    {
        if (fits(fitted_.messages)) return std::move(fitted_);
        const bool does_fit = shrink_outputs(last_exchange()) || replace_pictures(last_exchange()) || drop_exchanges() || shrink_newest() ||
                              shrink_outputs(fitted_.messages.size()) || replace_pictures(fitted_.messages.size()) || drop_words();
        if (does_fit) return std::move(fitted_);
        return fail(ErrorKind::context_overflow,
                    cat("the conversation does not fit the model's context window: its least part takes ", count_(fitted_.messages),
                        " tokens, and there is room for ", std::max(room_, 0L)),
                    "say it in fewer words, lower --max_tokens, start over with %reset, or take a model with a larger window "
                    "(--context_window says how large yours is)");
    }

private:
    using Messages = std::vector<Message>;
    using Indices = std::vector<std::size_t>;

    bool fits(const Messages& messages) const { return count_(messages) <= room_; }

    // Where the newest exchange starts.
    std::size_t last_exchange() const
    {
        for (std::size_t i = fitted_.messages.size(); i-- > 0;)
            if (fitted_.messages[i].role != Role::user && starts_exchange(fitted_.messages, i)) return i;
        return fitted_.messages.size();
    }

    // Takes the fewest of `most` steps with which it fits; all when it never does.
    template <class Apply>
    std::pair<bool, std::size_t> fewest(std::size_t most, Apply apply)
    {
        if (most == 0) return {false, 0};
        Messages all = apply(most);
        if (!fits(all)) {
            fitted_.messages = std::move(all);
            return {false, most};
        }
        std::size_t too_few = 0, enough = most;
        while (enough - too_few > 1) {
            const std::size_t middle = too_few + (enough - too_few) / 2;
            Messages tried = apply(middle);
            if (fits(tried)) {
                enough = middle;
                all = std::move(tried);
            } else {
                too_few = middle;
            }
        }
        fitted_.messages = std::move(all);
        return {true, enough};
    }

    template <class Is, class Change>
    std::pair<bool, std::size_t> change_first(std::size_t end, Is is, Change change)
    {
        Indices where;
        for (std::size_t i = 0; i < end; ++i)
            if (is(fitted_.messages[i])) where.push_back(i);
        return fewest(where.size(), [&](std::size_t steps) {
            Messages changed = fitted_.messages;
            for (std::size_t i = 0; i < steps; ++i) change(changed[where[i]]);
            return changed;
        });
    }

    bool shrink_outputs(std::size_t end)
    {
        const auto is_long = [](const Message& message) { return is_output(message) && message.content.size() > 2 * shrunk_output + 100; };
        const auto [does_fit, steps] = change_first(end, is_long, [](Message& message) { shrink(message, shrunk_output); });
        fitted_.shortened += steps;
        return does_fit;
    }

    bool replace_pictures(std::size_t end)
    {
        const auto is_picture = [](const Message& message) { return message.type == Kind::image && message.format != "description"; };
        const auto [does_fit, steps] = change_first(end, is_picture, replace_picture);
        fitted_.pictures += steps;
        return does_fit;
    }

    bool drop_exchanges()
    {
        Indices starts;  // of each exchange that may go, and of what follows the last one
        const std::size_t end = last_exchange();
        for (std::size_t i = 0; i < end; ++i)
            if (fitted_.messages[i].role != Role::user && (i == 0 || starts_exchange(fitted_.messages, i))) starts.push_back(i);
        const auto [does_fit, steps] = fewest(starts.size(), [&](std::size_t count) {
            const std::size_t until = count < starts.size() ? starts[count] : end;
            Messages kept;
            for (std::size_t i = 0; i < fitted_.messages.size(); ++i)
                if (i >= until || fitted_.messages[i].role == Role::user) kept.push_back(fitted_.messages[i]);
            return kept;
        });
        fitted_.exchanges += steps;
        return does_fit;
    }

    // The newest outputs keep as much of their heads and tails as there is room for.
    bool shrink_newest()
    {
        std::size_t share = 0;
        for (const auto& message : fitted_.messages)
            if (is_output(message)) share = std::max(share, message.content.size() / 2);
        for (share /= 2; share > shrunk_output; share /= 2) {
            Messages tried = fitted_.messages;
            const auto shortened =
                std::count_if(tried.begin(), tried.end(), [&](Message& message) { return is_output(message) && shrink(message, share); });
            if (!fits(tried)) continue;
            fitted_.messages = std::move(tried);
            fitted_.shortened += static_cast<std::size_t>(shortened);
            return true;
        }
        return false;
    }

    bool drop_words()
    {
        Indices where;
        for (std::size_t i = 0; i < fitted_.messages.size(); ++i)
            if (fitted_.messages[i].role == Role::user) where.push_back(i);
        if (where.size() < 2) return false;
        const auto [does_fit, steps] = fewest(where.size() - 1, [&](std::size_t count) {
            Messages kept = fitted_.messages;
            for (std::size_t i = count; i-- > 0;) kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(where[i]));
            return kept;
        });
        fitted_.words += steps;
        return does_fit;
    }

    Fitted fitted_;
    long room_;
    const CountTokens& count_;
};

}  // namespace

bool starts_exchange(std::span<const Message> messages, std::size_t at)
{
    const Role role = messages[at].role;
    if (role == Role::user) return true;
    return role == Role::assistant && (at == 0 || messages[at - 1].role != Role::assistant);
}

std::string Fitted::summary() const
{
    std::vector<std::string> done;
    const auto add = [&](std::size_t count, std::string_view one, std::string_view many, std::string_view what) {
        if (count > 0) done.push_back(cat(count, " ", count == 1 ? one : many, " ", what));
    };
    add(shortened, "output", "outputs", "shortened");
    add(pictures, "picture", "pictures", "not sent");
    add(exchanges, "step of the model", "steps of the model", "not sent");
    add(words, "message of yours", "messages of yours", "not sent");
    return join(done, ", ");
}

Result<Fitted> fit(std::span<const Message> messages, long room, const CountTokens& count) { return Fitter{messages, room, count}.run(); }

}  // namespace oi
