// Chunks: how they are made and how they look as JSON.
#include "core/chunk.h"

#include "base/json.h"

namespace oi {

Chunk text_chunk(std::string text) { return {.role = Role::assistant, .type = Kind::message, .content = std::move(text)}; }
Chunk code_chunk(std::string language, std::string text)
{
    return {.role = Role::assistant, .type = Kind::code, .format = std::move(language), .content = std::move(text)};
}
Chunk output_chunk(std::string text)
{
    return {.role = Role::computer, .type = Kind::console, .format = "output", .content = std::move(text)};
}
Chunk active_line_chunk(int line)
{
    return {
        .role = Role::computer, .type = Kind::console, .format = "active_line", .content = line > 0 ? std::to_string(line) : std::string{}};
}
Chunk end_mark() { return {.role = Role::server, .type = Kind::status, .mark = Mark::end}; }

bool is_active_line(const Chunk& chunk) { return chunk.type == Kind::console && chunk.format == "active_line"; }
bool is_end_mark(const Chunk& chunk) { return chunk.mark == Mark::end && chunk.role == Role::server; }

Chunk as_chunk(const Message& message)
{
    return {
        .role = message.role, .type = message.type, .format = message.format, .content = message.content, .recipient = message.recipient};
}

namespace {

void write_content(json::Writer& writer, const Chunk& chunk)
{
    if (chunk.mark == Mark::start) return writer.field("start", true);
    if (chunk.mark == Mark::end) return writer.field("end", true);
    writer.key("content");
    if (chunk.type == Kind::confirmation) {
        writer.object([&] {
            writer.field("type", "code");
            writer.field("format", chunk.language);
            writer.field("content", chunk.content);
        });
    } else if (is_active_line(chunk)) {
        if (chunk.content.empty()) writer.null();
        else writer.value(std::stoi(chunk.content));
    } else {
        writer.value(chunk.content);
    }
    if (!chunk.recipient.empty()) writer.field("recipient", chunk.recipient);
    if (chunk.id != 0) writer.field("id", chunk.id);
}

template <class Value>
void write_base(json::Writer& writer, const Value& value)
{
    writer.field("role", name(value.role));
    writer.field("type", name(value.type));
    if (!value.format.empty()) writer.field("format", value.format);
}

}  // namespace

std::string to_json(const Chunk& chunk)
{
    json::Writer writer;
    writer.object([&] {
        write_base(writer, chunk);
        write_content(writer, chunk);
    });
    return writer.take();
}

std::string to_json(const Message& message)
{
    json::Writer writer;
    writer.object([&] {
        write_base(writer, message);
        writer.field("content", message.content);
        if (!message.recipient.empty()) writer.field("recipient", message.recipient);
    });
    return writer.take();
}

}  // namespace oi
