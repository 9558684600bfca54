// A conversation as a Jupyter notebook.
#include "frontend/export/parts.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"

#include <utility>

namespace oi {

namespace {

using namespace exporting;

// How IPython runs code of a language that is not Python; nullopt: it cannot. Each such cell starts anew.
std::optional<std::string_view> cell_magic(std::string_view language)
{
    constexpr std::pair<std::string_view, std::string_view> magics[] = {
        {"python", ""},          {"py", ""},
        {"python3", ""},         {"ipython", ""},
        {"shell", "%%bash"},     {"bash", "%%bash"},
        {"sh", "%%sh"},          {"zsh", "%%script zsh"},
        {"ruby", "%%ruby"},      {"perl", "%%perl"},
        {"html", "%%html"},      {"javascript", "%%script node"},
        {"js", "%%script node"}, {"php", "%%script php"},
        {"lua", "%%script lua"}, {"r", "%%script R --vanilla --no-echo"},
    };
    for (const auto& [name, magic] : magics)
        if (lower(language) == name) return magic;
    return {};
}

class Notebook {
public:
    Notebook(std::span<const Message> messages, const ExportOptions& options) : messages_{messages}, options_{options} {}

    std::string write()
    {
        json_.object([&] {
            json_.key("cells");
            json_.array([&] {
                for (std::size_t i = 0; i < messages_.size();) i = cell(i);
            });
            json_.key("metadata");
            json_.raw(
                R"({"kernelspec":{"display_name":"Python 3","language":"python","name":"python3"},"language_info":{"name":"python"}})");
            json_.field("nbformat", 4);
            json_.field("nbformat_minor", 5);
        });
        return json_.take();
    }

private:
    // The message at `at`, with the outputs behind it if it is code; the place after them.
    std::size_t cell(std::size_t at)
    {
        const Message& message = messages_[at];
        if (!is_shown(message)) return at + 1;
        if (message.type == Kind::code && message.role == Role::assistant) {
            if (const auto magic = cell_magic(message.format)) return code(at, *magic);
            text(fenced(message.content, message.format));
            return at + 1;
        }
        if (message.role == Role::computer) text(loose_output(message));
        else if (message.role == Role::user && message.type == Kind::message) text(quoted(message.content));
        else if (message.type == Kind::image) text(embedded(message));
        else text(message.type == Kind::file ? cat("File: ", message.content) : message.content);
        return at + 1;
    }

    std::size_t code(std::size_t at, std::string_view magic)
    {
        std::size_t end = at + 1;
        while (end < messages_.size() && messages_[end].role == Role::computer) ++end;
        const auto outputs = messages_.subspan(at + 1, end - at - 1);
        const std::string& source = messages_[at].content;
        const bool is_bare_php = magic.ends_with(" php") && !trim(source).starts_with("<?");
        begin(
            "code",
            [&] {
                json_.key("execution_count");
                json_.null();
                json_.key("outputs");
                json_.array([&] {
                    for (const auto& output : outputs)
                        if (is_shown(output) && !output.content.empty()) write_output(output);
                });
                json_.field("source", magic.empty() ? source : cat(magic, is_bare_php ? "\n<?php\n" : "\n", source));
            },
            raises(outputs));
        return end;
    }

    // So that running all of it goes on behind a cell that is meant to fail.
    static bool raises(std::span<const Message> outputs)
    {
        for (const auto& output : outputs)
            if (output.type == Kind::console && output.content.find("Traceback (most recent call last)") != std::string::npos) return true;
        return false;
    }

    void write_output(const Message& output)
    {
        json_.object([&] {
            if (output.type == Kind::console) {
                json_.field("name", "stdout");
                json_.field("output_type", "stream");
                json_.field("text", output.content);
                return;
            }
            json_.key("data");
            json_.object([&] { write_data(output); });
            json_.key("metadata");
            json_.object([] {});
            json_.field("output_type", "display_data");
        });
    }

    void write_data(const Message& output)
    {
        if (const auto found = picture(output, options_)) return json_.field(found->type, base64(found->bytes));
        if (output.type == Kind::code && output.format == "html") return json_.field("text/html", output.content);
        if (output.type == Kind::code && output.format == "javascript") return json_.field("application/javascript", output.content);
        json_.field("text/plain", output.content);
    }

    std::string loose_output(const Message& message)
    {
        if (message.type == Kind::image) return embedded(message);
        return fenced(message.content, message.type == Kind::code ? message.format : "");
    }

    std::string embedded(const Message& message)
    {
        const auto found = picture(message, options_);
        if (!found) return cat("Picture: ", message.format.starts_with("base64") ? "its data cannot be read" : message.content);
        return cat("![](data:", found->type, ";base64,", base64(found->bytes), ")");
    }

    static std::string quoted(std::string_view said)
    {
        std::string text;
        for (const auto line : split(said, '\n')) text += cat(text.empty() ? "> " : "\n> ", line);
        return text;
    }

    void text(const std::string& markdown)
    {
        begin(
            "markdown", [&] { json_.field("source", markdown); }, false);
    }

    template <class Body>
    void begin(const char* type, Body body, bool is_raising)
    {
        json_.object([&] {
            json_.field("cell_type", type);
            json_.field("id", cat("cell-", ++count_));
            json_.key("metadata");
            json_.raw(is_raising ? R"({"tags":["raises-exception"]})" : "{}");
            body();
        });
    }

    std::span<const Message> messages_;
    const ExportOptions& options_;
    json::Writer json_;
    std::size_t count_ = 0;
};

}  // namespace

std::string to_notebook(std::span<const Message> messages, const ExportOptions& options)
{
    return Notebook{messages, options}.write() + "\n";
}

}  // namespace oi
