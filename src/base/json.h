// JSON at the edges: RapidJSON under short names, with errors that say where. Values never leave the edge.
#pragma once

#include "base/error.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace oi::json {

using Value = rapidjson::Value;
using Document = rapidjson::Document;

// Parses one JSON text. An error names the line and column, both from 1 (ErrorKind::invalid).
Result<Document> parse(std::string_view text);

// value["key"], or nullptr when value is no object, lacks the key, or holds null there.
const Value* find(const Value& value, std::string_view key);
// value["a"]["b"]..., a piece of digits indexes an array; nullptr as soon as something is missing.
const Value* find(const Value& value, std::initializer_list<std::string_view> path);

// The string or number at `key`, or the fallback when it is missing or of another type.
std::string_view text(const Value& value, std::string_view key, std::string_view fallback = {});
std::int64_t integer(const Value& value, std::string_view key, std::int64_t fallback = 0);
bool boolean(const Value& value, std::string_view key, bool fallback = false);

inline std::string_view view(const Value& string) { return {string.GetString(), string.GetStringLength()}; }

// Writes JSON piece by piece: json::Writer w; w.object([&]{ w.field("model", name); ... }); w.take();
// Text must be valid UTF-8 (see valid_utf8).
class Writer {
public:
    Writer() : writer_{buffer_} {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    template <class Body>
    void object(Body body)
    {
        writer_.StartObject();
        body();
        writer_.EndObject();
    }
    template <class Body>
    void array(Body body)
    {
        writer_.StartArray();
        body();
        writer_.EndArray();
    }
    void key(std::string_view name) { writer_.Key(name.data(), size(name)); }
    void value(std::string_view text) { writer_.String(text.data(), size(text)); }
    void value(const char* text) { value(std::string_view{text}); }
    void value(const std::string& text) { value(std::string_view{text}); }
    void value(bool flag) { writer_.Bool(flag); }
    void value(int number) { writer_.Int(number); }
    void value(std::int64_t number) { writer_.Int64(number); }
    void value(std::uint64_t number) { writer_.Uint64(number); }
    void value(double number) { writer_.Double(number); }
    void value(const Value& parsed) { parsed.Accept(writer_); }
    void null() { writer_.Null(); }
    void raw(std::string_view json) { writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType); }
    template <class T>
    void field(std::string_view name, const T& content)
    {
        key(name);
        value(content);
    }

    std::string_view view() const { return {buffer_.GetString(), buffer_.GetSize()}; }
    std::string take() const { return std::string{view()}; }

private:
    static rapidjson::SizeType size(std::string_view text) { return static_cast<rapidjson::SizeType>(text.size()); }

    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

std::string to_text(const Value& value);  // compact

}  // namespace oi::json
