// Conversation: the transcript, the kernels, and the loop in which model and code take turns.
#pragma once

#include "agent/budget.h"
#include "agent/grants.h"
#include "agent/jobs.h"
#include "agent/loop_guard.h"
#include "agent/loop_mode.h"
#include "agent/steering.h"
#include "core/frontend.h"
#include "core/kernel.h"
#include "core/language_model.h"
#include "core/store.h"
#include "core/transcript.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace oi {

struct ConversationOptions {
    std::string system_message;            // complete; see system_message() in prompt.h
    std::string folder;                    // where cells start, absolute
    std::vector<std::string> environment;  // of the kernels
    bool auto_run = false;
    std::size_t max_output = 2800;                  // bytes of a cell's output that the model gets
    std::size_t live_output = 1 << 20;              // bytes of a cell's output that are shown as they come; then its end only
    std::shared_ptr<OutputSpools> outputs{};        // where outputs go that are longer than max_output; null: nowhere
    std::chrono::milliseconds cell_timeout{0};      // then a cell is stopped; 0: never
    std::chrono::milliseconds background_after{0};  // then a cell goes on as a job; 0: never
    long context_window = 0;                        // tokens; 0: what is known of the model
    long max_tokens = 0;                            // kept free for an answer; 0: a quarter of the window, or less
    double max_budget = 0;                          // dollars that the conversation may cost; 0: no limit
    std::size_t resumes = 3;                        // how often in a row a turn goes on by itself after a reply that broke off half-way
    std::function<void(std::string_view)> trace{};  // for --verbose
    std::vector<std::string> offered{};             // languages that the model is told of; empty: all there are
    // Answers the calls of running cells, run() apart, within the policy of the kernels; see Host::call. Empty: there are none.
    std::function<Result<std::string>(std::string_view method, std::string_view arguments, const SandboxPolicy& policy, std::stop_token)>
        call{};
    LoopMode loop{};
    std::string python{};  // see Host
    bool python_is_default = false;
    const Sandbox* sandbox = nullptr;  // of the kernels; outlives the conversation
    SandboxPolicy policy{};
    std::string opening{};  // told with the first turn
    // Makes and names the folder where a conversation's variables are kept; empty: they are not. An Error is told once.
    std::function<Result<std::string>(ConversationId)> keep_variables{};
    std::function<void(ConversationId)> forget_variables{};
    // What was kept of one is kept for the other too; with `go_on`, that one is gone on with by sessions that run.
    enum class CopyFor : std::uint8_t { another, go_on };
    std::function<void(ConversationId from, ConversationId to, CopyFor use)> copy_variables{};
    std::shared_ptr<Reviewer> reviewer{};  // of cells before they run; null: nothing is said of them, and none is scanned
    SafeMode safe_mode = SafeMode::off;
    RiskLevel safe_level = RiskLevel::warning;  // findings from here on stop a cell in SafeMode::automatic
    // Before a cell that has leave runs: other code, which replaces it. An Error: it does not run, and the turn ends with it.
    std::function<Result<std::optional<std::string>>(const Cell&, std::stop_token)> before_cell{};
    // Each message when it is complete, in order, on the turn's thread.
    std::function<void(const Message&)> on_message{};
};

// What a cell has written, from its beginning to its end.
struct WholeOutput {
    Cell cell;
    Spooled spooled{};  // the files that have it; none: it is `text`
    std::string text{};
};

// One thread at a time, unless a call says otherwise. The model and the store must outlive it. Destroying it ends the
// kernels and the jobs.
class Conversation {
public:
    Conversation(LanguageModel& model, Store& store, std::vector<Language> languages, ConversationOptions options);
    ~Conversation();

    // One turn: the message, then model and code in turns until the model has no more code. The conversation is on disk
    // before each request. Questions and everything that happens go to `frontend`. On stop: cancelled, and all that was
    // said so far stays; the kernels live on. A message without content adds nothing: if the conversation ends with code of the
    // model, that runs first, after approval.
    Result<void> say(Message message, Frontend& frontend, std::stop_token stop);
    // A picture or a file that stands before the next message; starts no turn.
    void attach(Message message) { attached_.push_back(std::move(message)); }

    // For all kernels that are started from now on; `opening` is a line for the person, told with the first turn.
    void confine(const Sandbox* sandbox, SandboxPolicy policy, std::string opening);

    // Goes on with a stored conversation; new messages are appended to it, or to a copy of it where another program goes on
    // with it: the first turn tells. Its messages are read when they are first asked for: what fails then fails the next turn.
    Result<void> resume(ConversationId id);
    // Makes what the model is sent shorter: a summary by the model in place of all but the person's words and the last
    // steps. The messages stay. Says when there is nothing to sum up.
    Result<void> compact(Frontend& frontend, std::stop_token stop);
    // Forgets the messages and what was kept of the variables, and ends the kernels and the jobs; what was said stays stored.
    void reset();

    // What the first turn would tell, for who tells it at once.
    std::string take_opening() { return std::exchange(options_.opening, {}); }
    // What follows is not for while a turn runs; see conversation_edit.cc.
    // Ends the kernel of that language, empty: those of all; jobs go on. The next cell starts a fresh one.
    void end_kernel(std::string_view language);
    // What the cells of a language have defined, see Kernel::variables; empty, too, when no kernel of it runs.
    std::vector<std::string> variables(std::string_view language);
    // Takes back the last thing that the person said and all that followed; what went, empty if there was nothing. What the
    // languages hold stays.
    std::vector<Message> undo();
    // Where that begins; the number of messages: nowhere.
    std::size_t last_said() const;
    // Brings back what the last undo took; empty if there was none, or something was said since.
    std::vector<Message> redo();
    // Goes on with these messages as a new stored conversation; the one until now stays stored, the languages go on. On an
    // Error nothing has changed.
    Result<void> load(std::vector<Message> messages);
    // Goes on in a copy, which what was spent until now counts for too; the conversation until now stays stored as it is.
    // invalid: nothing was said yet.
    Result<void> fork();
    // Runs a cell of the person's own in the session of its language: shown, no part of the conversation. Errors: not_found
    // (no such language), those of Kernel::run.
    Result<void> run_aside(const Cell& cell, Frontend& frontend, std::stop_token stop);
    // Of the model's cell of that number, from 1; 0: the last one. not_found: there is none.
    Result<WholeOutput> whole_output(std::size_t number);
    // What counts from the next turn on and, where it concerns kernels, for those that are started then.
    void change(const std::function<void(ConversationOptions&)>& edit);
    const ConversationOptions& options() const { return options_; }
    // Ends the sessions of these languages, of all where none is named; their next cells start fresh ones, in the same folder,
    // and the model is told. Jobs go on. The languages whose sessions ran. It may wait a second for what they keep.
    std::vector<Language> end_sessions(std::span<const std::string_view> languages = {});
    // The sessions that run keep their variables as the options say now.
    void keep_as_set();

    // The cell that runs goes on as a job; with none running nothing happens. Any thread.
    void background();
    // Words for the turn that runs.
    Steering& steering() { return steering_; }
    // Any thread.
    Jobs& jobs() { return jobs_; }
    // Who is told, on the thread of a job, that it has ended while no turn runs; without it the next turn tells. To be set
    // before the first turn.
    void announce_to(std::function<void(const Event&)> announce) { announce_ = std::move(announce); }
    // The line for the person about the jobs that end because the program does; empty: there are none.
    std::string farewell() const;

    const std::vector<Message>& messages() const
    {
        ignore(read(), "the next turn says it");
        return transcript_.messages();
    }
    ConversationId id() const { return id_; }
    bool auto_run() const { return options_.auto_run; }
    void set_auto_run(bool on) { options_.auto_run = on; }
    // What was allowed for the rest of this conversation. Not while a turn runs.
    Grants& grants() { return grants_; }
    const std::vector<Language>& languages() const { return languages_; }
    double max_budget() const { return options_.max_budget; }
    void set_max_budget(double limit) { options_.max_budget = limit; }

    // What all requests so far cost, those before a resume too. Not while a turn runs.
    const Usage& usage() const { return usage_; }
    // How many tokens the next request would have as input, with that message at its end if it is not empty; what was summed
    // up counts as its summary.
    long count_tokens(std::string_view message = {});
    // The model, with the window and the longest answer as they count here.
    ModelInfo model() const;

private:
    friend class Turn;
    friend class Outgoing;
    friend class CellCalls;

    void add(Message message);
    void emit(const Chunk& chunk, Frontend& frontend);
    void close(Frontend& frontend);
    void report();
    void save(Frontend& frontend);
    ChunkSink forward(Frontend& frontend);
    Result<Kernel*> kernel(const Language& language);
    bool has_session(const std::string& language) const;
    // Around the run of a cell: what the reviewer is to know of the session.
    void tell_reviewer(const Language& language, const std::string& code, const std::string& folder);
    void tell_reviewer_of_failure(const Language& language);
    Host host(const Language& language, std::shared_ptr<KernelPlace> place);
    std::unique_ptr<OutputSpool> open_spool();
    // The cell, and the kernel of its language with it, becomes a job.
    JobInfo leave(LeftCell left);
    // What the next cell of the language has to be told about where its variables are; empty: nothing. Said once.
    std::string left_behind(const Language& language);
    void on_job_end();
    void begin_turn();
    void tell_of_jobs(Frontend& frontend);
    void end_turn(Frontend& frontend);
    void end_jobs();
    std::string state_folder();
    void clear(ConversationId next = 0);  // which is kept claimed
    void go_on_as(ConversationId id);
    void take_variables_to(ConversationId next);
    // The transcript anew from messages as they are stored; `id`: where their long outputs are.
    void refill(ConversationId id, std::vector<Message> messages) const;
    // What resume() has left unread.
    Result<void> read() const;
    // All requests go through here: kept within the budget, and their cost added up. Errors: over_budget (nothing was sent),
    // and those of the model.
    Result<Usage> ask(const Request& request, const EventSink& sink, std::stop_token stop);
    Result<double> afford(const Request& request, const EventSink& sink, std::stop_token stop);
    void account(const Usage& usage);

    LanguageModel& model_;
    Store& store_;
    std::vector<Language> languages_;
    ConversationOptions options_;
    mutable Transcript transcript_;
    mutable ConversationId unread_ = 0;  // whose messages are not in the transcript yet; 0: none
    mutable std::size_t reported_ = 0;   // messages that on_message was told of
    std::vector<Message> attached_;      // waits for the next message
    std::vector<std::string> language_names_;
    std::map<std::string, std::unique_ptr<Kernel>> kernels_;
    // Of the last kernel of a language: whether it is a job by now, where that was, and which job has its variables.
    struct Past {
        std::shared_ptr<KernelPlace> place;
        std::string folder;
        std::string job;
        bool is_ended = false;  // by the person, who changed what it runs with
    };
    std::map<std::string, Past> pasts_;
    std::vector<std::string> running_;  // languages whose cell runs or waits for a call, the outermost first
    Frontend* asking_ = nullptr;        // of the running turn: who answers a cell that waits for the keyboard
    ConversationId id_ = 0;
    int last_question_ = 0;
    Grants grants_;
    bool is_save_failure_told_ = false;
    bool is_keep_failure_told_ = false;
    struct Undone {
        std::vector<Message> messages;
        std::optional<Compaction> compaction;  // that was in force
    };
    std::vector<Undone> undone_;  // the last one at the end
    Usage usage_;
    double unreported_ = 0;                 // estimated dollars of requests whose usage never came
    std::optional<Compaction> compaction_;  // what stands for the first messages in what the model is sent,
    std::string variables_;                 // with what the kernels held then
    long refused_window_ = 0;               // smaller than a request that was refused as too long,
    std::string refused_by_;                // by the model of this name; empty: none was
    bool is_trimming_told_ = false;         // in this turn,
    bool has_no_summary_ = false;           // for which the model could give none
    bool is_spool_failure_told_ = false;

    Steering steering_;
    std::mutex leave_mutex_;
    std::stop_source leave_{std::nostopstate};  // of the running cell

    std::mutex news_mutex_;  // guards what follows
    bool is_in_turn_ = false;
    std::vector<JobInfo> untold_;  // jobs of whose end the model does not know yet
    std::function<void(const Event&)> announce_;

    Jobs jobs_{[this] { on_job_end(); }};  // the last: its threads use the rest
};

}  // namespace oi
