// CallReader: decides what form the arguments have, then streams them.
#include "llm/reader/call_reader.h"

#include "base/text.h"
#include "llm/reader/call_meaning.h"
#include "llm/reader/language_names.h"

#include <utility>

namespace oi::llm {

CallReader::CallReader(int number, std::string_view name, std::span<const std::string> languages)
    : number_{number}, name_{trim(name)}, languages_{languages}
{
    for (const std::string_view prefix : {"functions.", "default_api.", "tools."})
        if (name_.starts_with(prefix)) name_.erase(0, prefix.size());
}

void CallReader::feed(std::string_view arguments)
{
    raw_ += arguments;
    if (form_ == Form::unknown) {
        const auto first = raw_.find_first_not_of(" \t\r\n");
        if (first == std::string::npos) return;
        const char c = raw_[first];
        form_ = c == '{' ? Form::json : c == '"' || c == '[' || c == '<' ? Form::other : Form::bare;
        if (form_ == Form::json) reader_.feed(raw_);
    } else if (form_ == Form::json) {
        reader_.feed(arguments);
    }
    if (form_ == Form::json && reader_.is_complete()) raw_.resize(reader_.used());
}

// What the code is in when the arguments do not say: the tool's own name, if that is a language.
std::string CallReader::default_language() const
{
    return canonical_language(is_language(name_, languages_) ? std::string_view{name_} : "python", languages_);
}

std::string CallReader::language() const
{
    const auto named = trim(reader_.language());
    return named.empty() ? default_language() : canonical_language(named, languages_);
}

void CallReader::advance(ChunkOutlet& outlet)
{
    if (form_ == Form::bare) {
        outlet.code(default_language(), std::exchange(raw_, {}));
        has_begun_ = true;
        return;
    }
    if (!reader_.has_code()) return;
    code_waiting_ += reader_.take_code();
    if (!reader_.has_language() && !is_ended_ && !reader_.is_complete()) return;
    if (code_waiting_.empty() && !is_ended_ && !reader_.is_complete()) return;
    outlet.code(language(), std::exchange(code_waiting_, {}));
    has_begun_ = true;
}

void CallReader::finish(ChunkOutlet& outlet)
{
    is_ended_ = true;
    advance(outlet);
    if (!has_begun_) read_whole(outlet);
    outlet.end_code();
}

void CallReader::read_whole(ChunkOutlet& outlet)
{
    const auto arguments = read_loose(raw_);
    const CallMeaning meaning{languages_};
    CodeCalls calls = arguments.is_string_cut ? CodeCalls{} : meaning.of_arguments(arguments.value, name_);
    if (calls.empty() && trim(raw_).starts_with('<')) calls = meaning.of_body(raw_, is_language(name_, languages_) ? name_ : "");
    if (calls.empty() && !is_blank(raw_) && (is_language(name_, languages_) || name_ == "functions")) calls = {{default_language(), raw_}};
    if (calls.empty()) calls = {{name_.empty() ? "execute" : name_, raw_}};
    for (const auto& call : calls) {
        outlet.code(call.language, call.code);
        outlet.end_code();
    }
}

}  // namespace oi::llm
