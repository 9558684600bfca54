// FenceReader: finds the code of models without tools: fenced blocks in their prose, at any chunk boundary.
#pragma once

#include "llm/reader/chunk_outlet.h"

#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// Fences are CommonMark's (backticks or tildes, three or more, indented or not), plus what models do beyond it: a fence
// at the end of a line of prose when a language follows, and a last block that nothing closes. Blocks of text, output
// or data stay prose, with their fences. All else is prose, to the last character. Pure.
class FenceReader {
public:
    // Whether blocks are code to run; where the model has a tool for that, they are only shown.
    enum class Blocks : unsigned char { run, shown };

    FenceReader(ChunkOutlet& outlet, std::span<const std::string> languages, Blocks blocks = Blocks::run)
        : outlet_{outlet}, languages_{languages}, blocks_{blocks}
    {
    }

    void feed(std::string_view text);
    void finish(ReplyEnd end = ReplyEnd::whole);
    bool is_in_code() const { return block_ == Block::code; }
    bool is_at_line_start() const { return block_ == Block::none && held_.empty() && !is_passing_; }  // of prose

private:
    struct Fence {
        char symbol = '\0';
        std::size_t length = 0;
        std::size_t indent = 0;
        std::string_view info;
    };
    enum class Block : unsigned char { none, code, literal };

    void prose(std::string_view piece);
    void end_prose_line();
    bool opens_here();
    void open(const Fence& fence);
    void inside(std::string_view piece);
    void end_inside_line();
    void put_code(std::string_view piece);
    void close();
    bool is_code_language(std::string_view word) const;

    ChunkOutlet& outlet_;
    std::span<const std::string> languages_;

    Blocks blocks_;

    std::string held_;         // of the current line: what may yet prove to be a fence
    bool is_passing_ = false;  // the line began as something else; what follows may pass, but for a late fence
    Block block_ = Block::none;
    char symbol_ = '\0';
    std::size_t length_ = 0;
    std::size_t indent_ = 0;
    std::string language_;
    std::string opening_;          // the line that opened the block, while no code has come
    bool has_line_break_ = false;  // a line end of the code that leaves only when another line follows
};

}  // namespace oi::llm
