// CallReader: turns one tool call, as it arrives, into a language and its code.
#pragma once

#include "llm/reader/arguments_reader.h"
#include "llm/reader/chunk_outlet.h"

#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// The tool is execute(language, code). Models also call a tool "python" with bare code, name a language as the tool,
// give `code` before `language` or leave it out: all of these are read as they are meant, the usual ones while they arrive,
// the rest when they are whole. A call without any code is handed on under the tool's name (see CodeCall).
class CallReader {
public:
    CallReader(int number, std::string_view name, std::span<const std::string> languages);

    void feed(std::string_view arguments);
    // Hands on what is known, if the outlet is this call's turn.
    void advance(ChunkOutlet& outlet);
    void finish(ChunkOutlet& outlet);

    int number() const { return number_; }
    bool is_complete() const { return form_ == Form::json && !reader_.is_lost() ? reader_.is_complete() : is_ended_; }
    void end() { is_ended_ = true; }
    bool has_begun() const { return has_begun_; }  // code of it has been handed on
    // The arguments ended inside the code: what there is of it must not run.
    bool is_code_cut() const { return form_ == Form::json && reader_.is_in_code(); }

private:
    enum class Form : unsigned char { unknown, json, bare, other };
    std::string language() const;
    std::string default_language() const;
    void read_whole(ChunkOutlet& outlet);

    int number_;
    std::string name_;
    std::span<const std::string> languages_;
    Form form_ = Form::unknown;
    ArgumentsReader reader_;
    std::string raw_;           // all arguments; bare: those not yet handed on
    std::string code_waiting_;  // code that came before its language
    bool has_begun_ = false;
    bool is_ended_ = false;
};

}  // namespace oi::llm
