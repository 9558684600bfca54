// Rough tokens; see rough_tokens.h.
#include "core/rough_tokens.h"

namespace oi {

namespace {

constexpr long bytes_per_token = 4;
constexpr long tokens_per_message = 4;
constexpr long tokens_per_image = 1000;
constexpr long tokens_of_tool = 100;
constexpr long most_frame = 64;      // of a message
constexpr long most_image = 50'000;  // small models are made to pay most
constexpr long most_tool = 4000;     // with its instructions

// A description of a picture is sent in its place.
bool is_picture(const Message& message) { return message.type == Kind::image && message.format != "description"; }

long rough(std::string_view text) { return static_cast<long>(text.size()) / bytes_per_token + 1; }

}  // namespace

long rough_tokens(const Message& message) { return is_picture(message) ? tokens_per_image : tokens_per_message + rough(message.content); }

long rough_tokens(std::span<const Message> messages)
{
    long sum = 0;
    for (const auto& message : messages) sum += rough_tokens(message);
    return sum;
}

long rough_tokens(const Request& request)
{
    return rough(request.system) + (request.offers_tools ? tokens_of_tool : 0) + rough_tokens(request.messages);
}

long most_tokens(const Request& request)
{
    long sum = static_cast<long>(request.system.size()) + most_tool;
    for (const auto& message : request.messages)
        sum += most_frame + (is_picture(message) ? most_image : static_cast<long>(message.content.size()));
    return sum;
}

}  // namespace oi
