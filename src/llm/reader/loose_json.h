// LooseValue: JSON as models write it, read whole and forgivingly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

struct LooseValue {
    enum class Kind : unsigned char { nothing, word, string, list, object };

    Kind kind = Kind::nothing;
    std::string text;               // of a word or string
    std::vector<LooseValue> items;  // of a list or object
    std::vector<std::string> keys;  // of an object, one per item; empty: an item without a key

    bool is_string() const { return kind == Kind::string; }
    bool is_object() const { return kind == Kind::object; }
    const LooseValue* find(std::string_view key) const;  // or nullptr
};

struct LooseText {
    LooseValue value;
    std::size_t end = 0;         // where in the text the value ended
    bool is_cut = false;         // something never closed
    bool is_string_cut = false;  // and it was a string
};

// Takes, beyond JSON: single, triple and back quotes, raw line breaks and unescaped quotes in strings, trailing or missing commas,
// bare keys, Python's words, brackets that never close. `name(key=value, ...)` becomes {"name": name, "arguments": {...}};
// print(X) becomes X. Linear in the size of the text.
LooseText read_loose(std::string_view text);

}  // namespace oi::llm
