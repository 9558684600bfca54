// Turn: model and code in turns, from the user's message to the model's last word.
#pragma once

#include "agent/conversation.h"

namespace oi {

// How the message begins that stands for a person who has refused to run code.
inline constexpr std::string_view refusal = "I have declined to run this code.";

class Turn {
public:
    Turn(Conversation& conversation, Frontend& frontend, std::stop_token stop)
        : conversation_{conversation}, frontend_{frontend}, stop_{std::move(stop)}
    {
    }

    Result<void> run();
    // The same, but code that the conversation ends with goes first.
    Result<void> go_on();

private:
    enum class Next : std::uint8_t { ask_model, finish };

    Result<void> ask_model();
    void hear();
    void show_said(const Message& message);
    Result<void> cut_short(std::size_t first);
    void withdraw_last();
    Result<Usage> send(std::span<const Message> messages);
    Result<void> resume(const Error& error, std::size_t first);
    void take(const Chunk& chunk);
    void replay_deferred();
    void warm(const Chunk& chunk);
    bool has_code() const;
    bool goes_on();
    Result<Next> handle_code();
    Result<Next> handle_all_code();
    Result<void> let_change(Cell& cell);
    void show_confirmation(const Cell& cell, int id);
    // Approval: approval.cc.
    enum class Leave : std::uint8_t { granted, refused };
    Result<Leave> get_leave(Cell& cell, const Language& language);
    Result<Decision> ask(ApprovalAsked question);
    ApprovalAsked question_about(const Cell& cell, const Language& language);
    std::string folder_of(const Language& language) const;
    std::string cause_of(const ApprovalAsked& question) const;
    void scan(ApprovalAsked& question);
    void replace_code(Cell& cell, const std::string& code);
    void tell_with_result(const ApprovalAsked& question, bool is_edited);
    void refuse(const Decision& decision, const ApprovalAsked& question);
    void refuse_unattended(const ApprovalAsked& question);
    Result<Next> run_cell(const Cell& cell, const Language& language);
    Result<void> run_in(Kernel& kernel, const Cell& cell, const ChunkSink& sink);
    void tell_failure(const OutputSpool& spool);
    void tell_end(const Error& error, const Language& language, const std::function<void(std::string_view)>& tell);
    Result<Next> check_loop(const Cell& cell, std::size_t first_result);
    void say_output(std::string text);
    Result<void> stopped() const;

    Conversation& conversation_;
    Frontend& frontend_;
    std::stop_token stop_;
    LoopGuard loop_guard_;
    bool has_whole_code_ = false;  // the reply has brought one finished piece of code: the rest waits for its result
    int words_alone_ = 0;          // in loop mode: replies without code, one after the other
    bool has_reply_ = false;       // something of the reply has come
    std::deque<Chunk> deferred_;
    std::string scan_note_;      // what the model is told with the result of the cell that runs next
    std::vector<Error> breaks_;  // how the last replies broke off, since one came whole
};

}  // namespace oi
