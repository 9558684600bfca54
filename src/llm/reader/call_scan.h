// CallScan: follows what may be a call written as JSON, byte by byte, and drops it as soon as it cannot be one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// Fed from the opening bracket on: "{", "[", or what follows the name in "execute(". It knows the keys that calls are
// spelled with; a JSON answer or a sentence is dropped at its first other key or word. Pure; constant memory.
class CallScan {
public:
    enum class Verdict : unsigned char { open, no, whole };
    enum class Named : unsigned char { no, yes };  // whether the tool has been named before the bracket

    CallScan(std::span<const std::string> languages, Named named) : languages_{languages}, is_named_{named == Named::yes} {}

    Verdict feed(char c);
    bool is_named() const { return is_named_; }                // it calls execute, readable or not
    bool is_likely() const { return is_named_ || has_code_; }  // or it has come to its code

private:
    enum class At : unsigned char { value, key_or_end, in_key, in_string, in_word, after_quote, after_value, after_key };

    Verdict step(char c);
    Verdict open(char c);
    Verdict close(char c);
    Verdict end_key();
    Verdict end_value();
    Verdict end_word(char c);
    Verdict after_quote(char c);
    bool is_list() const { return !brackets_.empty() && brackets_.back() == '['; }
    bool has_open(char bracket) const { return brackets_.find(bracket) != std::string::npos; }
    void begin_string(char quote);

    std::span<const std::string> languages_;
    bool is_named_;
    bool has_code_ = false;
    At at_ = At::value;
    std::string brackets_;
    std::size_t arguments_depth_ = 0;  // brackets around the arguments; 0: not in them
    std::string word_;                 // the beginning of the string or word that is being read
    std::string key_;
    char quote_ = '"';
    int quotes_ = 0;  // of a triple quote that opens or closes
    bool is_triple_ = false;
    bool is_key_ = false;
    bool is_escaped_ = false;
};

}  // namespace oi::llm
