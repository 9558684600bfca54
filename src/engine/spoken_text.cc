// SpokenText: the whole text is parsed again each time, which is how llama.cpp's parsers work.
#include "engine/spoken_text.h"

#include "base/text.h"

#include <algorithm>

namespace oi::engine {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto shortest_pause = std::chrono::milliseconds{15};

// Nine characters, the form that every template takes.
std::string call_id(std::size_t number)
{
    const std::string digits = cat(number);
    return cat("call", std::string(5 - std::min<std::size_t>(digits.size(), 5), '0'), digits);
}

}  // namespace

SpokenText::SpokenText(const common_chat_params& chat) : parser_{chat}, stops_{chat.additional_stops}
{
    parser_.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    if (!chat.parser.empty()) parser_.parser.load(chat.parser);
}

bool SpokenText::add(const std::string& bytes)
{
    cut_ += bytes;
    const std::size_t whole = cut_.size() - unfinished_utf8(cut_);
    const std::size_t before = text_.size();
    text_ += valid_utf8(cut_.substr(0, whole));
    cut_.erase(0, whole);
    for (const auto& stop : stops_) {
        const auto at = text_.find(stop, before - std::min(before, stop.size()));
        if (stop.empty() || at == std::string::npos) continue;
        text_.resize(at);
        return false;
    }
    return true;
}

bool SpokenText::is_due() const { return Clock::now() - parsed_at_ >= std::max<Clock::duration>(shortest_pause, parse_time_ * 10); }

// All but an end that may become a word to stop at.
std::size_t SpokenText::certain() const
{
    std::size_t size = text_.size();
    for (const auto& stop : stops_)
        for (std::size_t length = std::min(stop.size(), text_.size()); length > 0; --length)
            if (std::string_view{text_}.ends_with(std::string_view{stop}.substr(0, length))) {
                size = std::min(size, text_.size() - length);
                break;
            }
    return size;
}

SpokenText::Pieces SpokenText::parse(std::string_view text, bool is_partial)
{
    const auto start = Clock::now();
    common_chat_msg message = common_chat_parse(std::string{text}, is_partial, parser_);
    message.set_tool_call_ids(call_ids_, [this] { return call_id(call_ids_.size()); });
    Pieces pieces;
    if (!message.empty()) {
        pieces = common_chat_msg_diff::compute_diffs(said_, message);
        said_ = std::move(message);
    }
    parsed_at_ = Clock::now();
    parse_time_ = parsed_at_ - start;
    return pieces;
}

SpokenText::Pieces SpokenText::spoken() { return parse(std::string_view{text_}.substr(0, certain()), true); }

SpokenText::Pieces SpokenText::finish()
{
    text_ += valid_utf8(cut_);
    cut_.clear();
    try {
        return parse(text_, false);
    } catch (const std::exception&) {
        return parse(text_, true);  // it ended in the middle of a call: what came of it is said
    }
}

}  // namespace oi::engine
