// Answers to the calls of a running cell; see cell_calls.h.
#include "agent/cell_calls.h"

#include "agent/output_gate.h"
#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

constexpr std::size_t most_output = 16 << 20;  // bytes of an inner cell that its caller gets; then its end

// Output in the order it came, pieces of one kind together; pictures stay apart, and active lines are nobody's here.
void collect(std::vector<Chunk>& all, const Chunk& chunk)
{
    if (chunk.mark != Mark::none || is_active_line(chunk)) return;
    const bool goes_on = !all.empty() && chunk.type != Kind::image && all.back().type == chunk.type && all.back().format == chunk.format &&
                         all.back().recipient == chunk.recipient;
    if (goes_on) all.back().content += chunk.content;
    else all.push_back(chunk);
}

std::string as_list(const std::vector<Chunk>& chunks)
{
    json::Writer writer;
    writer.array([&] {
        for (const auto& chunk : chunks) {
            writer.object([&] {
                writer.field("type", name(chunk.type));
                if (!chunk.format.empty()) writer.field("format", chunk.format);
                writer.field("content", chunk.content);
                if (!chunk.recipient.empty()) writer.field("recipient", chunk.recipient);
            });
        }
    });
    return writer.take();
}

}  // namespace

Result<std::string> CellCalls::answer(std::string_view method, std::string_view arguments, std::stop_token stop)
{
    const auto& options = conversation_.options_;
    if (options.trace) options.trace(cat("call ", method));
    if (method == "run") return run(arguments, std::move(stop));
    if (options.call) return options.call(method, arguments, options.policy, std::move(stop));
    return fail(ErrorKind::unsupported, cat("computer.", method, ": there is no such call"));
}

Result<std::string> CellCalls::run(std::string_view arguments, std::stop_token stop)
{
    OI_TRY(const auto parsed, json::parse(arguments));
    OI_TRY(const Language* language, callable(json::text(parsed, "language")));
    const auto* code = json::find(parsed, "code");
    if (!code || !code->IsString()) return fail(ErrorKind::invalid, "computer.run: code must be a text");
    OI_CHECK(check_danger({language->name, std::string{json::view(*code)}}));
    OI_TRY(Kernel * kernel, conversation_.kernel(*language));
    const RunningCell mark{conversation_.running_, language->name};
    conversation_.tell_reviewer(*language, std::string{json::view(*code)}, kernel->folder());
    std::vector<Chunk> output;
    OutputGate gate{most_output, most_output / 16, [&](const Chunk& chunk) { collect(output, chunk); }};
    RunControl control{std::move(stop)};
    control.limit = conversation_.options_.cell_timeout;
    const auto ran = kernel->run(
        {language->name, std::string{json::view(*code)}}, [&](const Chunk& chunk) { gate.pass(chunk); }, control);
    gate.finish();
    if (!ran) conversation_.tell_reviewer_of_failure(*language);
    if (ran) return as_list(output);
    const bool lives = ran.error().kind == ErrorKind::cancelled || ran.error().kind == ErrorKind::timeout;
    if (!lives) conversation_.kernels_.erase(language->name);
    return Fail{ran.error()};
}

// A running cell cannot be asked about: what would need a question has to be a cell of its own.
Result<void> CellCalls::check_danger(const Cell& cell) const
{
    const auto& options = conversation_.options_;
    if (!options.reviewer) return {};
    if (!conversation_.has_session(cell.language)) options.reviewer->forget(cell.language);
    const auto kernel = conversation_.kernels_.find(cell.language);
    std::string folder = kernel != conversation_.kernels_.end() && kernel->second ? kernel->second->folder() : std::string{};
    if (folder.empty()) folder = options.folder;
    const Reading reading = options.reviewer->read(cell, folder, options.folder);
    if (reading.dangers.empty()) return {};
    return fail(ErrorKind::denied, cat("computer.run: not run, because it ", join(reading.dangers, "; it ")),
                "make it a cell of its own, which a person can allow");
}

Result<const Language*> CellCalls::callable(std::string_view name) const
{
    const Language* language = find_language(conversation_.languages_, name);
    if (!language)
        return fail(ErrorKind::not_found, cat("computer.run: there is no language \"", name, "\" here"),
                    cat("there are ", join(conversation_.language_names_, ", ")));
    const auto& running = conversation_.running_;
    if (std::find(running.begin(), running.end(), language->name) == running.end()) return language;
    return fail(ErrorKind::invalid, cat("computer.run: a ", language->display_name, " cell is running already and waits for this call"),
                "one session runs one cell at a time");
}

}  // namespace oi
