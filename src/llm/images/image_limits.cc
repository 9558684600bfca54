// The table of image limits, from the vendors' own pages.
#include "llm/images/image_limits.h"

namespace oi::llm {

namespace {

constexpr std::size_t mib = 1 << 20;

// Anthropic also refuses sides above 8000 pixels, above 2000 with more than 20 pictures: nothing longer than 1568 is sent,
// for it scales down to that itself. https://docs.anthropic.com/en/docs/build-with-claude/vision
// OpenAI scales to 2048 itself. https://platform.openai.com/docs/guides/images-vision
// Gemini: 20 MB for the whole request. https://ai.google.dev/gemini-api/docs/image-understanding
// Bedrock: 3.75 MB before base64, 8000 pixels, 20 pictures.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html Mistral: 8 pictures of 10 MB. Groq: 5 pictures, 4 MB in
// base64. Ollama has no limits; its models scale down far below this, and its decoder takes no GIF.
constexpr ImageLimits table[] = {
    {"anthropic", 1568, 5 * mib, 20, 24 * mib, true},  {"bedrock", 1568, 5'000'000, 20, 20 * mib, true},
    {"openai", 2048, 20 * mib, 20, 40 * mib, true},    {"openai_responses", 2048, 20 * mib, 20, 40 * mib, true},
    {"azure", 2048, 20 * mib, 10, 40 * mib, true},     {"gemini", 3072, 7 * mib, 20, 15 * mib, false},
    {"vertex_ai", 3072, 7 * mib, 20, 15 * mib, false}, {"cohere", 2048, 20 * mib, 20, 20 * mib, true},
    {"ollama", 2048, 20 * mib, 20, 40 * mib, false},   {"Mistral", 2048, 10 * mib, 8, 40 * mib, true},
    {"Groq", 2048, 4 * mib, 5, 20 * mib, true},        {"vertex_claude", 1568, 5 * mib, 20, 24 * mib, true},
};

}  // namespace

std::span<const ImageLimits> image_limit_table() { return table; }

ImageLimits image_limits(std::string_view title, std::string_view format)
{
    for (const std::string_view name : {title, format})
        for (const ImageLimits& row : table)
            if (row.vendor == name) return row;
    return {};
}

}  // namespace oi::llm
