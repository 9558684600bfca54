// Message templates: words of the person's own around what the model is sent: their messages, the output of code.
#pragma once

#include "core/language_model.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

struct MessageTemplates {
    std::string user{};       // {content} stands for the message; empty: as it is
    bool is_for_all = false;  // of the person's messages; else the last one alone
    // For models without tools, to which output is a message like others; empty: the program's own words.
    std::string output{};
    std::string empty_output{};
    bool is_output_of_assistant = false;  // it stands in the model's own turn, as a block, without a template

    bool is_empty() const;
};

// Formats of console messages that make_dialogue() sends as they are, and as a block of the model's own; in fences only.
inline constexpr std::string_view templated = "templated";
inline constexpr std::string_view of_assistant = "of_assistant";

// The messages as the templates make them. `has_tools`: output goes back as the result of a call.
std::vector<Message> with_templates(std::span<const Message> messages, const MessageTemplates& templates, bool has_tools);

// The model behind the templates; the model itself when there are none.
std::unique_ptr<LanguageModel> with_templates(std::unique_ptr<LanguageModel> model, MessageTemplates templates);

}  // namespace oi::llm
