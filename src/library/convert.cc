// Values across the border of the library; see convert.h.
#include "library/convert.h"

#include "base/text.h"

#include <array>
#include <chrono>

namespace interpreter {

namespace {

using oi::cat;
using oi::ErrorKind;

template <class T>
std::string names_of(std::initializer_list<T> all)
{
    std::string names;
    for (const T one : all) names += cat(names.empty() ? "" : ", ", oi::name(one));
    return names;
}

std::string roles()
{
    using enum oi::Role;
    return names_of({user, assistant, computer, system, server});
}

std::string kinds()
{
    using enum oi::Kind;
    return names_of({message, code, console, image, file, confirmation, review, command, error, status});
}

oi::Result<oi::Role> role_of(const std::string& word, std::string_view name)
{
    if (const auto role = oi::role_from(word)) return *role;
    return oi::fail(ErrorKind::invalid, cat(name, ": there is no role \"", oi::valid_utf8(word), "\""), cat("there are ", roles()));
}

oi::Result<oi::Kind> kind_of(const std::string& word, std::string_view name)
{
    if (const auto kind = oi::kind_from(word)) return *kind;
    return oi::fail(ErrorKind::invalid, cat(name, ": there is no type \"", oi::valid_utf8(word), "\""), cat("there are ", kinds()));
}

Chunk from_chunk(oi::Chunk&& chunk)
{
    return {.role = std::string{oi::name(chunk.role)},
            .type = std::string{oi::name(chunk.type)},
            .format = std::move(chunk.format),
            .content = std::move(chunk.content),
            .recipient = std::move(chunk.recipient),
            .mark = static_cast<Chunk::Mark>(chunk.mark),
            .language = std::move(chunk.language),
            .id = chunk.id};
}

ApprovalAsked from_question(oi::ApprovalAsked&& asked)
{
    ApprovalAsked out{.id = asked.id,
                      .language = std::move(asked.cell.language),
                      .code = std::move(asked.cell.code),
                      .folder = std::move(asked.folder),
                      .warning = asked.warning.empty() ? std::move(asked.cause) : std::move(asked.warning),
                      .hints = std::move(asked.reading.hints),
                      .dangers = std::move(asked.reading.dangers),
                      .findings = {},
                      .prefixes = std::move(asked.reading.prefixes),
                      .can_scan = asked.can_scan};
    if (asked.scan)
        for (auto& found : asked.scan->findings)
            out.findings.push_back(
                {std::move(found.rule), std::string{oi::name(found.level)}, found.line, std::move(found.text), std::move(found.scanner)});
    return out;
}

Countdown from_countdown(oi::Countdown&& wait)
{
    const std::chrono::duration<double> left = wait.until - std::chrono::steady_clock::now();
    return {std::move(wait.reason), std::max(0.0, left.count()), std::move(wait.skip)};
}

TurnDone from_done(oi::TurnDone&& done)
{
    TurnDone out{.usage = from_core(done.usage), .conversation = from_core(done.conversation)};
    if (done.error) out.failure = from_core(*done.error);
    return out;
}

std::string level_of(oi::Notice::Level level)
{
    constexpr std::array names{"note", "warning", "withdrawn"};
    return names[static_cast<std::size_t>(level)];
}

struct FromCore {
    Event operator()(oi::Chunk& chunk) const { return from_chunk(std::move(chunk)); }
    Event operator()(oi::ApprovalAsked& asked) const { return from_question(std::move(asked)); }
    Event operator()(oi::InputAsked& asked) const { return InputAsked{asked.id, std::move(asked.prompt), asked.secret}; }
    Event operator()(oi::Usage& usage) const { return from_core(usage); }
    Event operator()(oi::Reasoning& thought) const { return Reasoning{std::move(thought.text)}; }
    Event operator()(oi::Notice& notice) const { return Notice{level_of(notice.level), std::move(notice.text)}; }
    Event operator()(oi::Progress& progress) const { return Progress{std::move(progress.text)}; }
    Event operator()(oi::Countdown& wait) const { return from_countdown(std::move(wait)); }
    Event operator()(oi::TurnDone& done) const { return from_done(std::move(done)); }
};

}  // namespace

oi::Result<oi::Message> to_core(const Message& message, std::string_view name)
{
    OI_TRY(const oi::Role role, role_of(message.role, name));
    OI_TRY(const oi::Kind type, kind_of(message.type, name));
    return oi::Message{role, type, oi::valid_utf8(message.format), oi::valid_utf8(message.content), oi::valid_utf8(message.recipient)};
}

oi::Result<oi::Chunk> to_core(const Chunk& chunk)
{
    OI_TRY(const oi::Role role, role_of(chunk.role, "a chunk of a cell's output"));
    OI_TRY(const oi::Kind type, kind_of(chunk.type, "a chunk of a cell's output"));
    return oi::Chunk{.role = role,
                     .type = type,
                     .format = oi::valid_utf8(chunk.format),
                     .content = oi::valid_utf8(chunk.content),
                     .recipient = oi::valid_utf8(chunk.recipient)};
}

oi::Decision to_core(const Decide& decide)
{
    using enum oi::Decision::Verdict;
    constexpr std::array verdicts{run, run_all, refuse, nobody, run_language, run_commands, scan};
    oi::Decision decision{.verdict = verdicts[static_cast<std::size_t>(decide.verdict) % verdicts.size()],
                          .edited_code = decide.edited_code,
                          .reason = oi::valid_utf8(decide.reason)};
    if (decision.edited_code) decision.edited_code = oi::valid_utf8(std::move(*decision.edited_code));
    return decision;
}

Message from_core(const oi::Message& message)
{
    return {std::string{oi::name(message.role)}, std::string{oi::name(message.type)}, message.format, message.content, message.recipient};
}

Usage from_core(const oi::Usage& usage)
{
    return {usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.cost, usage.unpriced_requests};
}

Failure from_core(const oi::Error& error) { return {std::string{oi::name(error.kind)}, error.what, error.hint}; }

Event from_core(oi::Event event) { return std::visit(FromCore{}, event); }

void raise(const oi::Error& error) { throw Error{from_core(error)}; }

}  // namespace interpreter
