// The json frontend's loop; see json_frontend.h.
#include "frontend/json/json_frontend.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/json.h"
#include "base/text.h"
#include "frontend/json/json_lines.h"
#include "frontend/json/json_reader.h"
#include "sys/signals.h"
#include "sys/terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>
#include <vector>

namespace oi {

namespace {

using Verdict = Decision::Verdict;
constexpr std::size_t longest_line = 256u << 20;  // bytes: room for pictures

class JsonLoop {
public:
    JsonLoop(Session& session, sys::Wakeup& events, const JsonOptions& options)
        : session_{session},
          events_{events},
          options_{options},
          is_at_end_{options.first_message && options.is_one_shot && sys::is_terminal(options.input)}
    {
    }

    int run()
    {
        if (options_.first_message) submit(Say{*options_.first_message});
        while (!exit_code_) step();
        if (const auto line = session_.conversation().farewell(); !line.empty()) out_ += cat(to_lines(Notice{.text = line}), "\n");
        write();
        return *exit_code_;
    }

private:
    void step()
    {
        std::array<pollfd, 3> ready{{{events_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {is_at_end_ ? -1 : options_.input, POLLIN, 0}}};
        sys::wait(ready, {});
        if (ready[1].revents) take_signals();
        if (ready[2].revents) read_lines();
        if (ready[0].revents) take_events();
        write();
    }

    void take_events()
    {
        events_.clear();
        for (const Event& event : session_.take()) {
            if (const std::string lines = to_lines(event); !lines.empty()) out_ += cat(lines, "\n");
            if (const auto* chunk = std::get_if<Chunk>(&event)) on(*chunk);
            if (const auto* asked = std::get_if<ApprovalAsked>(&event)) on(*asked);
            if (const auto* asked = std::get_if<InputAsked>(&event)) on(*asked);
            if (const auto* done = std::get_if<TurnDone>(&event)) on(*done);
        }
    }

    // A program may answer as soon as it has read this, which can be before the session asks.
    void on(const Chunk& chunk)
    {
        if (chunk.type == Kind::confirmation && chunk.id != 0) question_ = chunk.id;
        const bool is_heard = chunk.role == Role::user && chunk.type == Kind::message && chunk.mark == Mark::start;
        if (is_heard && unheard_ > 0) --unheard_;
    }

    void on(const ApprovalAsked& asked)
    {
        if (asked.id == answered_) return;
        question_ = asked.id;
        if (is_at_end_) decide({.verdict = Verdict::nobody});
    }

    void on(const InputAsked& asked)
    {
        input_ = asked.id;
        if (is_at_end_) answer_input({});
    }

    void on(const TurnDone& done)
    {
        const int late = std::exchange(unheard_, 0);  // begin turns of their own, unless all was stopped
        turns_ = std::max(turns_ - 1, 0);
        if (!done.error || done.error->kind != ErrorKind::cancelled) turns_ += late;
        question_.reset();
        input_.reset();
        last_code_ = oi::exit_code(done.error);
        if (options_.is_one_shot || is_interrupted_) exit_code_ = last_code_;
        leave_if_done();
    }

    void leave_if_done()
    {
        if (is_at_end_ && turns_ == 0 && !exit_code_) exit_code_ = last_code_;
    }

    void submit(Op op)
    {
        ++turns_;
        session_.submit(std::move(op));
    }

    void decide(Decision decision)
    {
        answered_ = *std::exchange(question_, {});
        session_.submit(Decide{answered_, std::move(decision)});
    }
    void answer_input(std::optional<std::string> line) { session_.submit(Input{*std::exchange(input_, {}), std::move(line)}); }

    void read_lines()
    {
        char bytes[65536];
        const ssize_t got = ::read(options_.input, bytes, sizeof bytes);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
        if (got <= 0) return end_of_input();
        std::string_view rest{bytes, static_cast<std::size_t>(got)};
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            typed_ += rest.substr(0, end);
            rest.remove_prefix(end + 1);
            take_line(std::exchange(typed_, {}));
        }
        typed_ += rest;
        if (typed_.size() > longest_line) {
            complain({ErrorKind::invalid, "a line is longer than 256 MB"});
            end_of_input();
        }
    }

    void end_of_input()
    {
        if (is_at_end_) return;
        if (!typed_.empty()) take_line(std::exchange(typed_, {}));
        say_what_is_left();
        is_at_end_ = true;
        if (question_) decide({.verdict = Verdict::nobody});
        if (input_) answer_input({});
        leave_if_done();
    }

    // Pictures that no message followed are one.
    void say_what_is_left()
    {
        if (attached_.empty()) return;
        Say say{std::move(attached_.back())};
        attached_.pop_back();
        say.attached = std::exchange(attached_, {});
        submit(std::move(say));
    }

    void take_line(const std::string& line)
    {
        auto read = reader_.read(line);
        if (!read) return complain(read.error());
        std::visit([this](auto& one) { take(one); }, *read);
    }

    void take(JsonNothing&) {}
    // A picture or a file is about the message that follows.
    void take(Say& say)
    {
        if (say.message.type != Kind::message) return attached_.push_back(std::move(say.message));
        say.attached = std::exchange(attached_, {});
        submit(std::move(say));
    }
    void take(Reset& reset)
    {
        attached_.clear();
        submit(reset);
    }
    // While a turn runs, it is no turn of its own: see on(Chunk) and on(TurnDone).
    void take(Steer& steer)
    {
        if (steer.words) steer.words->attached = std::exchange(attached_, {});
        if (steer.words) ++(turns_ > 0 ? unheard_ : turns_);
        session_.submit(std::move(steer));
    }
    void take(JsonStop&) { session_.submit(Interrupt{}); }
    void take(Background& background) { session_.submit(background); }
    void take(JsonGo&)
    {
        if (question_) return decide({.verdict = Verdict::run});
        complain({ErrorKind::invalid, "go: no code waits for an answer"});
    }
    void take(JsonConfirm& confirm)
    {
        if (question_ && confirm.decide.id == *question_) return decide(std::move(confirm.decide.decision));
        complain({ErrorKind::invalid, cat("confirmation ", confirm.decide.id, ": no such question waits")});
    }
    void take(JsonInput& answer)
    {
        if (input_ && answer.input.id == *input_) return answer_input(std::move(answer.input.line));
        complain({ErrorKind::invalid, cat("input ", answer.input.id, ": no cell waits for it")});
    }

    // An error line of its own: no turn has failed, so no "complete" follows.
    void complain(const Error& error)
    {
        json::Writer writer;
        writer.object([&] {
            writer.field("role", "server");
            writer.field("type", "error");
            writer.field("format", name(error.kind));
            writer.field("content", valid_utf8(to_line(error)));
        });
        out_ += cat(writer.view(), "\n");
    }

    void take_signals()
    {
        while (const auto number = signals_.next()) {
            if (*number == SIGINT && turns_ > 0 && !is_interrupted_) {
                is_interrupted_ = true;
                session_.submit(Interrupt{});
            } else {
                exit_code_ = 128 + *number;
            }
        }
    }

    void write()
    {
        const std::string bytes = std::exchange(out_, {});
        if (bytes.empty() || sys::write_all(options_.output, bytes)) return;
        session_.submit(Interrupt{});
        exit_code_ = 1;
    }

    Session& session_;
    sys::Wakeup& events_;
    const JsonOptions& options_;
    sys::Signals signals_{SIGINT, SIGTERM, SIGHUP};
    JsonReader reader_;
    std::string out_;
    std::string typed_;              // a line as far as it has come
    std::vector<Message> attached_;  // wait for their message
    std::optional<int> question_;
    int answered_ = 0;  // the question answered last
    std::optional<int> input_;
    std::optional<int> exit_code_;
    int last_code_ = 0;
    int turns_ = 0;    // submitted and not done
    int unheard_ = 0;  // words for the running turn that it has not taken yet
    bool is_at_end_;
    bool is_interrupted_ = false;
};

}  // namespace

int run_json(Session& session, sys::Wakeup& events, const JsonOptions& options) { return JsonLoop{session, events, options}.run(); }

}  // namespace oi
