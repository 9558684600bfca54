// CallReader: decides what form the arguments have, then streams them.
#include "llm/call_reader.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace oi::llm {

namespace {

constexpr std::array<std::string_view, 8> language_names{"python", "shell", "bash", "sh", "javascript", "js", "ruby", "r"};

}  // namespace

CallReader::CallReader(int number, std::string_view name, std::span<const std::string> languages)
    : number_{number}, name_{trim(name)}, languages_{languages}
{
}

void CallReader::feed(std::string_view arguments)
{
    raw_ += arguments;
    if (form_ == Form::unknown) {
        const auto first = raw_.find_first_not_of(" \t\r\n");
        if (first == std::string::npos) return;
        form_ = raw_[first] == '{' ? Form::json : Form::bare;
        if (form_ == Form::json) reader_.feed(raw_);
    } else if (form_ == Form::json) {
        reader_.feed(arguments);
    }
}

// What the code is in when the arguments do not say: the tool's own name, if that is a language.
std::string CallReader::default_language() const
{
    const std::string name = lower(name_);
    const bool is_language = std::find(languages_.begin(), languages_.end(), name) != languages_.end() ||
                             std::find(language_names.begin(), language_names.end(), name) != language_names.end();
    return is_language ? name : "python";
}

std::string CallReader::language() const
{
    const auto named = trim(reader_.language());
    return named.empty() ? default_language() : std::string{named};
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
    outlet.code(language(), std::exchange(code_waiting_, {}));
    has_begun_ = true;
}

void CallReader::finish(ChunkOutlet& outlet)
{
    is_ended_ = true;
    advance(outlet);
    if (!has_begun_) {
        const bool is_code = name_ == "python" || name_ == "functions";
        outlet.code(is_code ? "python" : name_.empty() ? "execute" : name_, raw_);
    }
    outlet.end_code();
}

}  // namespace oi::llm
