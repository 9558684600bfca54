// The blocking ways through a turn: chat() and stream(); see include/interpreter/session.h.
#include "base/text.h"
#include "interpreter/session.h"
#include "library/convert.h"
#include "library/state.h"

namespace interpreter {

namespace {

Say say(std::string message) { return {.message = {.content = std::move(message)}}; }

// A question that nobody answers is answered all the same.
std::optional<Op> refusal_of(const Event& event)
{
    if (const auto* asked = std::get_if<ApprovalAsked>(&event)) return Decide{.id = asked->id, .verdict = Decide::Verdict::nobody};
    if (const auto* asked = std::get_if<InputAsked>(&event)) return Input{.id = asked->id};
    return {};
}

}  // namespace

// A turn that is under way, for its one consumer.
struct ChunkRange::Rest {
    Rest(Session& session_, Op op, Handler handler_) : session{&session_}, handler{std::move(handler_)}
    {
        if (session->is_busy()) raise({oi::ErrorKind::invalid, "a turn runs", "wait for its TurnDone, or interrupt it"});
        session->state_->drop_events();
        session->submit(std::move(op));
    }
    // Stops what still runs.
    ~Rest()
    {
        try {
            if (!is_over) stop();
        } catch (...) {  // what a callback threw in a turn that was left
        }
    }
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

    // The next chunk; nullopt: the turn is over. Throws as Session::chat.
    std::optional<Chunk> next();

private:
    void stop()
    {
        session->submit(Interrupt{});
        while (auto event = session->next()) {
            if (std::holds_alternative<TurnDone>(*event)) break;
            if (auto answer = refusal_of(*event)) session->submit(std::move(*answer));
        }
        is_over = true;
    }
    void answer(const Event& event)
    {
        auto op = handler ? handler(event) : std::nullopt;
        if (!op) op = refusal_of(event);
        if (op) session->submit(std::move(*op));
    }

    Session* session;
    Handler handler;
    bool is_over = false;
};

std::optional<Chunk> ChunkRange::Rest::next()
{
    while (!is_over) {
        std::optional<Event> event;
        try {
            event = session->next();
        } catch (...) {
            is_over = true;  // what a callback threw stands for the end of the turn
            throw;
        }
        if (auto* done = std::get_if<TurnDone>(&*event)) {
            is_over = true;
            if (handler) handler(*event);
            if (done->failure) throw Error{*done->failure};
            return {};
        }
        answer(*event);
        if (auto* chunk = std::get_if<Chunk>(&*event)) return std::move(*chunk);
    }
    return {};
}

ChunkRange::ChunkRange(std::unique_ptr<Rest> rest) : rest_{std::move(rest)} {}
ChunkRange::~ChunkRange() = default;
ChunkRange::ChunkRange(ChunkRange&&) noexcept = default;

ChunkRange::Iterator ChunkRange::begin()
{
    if (!current_) advance();
    return Iterator{*this};
}

void ChunkRange::advance() { current_ = rest_->next(); }

ChunkRange Session::stream(std::string message, Handler handler) { return stream(Op{say(std::move(message))}, std::move(handler)); }

ChunkRange Session::stream(Op op, Handler handler)
{
    const bool ends = std::visit(
        [](const auto& one) {
            using T = std::decay_t<decltype(one)>;
            return std::is_same_v<T, Say> || std::is_same_v<T, GoOn> || std::is_same_v<T, Run> || std::is_same_v<T, Restart> ||
                   std::is_same_v<T, Reset> || std::is_same_v<T, Compact>;
        },
        op);
    if (!ends) raise({oi::ErrorKind::invalid, "this op starts no turn", "hand it to submit()"});
    return ChunkRange{std::make_unique<ChunkRange::Rest>(*this, std::move(op), std::move(handler))};
}

std::vector<Message> Session::chat(std::string message, const Handler& handler) { return chat(Op{say(std::move(message))}, handler); }

std::vector<Message> Session::chat(Op op, const Handler& handler)
{
    if (is_busy()) raise({oi::ErrorKind::invalid, "a turn runs", "wait for its TurnDone, or interrupt it"});
    const std::size_t said = std::holds_alternative<Say>(op) ? 1 + std::get<Say>(op).attached.size() : 0;
    const std::size_t before =
        state_->settled([&] { return state_->messages.size(); }, [](Running& running) { return running.conversation().messages().size(); });
    auto chunks = stream(std::move(op), handler);
    for (auto chunk = chunks.begin(); chunk != chunks.end(); ++chunk) {
    }
    return messages(before + said);
}

}  // namespace interpreter
