// Reads the lines of docs/protocol.md that go into the program.
#include "frontend/json/json_reader.h"

#include "base/json.h"
#include "base/text.h"

#include <utility>

namespace oi {

namespace {

bool is_message_kind(Kind kind) { return kind == Kind::message || kind == Kind::image || kind == Kind::file; }

Decision decision_of(const json::Value& value, bool is_yes)
{
    Decision decision;
    if (!is_yes) {
        decision.reason = json::text(value, "reason");
        return decision;
    }
    decision.verdict = json::boolean(value, "all") ? Decision::Verdict::run_all : Decision::Verdict::run;
    if (const auto scope = json::text(value, "allow"); scope == "language") decision.verdict = Decision::Verdict::run_language;
    else if (scope == "commands") decision.verdict = Decision::Verdict::run_commands;
    if (const auto* code = json::find(value, "code"); code && code->IsString()) decision.edited_code = std::string{json::view(*code)};
    return decision;
}

}  // namespace

Fail JsonReader::wrong(std::string what, std::string hint) const
{
    return fail(ErrorKind::invalid, cat("line ", number_, ": ", what), std::move(hint));
}

Result<JsonLine> JsonReader::read(std::string_view line)
{
    ++number_;
    if (is_blank(line)) return JsonLine{JsonNothing{}};
    auto document = json::parse(line);
    if (!document) {
        // The parser has seen one line, and calls it line 1.
        constexpr std::string_view own = "malformed JSON at line 1,";
        const std::string& what = document.error().what;
        if (what.starts_with(own)) return fail(ErrorKind::invalid, cat("malformed JSON at line ", number_, ",", what.substr(own.size())));
        return wrong(what);
    }
    const json::Value& value = *document;
    if (!value.IsObject()) return wrong("column 1: expected an object", R"({"role":"user","type":"message","content":"..."})");
    if (const auto role = json::text(value, "role", "user"); role != "user") return wrong(cat("role ", role, ": only user may be sent"));

    const std::string_view type = json::text(value, "type", "message");
    const json::Value* content = json::find(value, "content");
    if (type == "confirmation") {
        const auto id = static_cast<int>(json::integer(value, "id"));
        if (content && content->IsString() && json::view(*content) == "scan") return JsonLine{JsonConfirm{{id, {Decision::Verdict::scan}}}};
        if (content && content->IsString() && json::view(*content) == "edit") {
            if (json::text(value, "code").empty()) return wrong("an edit needs \"code\"");
            return JsonLine{JsonConfirm{{id, {Decision::Verdict::edit, std::string{json::text(value, "code")}}}}};
        }
        if (!content || !content->IsBool()) return wrong("a confirmation needs \"content\": true or false", "or \"scan\" or \"edit\"");
        if (const auto scope = json::text(value, "allow"); !scope.empty() && scope != "language" && scope != "commands")
            return wrong(cat("unknown scope ", scope), "\"allow\": language or commands");
        return JsonLine{JsonConfirm{{id, decision_of(value, content->GetBool())}}};
    }
    if (type == "input") {
        Input input{static_cast<int>(json::integer(value, "id")), {}};
        if (content && content->IsString()) input.line = std::string{json::view(*content)};
        return JsonLine{JsonInput{std::move(input)}};
    }
    const bool is_end = json::boolean(value, "end");
    if (type == "command") {
        if (!content && (is_end || json::boolean(value, "start"))) return JsonLine{JsonNothing{}};
        const std::string_view word = content && content->IsString() ? json::view(*content) : std::string_view{};
        if (word == "stop") return JsonLine{JsonStop{}};
        if (word == "go") return JsonLine{JsonGo{}};
        if (word == "background") return JsonLine{Background{}};
        if (word == "reset") return JsonLine{Reset{}};
        return wrong(cat("unknown command ", word), "stop, go, background or reset");
    }
    if (type == "steer") {
        if (!content || content->IsNull()) return JsonLine{Steer{}};
        if (!content->IsString() || is_blank(json::view(*content)))
            return wrong("steer needs \"content\", a string", "null: the code that keeps earlier words waiting is stopped");
        return JsonLine{Steer{Say{user(std::string{json::view(*content)})}}};
    }
    const auto kind = kind_from(type);
    if (!kind || !is_message_kind(*kind))
        return wrong(cat("unknown type ", type), "message, image, file, steer, command, confirmation or input");
    Message message{.role = Role::user, .type = *kind, .format = std::string{json::text(value, "format")}};
    if (json::boolean(value, "start")) {
        framed_ = std::move(message);
        has_content_ = false;
        return JsonLine{JsonNothing{}};
    }
    if (content && content->IsString()) message.content = json::view(*content);
    else if (!is_end) return wrong("a message needs \"content\", a string");
    return in_frame(std::move(message), is_end);
}

Result<JsonLine> JsonReader::in_frame(Message piece, bool is_end)
{
    if (!framed_) {
        if (is_end && piece.content.empty()) return wrong("an end without a start");
        return JsonLine{Say{std::move(piece)}};
    }
    if (!piece.content.empty()) {
        if (!has_content_) {  // the start mark need not name the type
            framed_->type = piece.type;
            if (!piece.format.empty()) framed_->format = piece.format;
        }
        framed_->content += piece.content;
        has_content_ = true;
    }
    if (!is_end) return JsonLine{JsonNothing{}};
    Message whole = *std::exchange(framed_, {});
    if (whole.content.empty()) return wrong("the message that ends here has no content");
    return JsonLine{Say{std::move(whole)}};
}

}  // namespace oi
