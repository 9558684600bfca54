// ScriptModel: plays the steps of a reply.
#include "llm/script/script_model.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/reader/chunk_maker.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <cstdio>

namespace oi::llm {

namespace {

using std::chrono::milliseconds;

// What follows "name:" in the last such line that the computer printed.
std::string value_of(std::string_view name, std::span<const Message> messages)
{
    for (std::size_t i = messages.size(); i-- > 0;) {
        if (messages[i].role != Role::computer || messages[i].type != Kind::console) continue;
        const auto lines = split(messages[i].content, '\n');
        for (std::size_t j = lines.size(); j-- > 0;) {
            const auto line = trim(lines[j]);
            if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) return std::string{trim(line.substr(name.size() + 1))};
        }
    }
    return "?";
}

// The text with each {{name}} replaced.
std::string filled(std::string_view text, std::span<const Message> messages)
{
    std::string out;
    for (;;) {
        const auto begin = text.find("{{");
        const auto end = text.find("}}", begin == std::string_view::npos ? begin : begin + 2);
        out += text.substr(0, end == std::string_view::npos ? end : begin);
        if (begin == std::string_view::npos || end == std::string_view::npos) return out;
        out += value_of(trim(text.substr(begin + 2, end - begin - 2)), messages);
        text.remove_prefix(end + 2);
    }
}

// The next piece: `bytes` of them without cutting a character, or up to the end of a word or line.
std::string_view next_piece(std::string_view text, std::size_t bytes, std::string_view boundary)
{
    if (bytes > 0) {
        const auto piece = utf8_prefix(text, bytes);
        if (!piece.empty()) return piece;
        std::size_t one = 1;  // a character longer than a piece goes whole
        while (one < text.size() && (static_cast<unsigned char>(text[one]) & 0xC0) == 0x80) ++one;
        return text.substr(0, one);
    }
    const auto at = text.find_first_of(boundary);
    if (at == std::string_view::npos) return text;
    return text.substr(0, std::min(text.find_first_not_of(boundary, at), text.size()));
}

// One reply being played.
class Player {
public:
    Player(const Request& request, const EventSink& sink, CodeForm form, std::stop_token stop)
        : request_{request}, outlet_{sink, request.languages}, form_{form}, stop_{stop}, stop_signal_{std::move(stop)}
    {
    }

    Result<void> play(const ScriptReply& reply)
    {
        line_ = reply.line;
        for (const auto& step : reply.steps) OI_CHECK(std::visit([&](const auto& known) { return take(known); }, step));
        return {};
    }
    void finish() { outlet_.finish(); }

private:
    Result<void> take(const ScriptText& step)
    {
        return pieces(filled(step.text, request_.messages), " \n", [&](std::string_view piece) { outlet_.text(piece); });
    }
    Result<void> take(const ScriptThought& step)
    {
        return pieces(step.text, " \n", [&](std::string_view piece) { outlet_.thought(piece); });
    }
    Result<void> take(const ScriptCode& step)
    {
        OI_CHECK(pieces(step.code, "\n", [&](std::string_view piece) { outlet_.code(step.language, piece); }));
        outlet_.code(step.language, "");
        outlet_.end_code();
        return {};
    }
    Result<void> take(const ScriptRaw& step)
    {
        TextReader reader{outlet_, request_.languages, form_};
        auto result = pieces(step.text, " \n", [&](std::string_view piece) { reader.feed(piece); });
        reader.finish(result ? ReplyEnd::whole : ReplyEnd::cut);
        return result;
    }
    Result<void> take(const ScriptDelay& step)
    {
        delay_ = step.pause;
        return {};
    }
    Result<void> take(const ScriptPieces& step)
    {
        piece_bytes_ = step.bytes;
        return {};
    }
    Result<void> take(const ScriptError& step) { return Fail{step.error}; }
    Result<void> take(const ScriptWait&)
    {
        outlet_.flush();
        sys::wait({}, {}, stop_signal_);
        return fail(ErrorKind::cancelled, "stopped");
    }
    Result<void> take(const ScriptExpect& step)
    {
        std::string_view last;
        for (const auto& message : request_.messages)
            if (message.role == Role::user || message.role == Role::computer) last = message.content;
        if (last.find(step.text) != std::string_view::npos) return {};
        return fail(ErrorKind::invalid, cat("the reply at line ", line_, " of the script expects \"", step.text,
                                            "\" in the last message, which is \"", utf8_prefix(last, 300), "\""));
    }

    template <class Put>
    Result<void> pieces(std::string_view text, std::string_view boundary, Put put)
    {
        while (!text.empty()) {
            const auto piece = next_piece(text, piece_bytes_, boundary);
            OI_CHECK(pause());
            put(piece);
            outlet_.flush();
            text.remove_prefix(piece.size());
        }
        return {};
    }

    Result<void> pause()
    {
        if (delay_.count() > 0) sys::wait({}, sys::Clock::now() + delay_, stop_signal_);
        if (stop_.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
        return {};
    }

    const Request& request_;
    ChunkOutlet outlet_;
    CodeForm form_;
    std::stop_token stop_;
    sys::StopSignal stop_signal_;
    milliseconds delay_{0};
    std::size_t piece_bytes_ = 0;
    int line_ = 0;
};

Result<void> append_line(const std::string& path, const std::string& line)
{
    std::FILE* file = std::fopen(path.c_str(), "ae");
    if (!file) return fail_errno(path);
    std::fprintf(file, "%s\n", line.c_str());
    if (std::fclose(file) != 0) return fail_errno(path);
    return {};
}

// {"system": ..., "messages": [...]}
std::string as_line(const Request& request)
{
    json::Writer w;
    w.object([&] {
        w.field("system", request.system);
        w.key("messages");
        w.array([&] {
            for (const auto& message : request.messages) w.raw(to_json(message));
        });
    });
    return valid_utf8(w.take());
}

}  // namespace

ScriptModel::ScriptModel(std::string path, std::vector<ScriptReply> replies, const ModelOptions& options)
    : path_{std::move(path)},
      replies_{std::move(replies)},
      sent_path_{options.script_sent.empty() ? sys::environment("INTERPRETER_SCRIPT_SENT") : options.script_sent},
      info_{.name = options.name,
            .context_window = options.context_window,
            .max_tokens = options.max_tokens,
            .supports_functions = options.supports_functions.value_or(true),
            .supports_vision = options.supports_vision.value_or(false)}
{
}

Result<const ScriptReply*> ScriptModel::next_reply()
{
    if (consumed_ >= replies_.size())
        return fail(ErrorKind::invalid,
                    cat(path_, ": the script has ", replies_.size(), replies_.size() == 1 ? " reply" : " replies", ", and this is request ",
                        consumed_ + 1),
                    "add a reply, or @repeat to the last one");
    const ScriptReply* reply = &replies_[consumed_];
    if (!reply->is_repeated) ++consumed_;
    return reply;
}

Result<Usage> ScriptModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    if (!sent_path_.empty()) OI_CHECK(append_line(sent_path_, as_line(request)));
    OI_TRY(const ScriptReply* reply, next_reply());
    Player player{request, sink, info_.supports_functions ? CodeForm::calls : CodeForm::fences, stop};
    auto played = player.play(*reply);
    player.finish();
    if (!played) return Fail{played.error()};
    return reply->usage;
}

Result<std::unique_ptr<LanguageModel>> open_script_text(std::string_view text, std::string name, const ModelOptions& options)
{
    auto replies = parse_script(text);
    if (!replies) {
        Error error = std::move(replies).error();
        error.what = cat(name, ", ", error.what);
        return Fail{std::move(error)};
    }
    return std::make_unique<ScriptModel>(std::move(name), std::move(*replies), options);
}

Result<std::unique_ptr<LanguageModel>> open_script(const std::string& path, const ModelOptions& options)
{
    if (path.empty()) return fail(ErrorKind::invalid, "--model script: names no script", "a script is named as script:FILE");
    auto text = sys::read_file(path);
    if (!text) return fail(text.error().kind, cat("the script ", text.error().what), "--model script:FILE plays the file");
    return open_script_text(*text, path, options);
}

}  // namespace oi::llm
