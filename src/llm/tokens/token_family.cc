// Families of models by their names, and their rates.
#include "llm/tokens/token_family.h"

#include "base/text.h"
#include "llm/catalogue/catalogue.h"
#include "llm/tokens/tokenizer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace oi::llm {

namespace {

struct NamePart {
    std::string_view part;
    TokenFamily family;
};

// The first that occurs in the name decides.
constexpr std::array name_parts{
    NamePart{"claude", TokenFamily::claude},     NamePart{"gemini", TokenFamily::gemini},     NamePart{"gemma", TokenFamily::gemini},
    NamePart{"deepseek", TokenFamily::deepseek}, NamePart{"qwen", TokenFamily::qwen},         NamePart{"qwq", TokenFamily::qwen},
    NamePart{"llama", TokenFamily::llama},       NamePart{"codestral", TokenFamily::mistral}, NamePart{"mistral", TokenFamily::mistral},
    NamePart{"mixtral", TokenFamily::mistral},   NamePart{"ministral", TokenFamily::mistral}, NamePart{"devstral", TokenFamily::mistral},
    NamePart{"magistral", TokenFamily::mistral}, NamePart{"pixtral", TokenFamily::mistral},   NamePart{"command", TokenFamily::command},
    NamePart{"c4ai", TokenFamily::command},      NamePart{"gpt-4o", TokenFamily::o200k},      NamePart{"chatgpt", TokenFamily::o200k},
    NamePart{"gpt-4.", TokenFamily::o200k},      NamePart{"gpt-3.5", TokenFamily::cl100k},    NamePart{"gpt-35", TokenFamily::cl100k},
    NamePart{"gpt-4", TokenFamily::cl100k},      NamePart{"gpt-oss", TokenFamily::o200k},     NamePart{"gpt-", TokenFamily::o200k},
};

// What a family's own tokenizer makes of a text, beside what a public one makes of it. The rows of llama, qwen, command and
// gemini are fitted to the published vocabularies of Llama 3, Qwen 2, Command R and Gemma (tests/tokens/families.tsv).
struct Rate {
    bool is_o200k = true;  // else cl100k
    double each = 1;       // tokens for each of its tokens
    bool has_single_digits = false;
    double line = 0;  // more for each line, and for each character of these scripts:
    double accented = 0;
    double cyrillic = 0;  // or Greek
    double kana = 0;
    double han = 0;
};

Rate rate_of(TokenFamily family)
{
    switch (family) {
    case TokenFamily::claude: return {.each = 1.18};
    case TokenFamily::gemini: return {.has_single_digits = true, .line = 1.3, .kana = -0.27, .han = -0.07};
    case TokenFamily::llama: return {.is_o200k = false, .cyrillic = -0.19, .kana = -0.34, .han = -0.33};
    case TokenFamily::qwen: return {.is_o200k = false, .has_single_digits = true, .cyrillic = -0.154, .kana = -0.365, .han = -0.533};
    case TokenFamily::deepseek: return {.each = 1.05};
    case TokenFamily::mistral: return {.each = 1.12, .has_single_digits = true};
    case TokenFamily::command: return {.each = 1.04, .has_single_digits = true, .accented = 0.3, .kana = -0.14};
    case TokenFamily::other: return {.each = 1.1};
    case TokenFamily::cl100k: return {.is_o200k = false};
    case TokenFamily::o200k: break;
    }
    return {};
}

// Tokens more than `each` says, for what stands in the text.
double more_tokens(std::string_view text, const Rate& rate)
{
    double more = 0;
    long digits = 0;  // the public tokenizers take three at a time
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        digits = byte >= '0' && byte <= '9' ? digits % 3 + 1 : 0;
        if (digits > 1 && rate.has_single_digits) more += 1;
        if (byte == '\n') more += rate.line;
        if (byte < 0xC3 || i + 1 >= text.size()) continue;
        const auto next = static_cast<unsigned char>(text[i + 1]);
        if (byte <= 0xC9) more += rate.accented;                                                      // U+00C0 to U+027F
        else if (byte >= 0xCD && byte <= 0xD3) more += rate.cyrillic;                                 // U+0340 to U+04FF
        else if (byte == 0xE3 && next >= 0x81 && next <= 0x83) more += rate.kana;                     // U+3040 to U+30FF
        else if ((byte == 0xE4 && next >= 0xB8) || (byte >= 0xE5 && byte <= 0xE9)) more += rate.han;  // U+4E00 to U+9FFF
    }
    return more;
}

long tiles(int width, int height, int tile) { return long{(width + tile - 1) / tile} * ((height + tile - 1) / tile); }

// https://platform.openai.com/docs/guides/images-vision#calculating-costs
struct OpenAiRate {
    std::string_view part;
    long base;
    long each;       // per tile of 512 pixels
    double patches;  // above 0: per patch of 32 pixels instead
};
constexpr std::array openai_rates{
    OpenAiRate{"gpt-4o-mini", 2833, 5667, 0},
    OpenAiRate{"gpt-4.1-mini", 0, 0, 1.62},
    OpenAiRate{"gpt-4.1-nano", 0, 0, 2.46},
    OpenAiRate{"o4-mini", 0, 0, 1.72},
    OpenAiRate{"gpt-5-mini", 0, 0, 1.62},
    OpenAiRate{"gpt-5-nano", 0, 0, 2.46},
    OpenAiRate{"gpt-5", 70, 140, 0},
    OpenAiRate{"o1", 75, 150, 0},
    OpenAiRate{"o3", 75, 150, 0},
    OpenAiRate{"", 85, 170, 0},
};

long openai_image(std::string_view model, int width, int height)
{
    const auto* rate = std::find_if(openai_rates.begin(), openai_rates.end(),
                                    [&](const OpenAiRate& row) { return model.find(row.part) != std::string_view::npos; });
    if (rate->patches > 0) {
        constexpr long most_patches = 1536;
        return static_cast<long>(std::ceil(static_cast<double>(std::min(tiles(width, height, 32), most_patches)) * rate->patches));
    }
    double scale = std::min(1.0, 2048.0 / std::max(width, height));
    scale = std::min(scale, 768.0 / std::min(width, height));
    const auto scaled = [&](int length) { return std::max(1, static_cast<int>(length * scale)); };
    return rate->base + rate->each * tiles(scaled(width), scaled(height), 512);
}

// https://ai.google.dev/gemini-api/docs/image-understanding: 258 a tile; a tile is two thirds of the shorter side, 256 to 768.
long gemini_image(int width, int height)
{
    constexpr long a_tile = 258;
    if (width <= 384 && height <= 384) return a_tile;
    const int tile = std::clamp(std::min(width, height) * 2 / 3, 256, 768);
    return a_tile * tiles(width, height, tile);
}

}  // namespace

TokenFamily token_family(std::string_view model)
{
    const std::string_view known = facts_of(model).tokenizer;
    if (known == "o200k") return TokenFamily::o200k;
    if (known == "cl100k") return TokenFamily::cl100k;
    const std::string name = lower(model);
    for (const auto& row : name_parts)
        if (name.find(row.part) != std::string::npos) return row.family;
    const std::string_view last = std::string_view{name}.substr(name.rfind('/') + 1);
    return last.starts_with("o1") || last.starts_with("o3") || last.starts_with("o4") ? TokenFamily::o200k : TokenFamily::other;
}

long count_text(TokenFamily family, std::string_view text)
{
    const Rate rate = rate_of(family);
    const long count = (rate.is_o200k ? Tokenizer::o200k() : Tokenizer::cl100k()).count(text);
    if (is_exact(family)) return count;
    return std::max(0L, std::lround(std::ceil(static_cast<double>(count) * rate.each + more_tokens(text, rate))));
}

long image_tokens(TokenFamily family, std::string_view model, int width, int height)
{
    constexpr long unknown = 1600;
    if (width <= 0 || height <= 0) return unknown;
    switch (family) {
    case TokenFamily::o200k:
    case TokenFamily::cl100k: return openai_image(model, width, height);
    // https://docs.anthropic.com/en/docs/build-with-claude/vision: width * height / 750, at most about 1600.
    case TokenFamily::claude: return std::min(1600L, long{width} * height / 750 + 1);
    case TokenFamily::gemini: return gemini_image(width, height);
    default: return std::clamp(long{width} * height / 750, 256L, 4096L);
    }
}

}  // namespace oi::llm
