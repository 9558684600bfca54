// A model that is sent what templates make of the messages; see message_templates.h.
#include "llm/message_templates.h"

#include "base/text.h"

#include <utility>

namespace oi::llm {

namespace {

std::string filled(std::string_view form, const std::string& content) { return replace_all(std::string{form}, "{content}", content); }

bool is_the_persons(const Message& message) { return message.role == Role::user && message.type == Kind::message; }
bool is_output(const Message& message)
{
    return message.role == Role::computer && message.type == Kind::console && message.format == "output" && message.recipient.empty();
}

class Templated : public LanguageModel {
public:
    Templated(std::unique_ptr<LanguageModel> model, MessageTemplates templates) : model_{std::move(model)}, templates_{std::move(templates)}
    {
    }

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override
    {
        const auto messages = rewritten(request);
        Request sent = request;
        sent.messages = messages;
        return model_->stream(sent, sink, std::move(stop));
    }
    long count_tokens(const Request& request) override
    {
        const auto messages = rewritten(request);
        Request sent = request;
        sent.messages = messages;
        return model_->count_tokens(sent);
    }
    void learn(const EventSink& sink, std::stop_token stop) override { model_->learn(sink, std::move(stop)); }
    std::vector<ModelInfo> candidates() const override { return model_->candidates(); }
    ModelInfo info() const override { return model_->info(); }

private:
    std::vector<Message> rewritten(const Request& request) const
    {
        return with_templates(request.messages, templates_, request.offers_tools && model_->info().supports_functions);
    }

    std::unique_ptr<LanguageModel> model_;
    MessageTemplates templates_;
};

}  // namespace

bool MessageTemplates::is_empty() const
{
    return (user.empty() || user == "{content}") && output.empty() && empty_output.empty() && !is_output_of_assistant;
}

std::vector<Message> with_templates(std::span<const Message> messages, const MessageTemplates& templates, bool has_tools)
{
    std::vector<Message> made(messages.begin(), messages.end());
    bool is_last = true;
    for (std::size_t i = made.size(); i-- > 0;) {
        Message& message = made[i];
        if (is_the_persons(message) && !templates.user.empty() && (is_last || templates.is_for_all)) {
            message.content = filled(templates.user, message.content);
            is_last = false;
        }
        if (has_tools || !is_output(message)) continue;
        const std::string& form = is_blank(message.content) ? templates.empty_output : templates.output;
        if (templates.is_output_of_assistant) {
            message.format = of_assistant;
        } else if (!form.empty()) {
            message.content = filled(form, std::string{trim(message.content)});
            message.format = templated;
        }
    }
    return made;
}

std::unique_ptr<LanguageModel> with_templates(std::unique_ptr<LanguageModel> model, MessageTemplates templates)
{
    if (templates.is_empty()) return model;
    return std::make_unique<Templated>(std::move(model), std::move(templates));
}

}  // namespace oi::llm
