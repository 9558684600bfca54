// Events as JSON; chunks are LMC chunks, everything else is spoken by the server role.
#include "frontend/json/json_lines.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

template <class Content>
std::string line(std::string_view role, std::string_view type, std::string_view format, Content content)
{
    json::Writer writer;
    writer.object([&] {
        writer.field("role", role);
        writer.field("type", type);
        if (!format.empty()) writer.field("format", format);
        content(writer);
    });
    return writer.take();
}

std::string status(std::string_view format, std::string_view text)
{
    return line("server", "status", format, [&](json::Writer& writer) { writer.field("content", valid_utf8(std::string{text})); });
}

// Nothing where nothing was reported. The cost is null where part of it is not known.
void write_usage(json::Writer& writer, std::string_view key, const Usage& usage)
{
    if (usage.input_tokens == 0 && usage.output_tokens == 0) return;
    writer.key(key);
    writer.object([&] {
        writer.field("input_tokens", std::int64_t{usage.input_tokens});
        writer.field("output_tokens", std::int64_t{usage.output_tokens});
        writer.field("cached_tokens", std::int64_t{usage.cached_tokens});
        writer.field("cache_write_tokens", std::int64_t{usage.cache_write_tokens});
        writer.key("cost");
        if (usage.unpriced_requests > 0) writer.null();
        else writer.value(usage.cost);
    });
}

void write_texts(json::Writer& writer, std::string_view key, const std::vector<std::string>& texts)
{
    if (texts.empty()) return;
    writer.key(key);
    writer.array([&] {
        for (const auto& text : texts) writer.value(valid_utf8(text));
    });
}

void write_findings(json::Writer& writer, const Scan& scan)
{
    writer.key("findings");
    writer.array([&] {
        for (const auto& finding : scan.findings) {
            writer.object([&] {
                writer.field("line", finding.line);
                writer.field("level", name(finding.level));
                writer.field("scanner", valid_utf8(finding.scanner));
                writer.field("rule", valid_utf8(finding.rule));
                writer.field("content", valid_utf8(finding.text));
            });
        }
    });
    write_texts(writer, "notes", scan.notes);
}

// What is known of a cell that waits for an answer; empty: nothing is.
std::string approval_line(const ApprovalAsked& asked)
{
    const Reading& reading = asked.reading;
    if (reading == Reading{} && asked.cause.empty() && !asked.scan && !asked.can_scan) return {};
    return line("server", "status", "approval", [&](json::Writer& writer) {
        writer.field("content", valid_utf8(asked.cause));
        writer.field("id", asked.id);
        write_texts(writer, "hints", reading.hints);
        write_texts(writer, "dangers", reading.dangers);
        if (asked.scan) write_findings(writer, *asked.scan);
        if (asked.can_scan) writer.field("can_scan", true);
        if (asked.cause.empty()) write_texts(writer, "commands", reading.prefixes);
    });
}

struct ToLines {
    std::string operator()(const Chunk& chunk) const { return to_json(chunk); }
    // The question itself is the confirmation chunk before it; what else there is to know has no place there.
    std::string operator()(const ApprovalAsked& asked) const
    {
        if (asked.warning.empty()) return approval_line(asked);
        return line("server", "status", "warning", [&](json::Writer& writer) {
            writer.field("content", valid_utf8(asked.warning));
            writer.field("id", asked.id);
        });
    }
    std::string operator()(const InputAsked& asked) const
    {
        return line("computer", "input", asked.secret ? "secret" : "", [&](json::Writer& writer) {
            writer.field("content", valid_utf8(asked.prompt));
            writer.field("id", asked.id);
        });
    }
    std::string operator()(const Usage&) const { return {}; }  // the sum comes with the end of the turn
    std::string operator()(const Reasoning& reasoning) const { return status("reasoning", reasoning.text); }
    std::string operator()(const Notice& notice) const
    {
        switch (notice.level) {
        case Notice::Level::warning: return status("warning", notice.text);
        case Notice::Level::withdrawn: return status("withdrawn", notice.text);
        case Notice::Level::note: break;
        }
        return status("notice", notice.text);
    }
    std::string operator()(const Progress& progress) const { return status("progress", progress.text); }
    std::string operator()(const Countdown& countdown) const
    {
        const auto left = std::chrono::ceil<std::chrono::seconds>(countdown.until - std::chrono::steady_clock::now()).count();
        return line("server", "status", "countdown", [&](json::Writer& writer) {
            writer.field("content", valid_utf8(countdown.reason));
            writer.field("seconds", static_cast<std::int64_t>(std::max<long long>(left, 0)));
        });
    }
    std::string operator()(const TurnDone& done) const
    {
        const std::string complete = line("server", "status", "", [&](json::Writer& writer) {
            writer.field("content", "complete");
            write_usage(writer, "usage", done.usage);
            write_usage(writer, "conversation", done.conversation);
        });
        if (!done.error) return complete;
        const std::string error = line("server", "error", name(done.error->kind),
                                       [&](json::Writer& writer) { writer.field("content", valid_utf8(to_line(*done.error))); });
        return error + "\n" + complete;
    }
};

}  // namespace

std::string to_lines(const Event& event) { return std::visit(ToLines{}, event); }

}  // namespace oi
