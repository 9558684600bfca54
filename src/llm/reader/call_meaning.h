// What a call means, however it is spelled: pieces of code, each with its language.
#pragma once

#include "llm/reader/loose_json.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// A call that cannot be read has the tool's name for its language and the call as it came for its code: it is shown, and
// answered with what is wrong, for there is no such language.
struct CodeCall {
    std::string language;
    std::string code;
    bool operator==(const CodeCall&) const = default;
};
using CodeCalls = std::vector<CodeCall>;

class CallMeaning {
public:
    explicit CallMeaning(std::span<const std::string> languages) : languages_{languages} {}

    // Of the arguments of a native call to the tool `name`; empty: no code is in them.
    CodeCalls of_arguments(const LooseValue& arguments, std::string_view name) const;
    // Of something written into the text; empty unless it calls execute, or is exactly a language and code.
    CodeCalls of_text(const LooseValue& value) const;
    // Of what stands between <execute> and </execute>; `language` is what the tag says, or empty.
    CodeCalls of_body(std::string_view body, std::string_view language) const;

private:
    CodeCalls of_list(const LooseValue& list) const;
    std::string language_of(std::string_view said, std::string_view otherwise) const;
    std::span<const std::string> languages_;
};

}  // namespace oi::llm
