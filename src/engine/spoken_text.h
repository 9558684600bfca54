// SpokenText: what the model has said so far, as prose, thought and calls, handed on in pieces.
#pragma once

#include <chat.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace oi::engine {

class SpokenText {
public:
    using Pieces = std::vector<common_chat_msg_diff>;

    explicit SpokenText(const common_chat_params& chat);

    // The next token's bytes, which may cut a character. False: the model has said a word at which it is to stop.
    bool add(const std::string& bytes);
    // Whether it is time to look for pieces: reading is worth a look at the whole text, so it is done a few times a second
    // where tokens come fast, and at each token where they do not.
    bool is_due() const;
    Pieces spoken();  // what can be said for certain
    Pieces finish();  // the rest

private:
    Pieces parse(std::string_view text, bool is_partial);
    std::size_t certain() const;

    common_chat_parser_params parser_;
    std::vector<std::string> stops_;
    std::string text_;
    std::string cut_;  // the first bytes of a character
    common_chat_msg said_;
    std::vector<std::string> call_ids_;
    std::chrono::steady_clock::time_point parsed_at_{};
    std::chrono::steady_clock::duration parse_time_{0};
};

}  // namespace oi::engine
