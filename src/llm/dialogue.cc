// Dialogue: one pass over the messages, with the calls that still wait for their results.
#include "llm/dialogue.h"

#include "base/text.h"
#include "llm/images/prepared_image.h"
#include "llm/message_templates.h"

#include <algorithm>
#include <optional>

namespace oi::llm {

namespace {

// A fence longer than any run of backticks in the text.
std::string fence_for(std::string_view text)
{
    std::size_t longest = 2;
    for (std::size_t at = text.find('`'); at != std::string_view::npos; at = text.find('`', at)) {
        const std::size_t after = std::min(text.find_first_not_of('`', at), text.size());
        longest = std::max(longest, after - at);
        at = after;
    }
    return std::string(longest + 1, '`');
}

std::string fenced(std::string_view language, std::string_view text)
{
    const std::string fence = fence_for(text);
    return cat(fence, language, "\n", text, "\n", fence);
}

bool is_for_model(const Message& message)
{
    if (!message.recipient.empty() && message.recipient != "assistant") return false;
    switch (message.type) {
    case Kind::message:
    case Kind::code:
    case Kind::console:
    case Kind::image:
    case Kind::file: return true;
    default: return false;
    }
}

class Maker {
public:
    Maker(DialogueForm form, std::size_t omitted) : form_{form}, omitted_{omitted} {}

    void add(const Message& message)
    {
        if (!is_for_model(message)) return;
        if (message.role == Role::computer) return result(message);
        if (message.type == Kind::code) return call(message);
        if (message.role == Role::assistant && has_results()) settle();
        if (message.role != Role::assistant) settle();
        if (message.type == Kind::image) return image(message);
        text(message.role == Role::assistant ? Role::assistant : Role::user, message.content);
    }

    std::vector<Turn> take()
    {
        settle();
        // A conversation that was cut at its front or stopped at its end still has to look like one.
        if (turns_.empty() || turns_.front().role != Role::user) turns_.insert(turns_.begin(), {Role::user, {Text{"Go on."}}});
        if (turns_.back().role != Role::user) turns_.push_back({Role::user, {Text{"Go on."}}});
        return std::move(turns_);
    }

private:
    // A call and what has come back for it.
    struct Pending {
        int number = 0;
        std::string text;
        std::string_view form{};  // of its console, if it is one of message_templates.h
        std::vector<Image> images;
        bool has_console = false;
        bool has_anything = false;
    };

    std::vector<Part>& turn_of(Role role)
    {
        if (turns_.empty() || turns_.back().role != role) turns_.push_back({role, {}});
        return turns_.back().parts;
    }

    void text(Role role, std::string_view content)
    {
        content = trim(content);
        if (content.empty()) return;
        auto& parts = turn_of(role);
        if (auto* last = parts.empty() ? nullptr : std::get_if<Text>(&parts.back())) last->text += cat("\n\n", content);
        else parts.push_back(Text{std::string{content}});
    }

    std::optional<Image> load(const Message& message, std::string& note)
    {
        if (message.format == "description") {
            note = message.content;
            return {};
        }
        if (!form_.takes_images) {
            note = "[an image, not shown: this model takes no images]";
            return {};
        }
        if (seen_++ < omitted_) {
            note = "[an older image, no longer sent]";
            return {};
        }
        const auto prepared = prepare_image(message, form_.limits);
        note = prepared->note;
        if (prepared->data.empty()) return {};
        return Image{prepared->mime, prepared->data, prepared->width, prepared->height};
    }

    void image(const Message& message)
    {
        std::string note;
        auto loaded = load(message, note);
        const bool is_made = message.role == Role::assistant;
        if (!loaded) return text(is_made ? Role::assistant : Role::user, note);
        if (is_made && !form_.assistant_images) text(Role::user, "The image that you made:");
        turn_of(is_made && form_.assistant_images ? Role::assistant : Role::user).push_back(std::move(*loaded));
    }

    void call(const Message& message)
    {
        if (has_results()) settle();
        if (is_blank(message.content) && form_.code == CodeForm::fences) return;
        const int number = ++calls_;
        pending_.push_back({.number = number});
        if (form_.code == CodeForm::calls) turn_of(Role::assistant).push_back(Call{number, message.format, message.content});
        else text(Role::assistant, fenced(message.format, message.content));
    }

    // Several calls of one reply run one after the other: a second console text belongs to the next of them.
    void result(const Message& message)
    {
        if (pending_.empty()) return orphan(message);
        const bool is_console = message.type == Kind::console;
        if (is_console && pending_[current_].has_console && current_ + 1 < pending_.size()) ++current_;
        Pending& pending = pending_[current_];
        pending.has_anything = true;
        pending.has_console |= is_console;
        if (is_console && (message.format == templated || message.format == of_assistant)) pending.form = message.format;
        if (message.type == Kind::image) {
            std::string note;
            if (auto loaded = load(message, note)) pending.images.push_back(std::move(*loaded));
            else add_line(pending.text, note);
        } else {
            add_line(pending.text, trim(message.content));
        }
    }

    void orphan(const Message& message)
    {
        if (message.type == Kind::image) return image(message);
        if (!is_blank(message.content)) text(Role::user, cat("Output:\n", fenced("output", trim(message.content))));
    }

    static void add_line(std::string& text, std::string_view line)
    {
        if (line.empty()) return;
        if (!text.empty()) text += '\n';
        text += line;
    }

    bool has_results() const
    {
        return std::any_of(pending_.begin(), pending_.end(), [](const Pending& call) { return call.has_anything; });
    }

    // Every call that waits gets its result, now.
    void settle()
    {
        for (auto& call : pending_) {
            if (!call.has_anything) call.text = "This code did not run, or was interrupted before it had any output.";
            else if (call.text.empty() && call.images.empty()) call.text = "No output";
            else if (call.text.empty()) call.text = "The output is an image.";
            if (form_.code == CodeForm::calls) {
                turn_of(Role::user).push_back(CallResult{call.number, std::move(call.text), std::move(call.images)});
            } else {
                if (call.form == templated) text(Role::user, call.text);
                else if (call.form == of_assistant) text(Role::assistant, fenced("output", call.text));
                else text(Role::user, cat("Output of the code:\n", fenced("output", call.text)));
                for (auto& picture : call.images) turn_of(Role::user).push_back(std::move(picture));
            }
        }
        pending_.clear();
        current_ = 0;
    }

    DialogueForm form_;
    std::size_t omitted_;  // so many images, the oldest, are not sent
    std::size_t seen_ = 0;
    std::vector<Turn> turns_;
    std::vector<Pending> pending_;
    std::size_t current_ = 0;
    int calls_ = 0;
};

// How many of the oldest images stay behind: half of what may be sent at a time, so that a request mostly begins like the
// one before it.
std::size_t omitted_images(std::span<const Message> messages, const DialogueForm& form)
{
    if (!form.takes_images) return 0;
    std::vector<const Message*> images;
    for (const auto& message : messages)
        if (message.type == Kind::image && message.format != "description" && is_for_model(message)) images.push_back(&message);
    std::size_t bytes = 0;
    std::size_t fitting = 0;
    while (fitting < std::min(images.size(), form.limits.count)) {
        bytes += prepare_image(*images[images.size() - 1 - fitting], form.limits)->data.size();
        if (bytes > form.limits.all_bytes) break;
        ++fitting;
    }
    if (fitting == images.size()) return 0;
    const std::size_t step = std::max<std::size_t>(form.limits.count / 2, 1);
    return std::min((images.size() - fitting + step - 1) / step * step, images.size() - 1);
}

}  // namespace

std::vector<Turn> make_dialogue(std::span<const Message> messages, DialogueForm form)
{
    Maker maker{form, omitted_images(messages, form)};
    for (const auto& message : messages) maker.add(message);
    return maker.take();
}

std::string text_of(const Turn& turn)
{
    std::string text;
    for (const auto& part : turn.parts)
        if (const auto* piece = std::get_if<Text>(&part)) text += cat(text.empty() ? "" : "\n\n", piece->text);
    return text;
}

std::vector<const Image*> images_of(const Turn& turn)
{
    std::vector<const Image*> images;
    for (const auto& part : turn.parts) {
        if (const auto* image = std::get_if<Image>(&part)) images.push_back(image);
        if (const auto* result = std::get_if<CallResult>(&part))
            for (const auto& image : result->images) images.push_back(&image);
    }
    return images;
}

bool has_call(const Turn& turn)
{
    return std::any_of(turn.parts.begin(), turn.parts.end(), [](const Part& part) { return std::holds_alternative<Call>(part); });
}

std::string fence_instructions(std::span<const std::string> languages)
{
    const std::vector<std::string> names(languages.begin(), languages.end());
    return cat("To run code on the user's machine, write it in a fenced Markdown block with its language after the fence (",
               names.empty() ? "python, shell" : join(names, ", "),
               "). It runs when your message ends, in a session that keeps its state; the output comes back as the next "
               "message. Do not guess outputs. Code that must not run goes into a block of the language text.");
}

}  // namespace oi::llm
