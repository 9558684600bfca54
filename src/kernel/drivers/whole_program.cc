// Cells as whole programs; see whole_program.h.
#include "kernel/drivers/whole_program.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace oi::kernel {

namespace {

using namespace std::string_view_literals;
constexpr auto npos = std::string_view::npos;

// A stretch of the cell at the top level.
struct Item {
    std::size_t begin = 0;
    std::size_t end = 0;
    enum class Kind : std::uint8_t {
        outside,      // belongs outside of main
        function,     // that too, and functions may use the declarations before them
        declaration,  // outside when a function comes after it
        statement,
    } kind = Kind::statement;
};
using Kind = Item::Kind;

bool is_one_of(std::string_view word, std::string_view words)
{
    const auto list = split(words, ' ');
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view word_at(std::string_view text, std::size_t at)
{
    auto end = at;
    while (end < text.size() && is_word_character(text[end])) ++end;
    return text.substr(at, end - at);
}

std::size_t skip_space(std::string_view text, std::size_t at) { return std::min(text.find_first_not_of(" \t\r\n\f\v", at), text.size()); }

// Just behind the bracket that closes the one at `open`; the end when none does.
std::size_t behind_bracket(std::string_view text, std::size_t open)
{
    int depth = 0;
    for (auto i = open; i < text.size(); ++i) {
        if ("([{"sv.find(text[i]) != npos) ++depth;
        else if (")]}"sv.find(text[i]) != npos && --depth == 0) return i + 1;
    }
    return text.size();
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < text.size();) {
        const auto word = word_at(text, i);
        if (!word.empty()) words.push_back(word);
        i += std::max<std::size_t>(word.size(), 1);
    }
    return words;
}

// Whether a function of that name is defined at the top level.
bool has_main(std::string_view skeleton)
{
    for (std::size_t i = 0; i < skeleton.size();) {
        if ("([{"sv.find(skeleton[i]) != npos) {
            i = behind_bracket(skeleton, i);
        } else if (is_word_character(skeleton[i])) {
            const auto word = word_at(skeleton, i);
            i += word.size();
            if (word == "main" && skip_space(skeleton, i) < skeleton.size() && skeleton[skip_space(skeleton, i)] == '(') return true;
        } else {
            ++i;
        }
    }
    return false;
}

// --- C and C++ ---

constexpr auto control_words = "if for while do switch else try catch return case default goto break continue throw delete"sv;
constexpr auto type_words =
    "const constexpr static inline thread_local int long short char float double unsigned signed bool auto "
    "size_t struct enum union class volatile void FILE"sv;

// The end of a line of the preprocessor; of an #if: behind its #endif.
std::size_t end_of_directive(std::string_view text, std::size_t at)
{
    int depth = 0;
    while (at < text.size()) {
        const auto word = word_at(text, skip_space(text, at + 1));
        if (word.starts_with("if")) ++depth;
        if (word == "endif") --depth;
        auto end = text.find('\n', at);
        while (end != npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
        if (end == npos) return text.size();
        if (depth <= 0) return end + 1;
        do at = skip_space(text, end), end = std::min(text.find('\n', at), text.size());
        while (at < text.size() && text[at] != '#');
    }
    return text.size();
}

// What stands before a body: is it the head of a function?
bool is_function_head(std::string_view head)
{
    const auto open = head.find('(');
    if (open == npos || head.find('=') < open || head.starts_with('[')) return false;
    // Behind the parameters: const, noexcept, -> type, : member{...}.
    const auto rest = trim(head.substr(behind_bracket(head, open)));
    if (rest.find('=') != npos || rest.starts_with('.')) return false;
    const auto name = head.substr(0, open);
    return words_of(name).size() >= 2 || name.find("::") != npos || name.find('~') != npos;
}

// A head that a constructor's member{...} comes after.
bool is_member_initializer(std::string_view head)
{
    const auto rest = trim(head.substr(behind_bracket(head, head.find('('))));
    return rest.starts_with(':') && is_word_character(rest.back());
}

// The `{` of an item that is in no other bracket, or npos.
std::size_t find_body(std::string_view item)
{
    for (std::size_t i = 0; i < item.size();) {
        if (item[i] == '{') return i;
        i = item[i] == '(' || item[i] == '[' ? behind_bracket(item, i) : i + 1;
    }
    return npos;
}

Kind kind_in_c(std::string_view item)
{
    const auto first = word_at(item, 0);
    if (is_one_of(first, "template namespace using typedef extern static_assert concept")) return Kind::outside;
    const auto body = find_body(item);
    if (is_one_of(first, "struct class enum union")) {
        const auto words = words_of(item.substr(0, std::min({body, item.find(':'), item.find('='), item.find(';')})));
        const bool defines_type = item.find('(') > body && (body != npos || words.size() <= 2);
        if (defines_type && words.size() <= (first == "enum" ? 3U : 2U)) return Kind::outside;
    }
    if (is_one_of(first, control_words) || first.empty()) return Kind::statement;
    if (body != npos && is_function_head(item.substr(0, body))) return Kind::function;
    if (is_one_of(first, type_words)) return Kind::declaration;
    // std::vector<int> v = ..., Point p{1, 2}; but neither std::cout << x nor std::sort(...).
    const auto head = trim(item.substr(0, item.find_first_of("=;({")));
    const bool has_operator = head.find_first_of("+-/!?.[\"") != npos || head.find("<<") != npos || head.find(">>") < head.rfind(' ');
    if (words_of(head).size() < 2 || has_operator || !is_word_character(head.back())) return Kind::statement;
    auto name = head.size();
    while (name > 0 && is_word_character(head[name - 1])) --name;
    return name > 0 && head[name - 1] != ':' ? Kind::declaration : Kind::statement;
}

// Where the item that begins at `at` ends: at its `;`, or at the `}` of a function, a namespace or a control statement.
std::size_t end_of_item(std::string_view text, std::size_t at)
{
    const auto first = word_at(text, at);
    for (auto i = at; i < text.size();) {
        if (text[i] == ';') return i + 1;
        if (text[i] == '{') {
            const auto head = text.substr(at, i - at);
            i = behind_bracket(text, i);
            const bool is_block = is_one_of(first, control_words) || is_one_of(first, "namespace extern") || head.empty();
            const bool is_template_function = first == "template" && head.rfind(')') != npos && !has_word(head, "class");
            if (is_block || is_template_function || (is_function_head(head) && !is_member_initializer(head))) return i;
        } else if (text[i] == '(' || text[i] == '[') {
            i = behind_bracket(text, i);
        } else {
            ++i;
        }
    }
    return text.size();
}

std::vector<Item> items_in_c(std::string_view text)
{
    std::vector<Item> items;
    for (auto at = skip_space(text, 0); at < text.size(); at = skip_space(text, at)) {
        const bool is_directive = text[at] == '#';
        const auto end = is_directive ? end_of_directive(text, at) : end_of_item(text, at);
        items.push_back({at, end, is_directive ? Kind::outside : kind_in_c(text.substr(at, end - at))});
        at = end;
    }
    return items;
}

// --- Go ---

Kind kind_in_go(std::string_view item)
{
    const auto first = word_at(item, 0);
    if (is_one_of(first, "package import type const")) return Kind::outside;
    if (first == "var") return Kind::declaration;
    if (first != "func") return Kind::statement;
    auto at = skip_space(item, 4);
    if (at < item.size() && item[at] == '(') at = skip_space(item, behind_bracket(item, at));  // a receiver
    const auto name = word_at(item, at);
    at = skip_space(item, at + name.size());
    const bool is_named = !name.empty() && at < item.size() && (item[at] == '(' || item[at] == '[');
    return is_named ? Kind::function : Kind::statement;
}

std::vector<Item> items_in_go(std::string_view text)
{
    std::vector<Item> items;
    for (auto at = skip_space(text, 0); at < text.size(); at = skip_space(text, at)) {
        auto end = at;
        while (end < text.size() && text[end] != '\n' && text[end] != ';')
            end = "([{"sv.find(text[end]) != npos ? behind_bracket(text, end) : end + 1;
        end = std::min(end + 1, text.size());
        items.push_back({at, end, kind_in_go(text.substr(at, end - at))});
        at = end;
    }
    return items;
}

// What people mean by a name that they did not import.
constexpr std::array go_packages{
    "bufio"sv,  "bytes"sv,         "context"sv,   "errors"sv,   "fmt"sv,     "io"sv,        "log"sv,           "math"sv,
    "os"sv,     "encoding/json"sv, "math/rand"sv, "net/http"sv, "os/exec"sv, "os/signal"sv, "path/filepath"sv, "reflect"sv,
    "regexp"sv, "runtime"sv,       "sort"sv,      "strconv"sv,  "strings"sv, "sync"sv,      "time"sv,          "unicode"sv,
};

std::string go_imports(std::string_view skeleton)
{
    if (has_word(skeleton, "import")) return {};
    std::string imports;
    for (const auto package : go_packages) {
        const auto name = package.substr(package.rfind('/') + 1);
        for (auto at = skeleton.find(cat(name, ".")); at != npos; at = skeleton.find(cat(name, "."), at + 1)) {
            if (at > 0 && (is_word_character(skeleton[at - 1]) || skeleton[at - 1] == '.')) continue;
            imports += cat("import \"", package, "\"\n");
            break;
        }
    }
    return imports;
}

// --- the parts put together ---

void settle_declarations(std::vector<Item>& items)
{
    bool is_needed = false;
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        is_needed = is_needed || item->kind == Kind::function;
        if (item->kind == Kind::declaration) item->kind = is_needed ? Kind::outside : Kind::statement;
    }
}

// The cell with everything blanked that does not belong (or does) into main.
std::string only(std::string_view code, const std::vector<Item>& items, bool statements)
{
    std::string text{code};
    for (auto& c : text)
        if (c != '\n') c = ' ';
    for (const auto& item : items)
        if ((item.kind == Kind::statement) == statements)
            std::copy(code.begin() + static_cast<long>(item.begin), code.begin() + static_cast<long>(item.end),
                      text.begin() + static_cast<long>(item.begin));
    return text;
}

bool has_statements(const std::vector<Item>& items)
{
    return std::any_of(items.begin(), items.end(), [](const Item& item) { return item.kind == Kind::statement; });
}

constexpr auto c_includes =
    "#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
    "#include <string.h>\n#include <unistd.h>\n"sv;
constexpr auto cpp_includes =
    "#include <algorithm>\n#include <cmath>\n#include <cstdint>\n#include <cstdio>\n#include <iostream>\n"
    "#include <map>\n#include <string>\n#include <vector>\n"sv;

WholeProgram whole_c(std::string_view code, std::string_view skeleton, Syntax syntax, std::string_view file)
{
    const std::string start = cat("#line 1 \"", file, "\"\n");
    if (has_main(skeleton)) return {cat(start, code, "\n")};
    auto items = items_in_c(skeleton);
    settle_declarations(items);
    const bool is_bare = skeleton.find("#") == npos;
    const auto includes = !is_bare ? ""sv : syntax == Syntax::c ? c_includes : cpp_includes;
    return {cat(includes, start, only(code, items, false), "\nint main(", syntax == Syntax::c ? "void" : "", ")\n{\n", start,
                only(code, items, true), "\n}\n"),
            !has_statements(items)};
}

WholeProgram whole_go(std::string_view code, std::string_view skeleton, std::string_view file)
{
    const std::string start = cat("//line ", file, ":1:1\n");
    if (has_word(skeleton, "package")) return {cat(start, code, "\n")};
    const std::string head = cat("package main\n", go_imports(skeleton), start);
    if (has_main(skeleton)) return {cat(head, code, "\n")};
    auto items = items_in_go(skeleton);
    settle_declarations(items);
    return {cat(head, only(code, items, false), "\nfunc main() {\n", start, only(code, items, true), "\n}\n"), !has_statements(items)};
}

WholeProgram whole_rust(std::string_view code, std::string_view skeleton)
{
    if (has_main(skeleton)) return {cat(code, "\n")};
    if (skeleton.find('?') == npos) return {cat("fn main() { ", code, "\n;}\n")};
    return {cat("fn main() -> Result<(), Box<dyn std::error::Error>> { ", code, "\n; Ok(()) }\n")};
}

}  // namespace

WholeProgram whole_program(std::string_view code, Syntax syntax, std::string_view file)
{
    const std::string bones = skeleton(code, syntax);
    switch (syntax) {
    case Syntax::go: return whole_go(code, bones, file);
    case Syntax::rust: return whole_rust(code, bones);
    default: return whole_c(code, bones, syntax, file);
    }
}

}  // namespace oi::kernel
