// Model order: what is known of a model is its name and the day it came out.
#include "llm/catalogue/model_order.h"

#include "base/text.h"

#include <algorithm>
#include <tuple>

namespace oi::llm {

namespace {

constexpr std::string_view other_purposes[] = {
    "embed",
    "whisper",
    "tts",
    "dall-e",
    "image",
    "imagen",
    "moderation",
    "realtime",
    "audio",
    "transcribe",
    "rerank",
    "sora",
    "veo",
    "davinci",
    "babbage",
    "instruct-0914",
    "gpt-3.5-turbo-instruct",
    "search",
    "guard",
    "computer-use",
    "ocr",
    "voxtral",
    "lyria",
    "aqa",
};
constexpr std::string_view small[] = {"mini", "nano", "lite", "haiku", "flash", "small", "tiny", "8b", "7b", "3b", "1b", "instant", "fast"};

// One of the words, at the beginning of a word: "gemini" is not mini.
template <std::size_t N>
bool has_any(std::string_view name, const std::string_view (&words)[N])
{
    const auto is_inside = [&](std::size_t at) {
        return at > 0 && ((name[at - 1] >= 'a' && name[at - 1] <= 'z') || (name[at - 1] >= '0' && name[at - 1] <= '9'));
    };
    return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
        auto at = name.find(word);
        while (at != std::string_view::npos && is_inside(at)) at = name.find(word, at + 1);
        return at != std::string_view::npos;
    });
}

// "gpt-4.1-2025-04-14": a model that also goes by a name without the day.
bool is_snapshot(std::string_view name)
{
    std::size_t digits = 0;
    for (auto at = name.size(); at > 0 && ((name[at - 1] >= '0' && name[at - 1] <= '9') || name[at - 1] == '-'); --at)
        digits += name[at - 1] != '-';
    return digits >= 8;
}

// The numbers of a name in their order: gemini-2.5-pro comes before gemini-2.0-pro.
std::vector<long> numbers_in(std::string_view name)
{
    std::vector<long> numbers;
    for (std::size_t at = 0; at < name.size();) {
        const auto end = std::min(name.find_first_not_of("0123456789", at), name.size());
        if (end > at && end - at < 8) numbers.push_back(to_integer(name.substr(at, end - at)).value_or(0));
        at = std::max(end, at + 1);
    }
    return numbers;
}

constexpr long quarter = 90L * 24 * 3600;

bool comes_before(const ListedModel& a, const ListedModel& b)
{
    const auto key = [](const ListedModel& model) {
        return std::tuple{-(model.created / quarter), has_any(lower(model.name), small), is_snapshot(model.name), -model.created};
    };
    if (key(a) != key(b)) return key(a) < key(b);
    return a.created == 0 && numbers_in(a.name) > numbers_in(b.name);
}

}  // namespace

std::vector<ListedModel> in_order(std::vector<ListedModel> models)
{
    const auto is_other = [](const ListedModel& model) { return has_any(lower(model.name), other_purposes); };
    if (!std::all_of(models.begin(), models.end(), is_other)) std::erase_if(models, is_other);
    std::stable_sort(models.begin(), models.end(), comes_before);
    return models;
}

}  // namespace oi::llm
