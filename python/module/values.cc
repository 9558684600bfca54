// Values across the border. Chunks are the fast path: their keys and usual values are strings that Python has only once.
#include "values.h"

#include <string>
#include <string_view>
#include <utility>

namespace py = pybind11;
namespace lib = interpreter;

namespace {

// Strings that are made once and never go: the keys, and the words that most values are.
struct Words {
    PyObject* role = PyUnicode_InternFromString("role");
    PyObject* type = PyUnicode_InternFromString("type");
    PyObject* format = PyUnicode_InternFromString("format");
    PyObject* content = PyUnicode_InternFromString("content");
    PyObject* recipient = PyUnicode_InternFromString("recipient");
    PyObject* start = PyUnicode_InternFromString("start");
    PyObject* end = PyUnicode_InternFromString("end");
    PyObject* id = PyUnicode_InternFromString("id");
};

const Words& words()
{
    static const Words all;
    return all;
}

py::object text(std::string_view value)
{
    PyObject* made = PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()), "replace");
    if (made == nullptr) throw py::error_already_set{};
    return py::reinterpret_steal<py::object>(made);
}

// A role, type or format: one of few, so each is made once.
py::object word(std::string_view value)
{
    PyObject* made = text(value).release().ptr();
    PyUnicode_InternInPlace(&made);
    return py::reinterpret_steal<py::object>(made);
}

// The last few words, found again by comparing: a stream says the same ones again and again.
PyObject* known_word(const std::string& value)
{
    struct Known {
        std::string value;
        py::object made;
    };
    static auto& table = *new std::vector<Known>;
    for (const auto& known : table)
        if (known.value == value) return known.made.ptr();
    if (table.size() >= 64) table.clear();
    table.push_back({value, word(value)});
    return table.back().made.ptr();
}

void put(const py::dict& into, PyObject* key, PyObject* value)
{
    if (PyDict_SetItem(into.ptr(), key, value) != 0) throw py::error_already_set{};
}

template <class Value>
py::dict head(const Value& value)
{
    py::dict made;
    put(made, words().role, known_word(value.role));
    put(made, words().type, known_word(value.type));
    return made;
}

py::object active_line(const std::string& content)
{
    if (content.empty()) return py::none();
    return py::int_(std::stol(content));
}

py::object content_of(const lib::Chunk& chunk)
{
    if (chunk.type == "confirmation") {
        py::dict code;
        put(code, words().type, known_word("code"));
        put(code, words().format, known_word(chunk.language));
        put(code, words().content, text(chunk.content).ptr());
        return code;
    }
    if (chunk.format == "active_line") return active_line(chunk.content);
    return text(chunk.content);
}

std::string string_at(const py::dict& message, PyObject* key)
{
    PyObject* value = PyDict_GetItemWithError(message.ptr(), key);
    if (value == nullptr || value == Py_None) return {};
    return py::reinterpret_borrow<py::object>(value).cast<std::string>();
}

py::tuple to_python(const lib::ApprovalAsked& asked)
{
    py::dict made;
    py::list findings;
    for (const auto& finding : asked.findings) {
        py::dict row;
        row["line"] = finding.line;
        row["level"] = finding.level;
        row["scanner"] = finding.scanner;
        row["rule"] = finding.rule;
        row["text"] = finding.text;
        findings.append(row);
    }
    made["id"] = asked.id;
    made["language"] = asked.language;
    made["code"] = asked.code;
    made["folder"] = asked.folder;
    made["warning"] = asked.warning;
    made["hints"] = asked.hints;
    made["dangers"] = asked.dangers;
    made["findings"] = findings;
    return py::make_tuple("approval", made);
}

struct AsControl {
    py::tuple operator()(const lib::Chunk& chunk) const { return py::make_tuple("confirmation", to_dict(chunk)); }
    py::tuple operator()(const lib::ApprovalAsked& asked) const { return to_python(asked); }
    py::tuple operator()(const lib::InputAsked& asked) const { return py::make_tuple("input", asked.id, asked.prompt, asked.secret); }
    py::tuple operator()(const lib::Usage& usage) const { return py::make_tuple("usage", ::to_python(usage)); }
    py::tuple operator()(const lib::Reasoning& thought) const { return py::make_tuple("reasoning", text(thought.text)); }
    py::tuple operator()(const lib::Notice& notice) const { return py::make_tuple("notice", notice.level, text(notice.text)); }
    py::tuple operator()(const lib::Progress& progress) const { return py::make_tuple("progress", text(progress.text)); }
    py::tuple operator()(const lib::Countdown& countdown) const
    {
        return py::make_tuple("countdown", text(countdown.reason), countdown.seconds);
    }
    py::tuple operator()(const lib::TurnDone& done) const
    {
        return py::make_tuple("done", done.failure ? py::object{::to_python(*done.failure)} : py::object{py::none()});
    }
};

}  // namespace

py::dict to_dict(const lib::Message& message)
{
    auto made = head(message);
    if (!message.format.empty()) put(made, words().format, known_word(message.format));
    put(made, words().content, text(message.content).ptr());
    if (!message.recipient.empty()) put(made, words().recipient, known_word(message.recipient));
    return made;
}

py::list to_dicts(const std::vector<lib::Message>& messages)
{
    py::list made;
    for (const auto& message : messages) made.append(to_dict(message));
    return made;
}

std::vector<lib::Message> from_dicts(const py::list& messages)
{
    std::vector<lib::Message> values;
    values.reserve(messages.size());
    for (const auto& item : messages) {
        const auto message = item.cast<py::dict>();
        values.push_back({.role = string_at(message, words().role),
                          .type = string_at(message, words().type),
                          .format = string_at(message, words().format),
                          .content = string_at(message, words().content),
                          .recipient = string_at(message, words().recipient)});
    }
    return values;
}

py::object to_dict(const lib::Chunk& chunk)
{
    auto made = head(chunk);
    if (chunk.mark != lib::Chunk::Mark::none) {
        // The marks of a console have no format: active lines and output share one block.
        if (!chunk.format.empty() && chunk.type != "console") put(made, words().format, known_word(chunk.format));
        put(made, chunk.mark == lib::Chunk::Mark::start ? words().start : words().end, Py_True);
        return made;
    }
    if (!chunk.format.empty()) put(made, words().format, known_word(chunk.format));
    put(made, words().content, content_of(chunk).ptr());
    if (!chunk.recipient.empty()) put(made, words().recipient, known_word(chunk.recipient));
    if (chunk.id != 0) put(made, words().id, py::int_(chunk.id).ptr());
    return made;
}

py::dict to_python(const lib::Failure& failure)
{
    py::dict made;
    made["kind"] = failure.kind;
    made["what"] = text(failure.what);
    made["hint"] = text(failure.hint);
    return made;
}

py::dict to_python(const lib::Usage& usage)
{
    py::dict made;
    made["input_tokens"] = usage.input_tokens;
    made["output_tokens"] = usage.output_tokens;
    made["cached_tokens"] = usage.cached_tokens;
    made["cache_write_tokens"] = usage.cache_write_tokens;
    made["cost"] = usage.cost;
    made["unpriced_requests"] = usage.unpriced_requests;
    return made;
}

py::list to_python(const std::vector<lib::LanguageInfo>& languages)
{
    py::list made;
    for (const auto& language : languages) {
        py::dict row;
        row["name"] = language.name;
        row["display_name"] = language.display_name;
        row["file_extension"] = language.file_extension;
        row["aliases"] = language.aliases;
        row["is_available"] = language.is_available;
        row["is_offered"] = language.is_offered;
        made.append(row);
    }
    return made;
}

void Batch::clear()
{
    events_.clear();
    at_ = 0;
}

void Batch::refill(std::vector<lib::Event> events)
{
    events_ = std::move(events);
    at_ = 0;
}

py::tuple Batch::take()
{
    py::list chunks;
    ended_ = false;
    while (!is_empty()) {
        const auto& event = events_[at_++];
        const auto* chunk = std::get_if<lib::Chunk>(&event);
        if (chunk != nullptr && chunk->id == 0) {
            chunks.append(to_dict(*chunk));
            continue;
        }
        ended_ = std::holds_alternative<lib::TurnDone>(event);
        return py::make_tuple(chunks, std::visit(AsControl{}, event));
    }
    return py::make_tuple(chunks, py::none());
}
