// ArgumentsReader: one state per place in {"key": value, ...}; strings are decoded as they come.
#include "llm/reader/arguments_reader.h"

#include "base/text.h"

#include <utility>

namespace oi::llm {

namespace {

constexpr std::size_t longest_key = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_high_surrogate(unsigned code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low_surrogate(unsigned code) { return code >= 0xDC00 && code < 0xE000; }

}  // namespace

void ArgumentsReader::feed(std::string_view bytes)
{
    const std::size_t left = read(bytes);
    used_ += bytes.size() - left;
}

std::size_t ArgumentsReader::read(std::string_view bytes)
{
    while (!bytes.empty() && state_ != State::done) {
        // The long run of plain characters inside a string goes in one piece.
        if (state_ == State::in_string && !is_escaped_ && hex_left_ == 0 && high_ == 0) {
            const auto run = bytes.substr(0, bytes.find_first_of("\"\\"));
            target_->append(run);
            bytes.remove_prefix(run.size());
            if (bytes.empty()) return 0;
        }
        step(bytes.front());
        bytes.remove_prefix(1);
    }
    return bytes.size();
}

std::string ArgumentsReader::take_code()
{
    taken_ += code_.size();
    return std::exchange(code_, {});
}

void ArgumentsReader::step(char c)
{
    switch (state_) {
    case State::in_key:
    case State::in_string: return string_byte(c);
    case State::in_other: return in_other(c);
    case State::done:
    case State::lost: return;
    default: break;
    }
    if (is_quote_doubtful_) since_quote_ += c;
    if (is_space(c)) return;
    switch (state_) {
    case State::start: state_ = c == '{' ? State::key_or_end : State::lost; return;
    case State::key_or_end:
        if (c == '}') state_ = State::done;
        if (c == '}' || (c == ',' && !is_quote_doubtful_)) return;
        if (c != '"') return unexpected();
        key_.clear();
        target_ = &key_;
        state_ = State::in_key;
        return;
    case State::colon:
        if (c != ':') return unexpected();
        is_quote_doubtful_ = false;
        state_ = State::value;
        return;
    case State::value: return begin_value(c);
    case State::after_value:
        if (c == ',') state_ = State::key_or_end;
        if (c == '}') state_ = State::done;
        if (c != ',' && c != '}') unexpected();
        return;
    default: return;
    }
}

// After a quote that seemed to end the code: so it did not, and all that came since belongs to the code too.
void ArgumentsReader::unexpected()
{
    if (!std::exchange(is_quote_doubtful_, false)) {
        state_ = State::lost;
        return;
    }
    if (taken_ + code_.size() == 0 && since_quote_ == "\"") {  // a triple quote
        has_code_ = false;
        state_ = State::lost;
        return;
    }
    target_ = &code_;
    state_ = State::in_string;
    put('"');
    read(std::exchange(since_quote_, {}));
}

void ArgumentsReader::begin_value(char c)
{
    if (c == '"') {
        skipped_.clear();
        target_ = &skipped_;
        const std::string key = lower(key_);
        // The first language counts: code may already have left under it.
        if (!has_language_ && (key == "language" || key == "lang" || key == "programming_language")) {
            language_.clear();
            target_ = &language_;
        } else if (key == "code") {
            has_code_ = true;
            target_ = &code_;
        }
        state_ = State::in_string;
        return;
    }
    depth_ = 0;
    state_ = State::in_other;
    in_other(c);
}

// Skips a number, literal, array or object up to what follows it.
void ArgumentsReader::in_other(char c)
{
    if (is_in_skipped_string_) {
        if (is_escaped_) is_escaped_ = false;
        else if (c == '\\') is_escaped_ = true;
        else if (c == '"') is_in_skipped_string_ = false;
        return;
    }
    if (c == '"') is_in_skipped_string_ = true;
    if (c == '{' || c == '[') ++depth_;
    if (depth_ == 0 && (c == ',' || c == '}')) {
        state_ = c == ',' ? State::key_or_end : State::done;
        return;
    }
    if (c == '}' || c == ']') --depth_;
}

void ArgumentsReader::string_byte(char c)
{
    if (is_quote_doubtful_) {  // in the key after the code
        since_quote_ += c;
        if (key_.size() > longest_key || c == '\n') return unexpected();
    }
    if (hex_left_ > 0) return hex_digit(c);
    if (is_escaped_) return escape(c);
    if (c == '\\') {
        is_escaped_ = true;
        return;
    }
    flush_surrogate();
    if (c == '"') return end_string();
    put(c);
}

void ArgumentsReader::escape(char c)
{
    is_escaped_ = false;
    if (c == 'u') {
        hex_left_ = 4;
        hex_ = 0;
        return;
    }
    flush_surrogate();
    switch (c) {
    case 'n': return put('\n');
    case 't': return put('\t');
    case 'r': return put('\r');
    case 'b': return put('\b');
    case 'f': return put('\f');
    case '"':
    case '\\':
    case '/':
    case '\'':
    case '\n': return put(c);
    default:  // "\d" of a regular expression that the model forgot to escape
        put('\\');
        put(c);
    }
}

void ArgumentsReader::hex_digit(char c)
{
    const int digit = hex_value(c);
    if (digit < 0) {  // no such escape; the character is read anew
        hex_left_ = 0;
        put_code_point(0xFFFD);
        return string_byte(c);
    }
    hex_ = hex_ * 16 + static_cast<unsigned>(digit);
    if (--hex_left_ == 0) put_code_point(hex_);
}

void ArgumentsReader::put(char c) { target_->push_back(c); }

void ArgumentsReader::put_code_point(unsigned code)
{
    if (is_low_surrogate(code) && high_ != 0) {
        code = 0x10000 + ((std::exchange(high_, 0) - 0xD800) << 10) + (code - 0xDC00);
    } else {
        flush_surrogate();
        if (is_high_surrogate(code)) {
            high_ = code;
            return;
        }
        if (is_low_surrogate(code)) code = 0xFFFD;
    }
    const auto byte = [&](unsigned value) { put(static_cast<char>(value)); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
        byte(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
    } else {
        byte(0xF0 | code >> 18);
        byte(0x80 | (code >> 12 & 0x3F));
        byte(0x80 | (code >> 6 & 0x3F));
    }
    byte(0x80 | (code & 0x3F));
}

void ArgumentsReader::flush_surrogate()
{
    if (std::exchange(high_, 0) != 0) target_->append("\xEF\xBF\xBD");
}

void ArgumentsReader::end_string()
{
    if (target_ == &language_) has_language_ = true;
    if (target_ == &code_) {
        is_quote_doubtful_ = true;
        since_quote_.clear();
    }
    state_ = state_ == State::in_key ? State::colon : State::after_value;
}

std::string decode_json_string(std::string_view raw)
{
    std::string text = "{\"code\":\"";
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '"') text += '\\';
        text += raw[i];
        if (raw[i] == '\\' && i + 1 < raw.size()) text += raw[++i];
    }
    ArgumentsReader reader;
    reader.feed(text);
    return reader.take_code();
}

}  // namespace oi::llm
