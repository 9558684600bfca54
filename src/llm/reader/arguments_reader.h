// ArgumentsReader: reads the arguments of a tool call while they still arrive, so that code appears at once.
#pragma once

#include <string>
#include <string_view>

namespace oi::llm {

// A push parser for one JSON object, fed in any pieces. It is lenient where models are careless: raw line breaks and
// unescaped quotes in strings, unknown escapes, lone surrogates, an object that never ends. What is no such object at all
// it gives up (it then has no code, and read_loose may do better). Pure.
class ArgumentsReader {
public:
    void feed(std::string_view bytes);

    bool is_complete() const { return state_ == State::done; }  // the object is closed
    bool is_lost() const { return state_ == State::lost; }      // it is nothing that this reads
    bool has_language() const { return has_language_; }         // its string has ended
    bool has_code() const { return has_code_; }                 // its string has begun
    // The code's string is open: if nothing more comes, the code was cut.
    bool is_in_code() const { return state_ == State::in_string && target_ == &code_ && !is_quote_doubtful_; }
    const std::string& language() const { return language_; }
    std::size_t used() const { return used_; }  // bytes up to the end of the object
    // The decoded code that has come since the last take.
    std::string take_code();

private:
    enum class State : unsigned char { start, key_or_end, in_key, colon, value, in_string, in_other, after_value, done, lost };

    std::size_t read(std::string_view bytes);
    void step(char c);
    void begin_value(char c);
    void in_other(char c);
    void string_byte(char c);
    void escape(char c);
    void hex_digit(char c);
    void put(char c);
    void put_code_point(unsigned code);
    void flush_surrogate();
    void end_string();
    void unexpected();

    State state_ = State::start;
    std::string key_;
    std::string* target_ = nullptr;  // where the decoded bytes of the current string go
    std::string skipped_;            // strings nobody asked for
    std::string language_;
    std::string code_;
    std::size_t taken_ = 0;  // bytes of code
    std::size_t used_ = 0;
    bool has_language_ = false;
    bool has_code_ = false;

    bool is_escaped_ = false;  // after a backslash
    int hex_left_ = 0;         // digits still missing of \uXXXX
    unsigned hex_ = 0;
    unsigned high_ = 0;  // a high surrogate that waits for its low one
    int depth_ = 0;      // of a value that is skipped
    bool is_in_skipped_string_ = false;
    bool is_quote_doubtful_ = false;  // the quote that seemed to end the code may have been a part of it
    std::string since_quote_;         // what has come since
};

// The text that a JSON string holds, given without its quotes; unescaped quotes are taken as they stand.
std::string decode_json_string(std::string_view raw);

}  // namespace oi::llm
