// The only file that knows yaml-cpp; its exceptions end here. See yaml.h.
#include "config/yaml.h"

#include "base/text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace oi::config {

namespace {

constexpr std::size_t most_levels = 8;

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) { throw YAML::ParserException{mark, what}; }

// Turns the parser's events into entries. Events, not yaml-cpp's tree: the tree hides the second of two equal keys, and
// yaml-cpp's own loop over documents never ends on some malformed files.
class Flattener final : public YAML::EventHandler {
public:
    explicit Flattener(std::string_view text) : text_{text} {}

    std::vector<YamlEntry> take() { return std::move(entries_); }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (has_document_) refuse(mark, "the profile has ended before this");
        has_document_ = true;
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { value(mark, anchor, {}); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override
    {
        if (tag == "!" && !is_quote_closed(mark)) refuse(mark, "a quote is opened here and never closed");
        value(mark, anchor, {tag == "?" ? YamlEntry::Shape::plain : YamlEntry::Shape::quoted, text});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto scalar = anchors_.find(anchor);
        if (scalar == anchors_.end()) refuse(mark, "only a single value can be repeated with *");
        value(mark, 0, scalar->second);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        if (frames_.empty()) refuse_root(mark);
        if (frames_.back().is_list) return push_nested(mark);
        if (!frames_.back().has_key) refuse(mark, "a key has to be a word");
        add({YamlEntry::Shape::list, ""}, mark);
        push({.is_list = true, .has_items = true}, mark);
    }
    void OnSequenceEnd() override { frames_.pop_back(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        if (frames_.empty()) return push({}, mark);
        Frame& top = frames_.back();
        if (top.is_list) return push_nested(mark);
        if (!top.has_key) refuse(mark, "a key has to be a word");
        top.has_key = false;
        push({.prefix = cat(top.prefix, top.key, "."), .line = top.line, .column = top.column}, mark);
    }
    void OnMapEnd() override
    {
        const Frame map = std::move(frames_.back());
        frames_.pop_back();
        if (!map.is_list && map.is_empty && !map.prefix.empty())
            entries_.push_back({.key = map.prefix.substr(0, map.prefix.size() - 1), .line = map.line, .column = map.column});
    }

private:
    struct Scalar {
        YamlEntry::Shape shape = YamlEntry::Shape::nothing;
        std::string text{};
    };
    // A map that is being read; a list is one where keys do not count.
    struct Frame {
        bool is_list = false;
        bool has_items = false;  // a list whose single values are those of the last entry
        bool has_key = false;
        bool is_empty = true;
        std::string prefix{};
        std::string key{};
        int line = 0;  // of the key, or of the one that holds this map
        int column = 0;
    };

    // yaml-cpp takes the end of the file for a closing quote.
    bool is_quote_closed(const YAML::Mark& mark) const
    {
        std::string_view rest = text_;
        for (int line = 0; line < mark.line; ++line) rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
        rest.remove_prefix(std::min(rest.size(), static_cast<std::size_t>(mark.column)));
        const char quote = rest.empty() ? '\0' : rest.front();
        if (quote != '"' && quote != '\'') return true;  // a block scalar
        for (std::size_t i = 1; i < rest.size(); ++i) {
            if (quote == '"' && rest[i] == '\\') ++i;
            else if (rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote) ++i;
            else if (rest[i] == quote) return true;
        }
        return false;
    }

    [[noreturn]] static void refuse_root(const YAML::Mark& mark) { refuse(mark, "a profile is made of lines like \"key: value\""); }

    void push(Frame frame, const YAML::Mark& mark)
    {
        if (frames_.size() > most_levels) refuse(mark, "nested too deeply");
        frames_.push_back(std::move(frame));
    }

    // A list or a map within a list: nobody wants its content.
    void push_nested(const YAML::Mark& mark)
    {
        entries_.back().shape = YamlEntry::Shape::nested;
        push({.is_list = true}, mark);
    }

    void value(const YAML::Mark& mark, YAML::anchor_t anchor, Scalar scalar)
    {
        if (anchor != 0) anchors_[anchor] = scalar;
        if (frames_.empty()) {
            if (scalar.shape != YamlEntry::Shape::nothing) refuse_root(mark);
        } else if (frames_.back().is_list) {
            if (frames_.back().has_items) entries_.back().items.push_back(std::move(scalar.text));
        } else if (frames_.back().has_key) {
            add(std::move(scalar), mark);
        } else {
            key(mark, scalar);
        }
    }

    void key(const YAML::Mark& mark, const Scalar& scalar)
    {
        Frame& map = frames_.back();
        if (scalar.shape == YamlEntry::Shape::nothing) refuse(mark, "a key has to be a word");
        if (scalar.text == "<<") refuse(mark, "merge keys (<<) are not supported");
        const std::string name = map.prefix + scalar.text;
        const auto [first, is_new] = seen_.emplace(name, mark.line + 1);
        if (!is_new) refuse(mark, cat(name, " is here twice (first in line ", first->second, ")"));
        map.key = scalar.text;
        map.line = mark.line + 1;
        map.column = mark.column + 1;
        map.has_key = true;
        map.is_empty = false;
    }

    void add(Scalar scalar, const YAML::Mark& mark)
    {
        Frame& map = frames_.back();
        map.has_key = false;
        entries_.push_back({.key = map.prefix + map.key,
                            .shape = scalar.shape,
                            .value = std::move(scalar.text),
                            .line = map.line,
                            .column = map.column,
                            .value_line = mark.line + 1,
                            .value_column = mark.column + 1});
    }

    std::string_view text_;
    bool has_document_ = false;
    std::vector<Frame> frames_;
    std::vector<YamlEntry> entries_;
    std::map<std::string, int> seen_;  // key to line
    std::map<YAML::anchor_t, Scalar> anchors_;
};

// The message in one line: it may quote the file.
std::string one_line(std::string text)
{
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return valid_utf8(std::move(text));
}

}  // namespace

Result<std::vector<YamlEntry>> read_yaml(std::string_view path, std::string_view text)
{
    try {
        std::istringstream stream{std::string{text}};
        YAML::Parser parser{stream};
        Flattener flattener{text};
        while (parser.HandleNextDocument(flattener)) {
        }
        return flattener.take();
    } catch (const YAML::Exception& malformed) {
        const auto& mark = malformed.mark;
        const bool is_known = !mark.is_null();
        return fail(ErrorKind::invalid,
                    cat(path, ":", is_known ? mark.line + 1 : 1, ":", is_known ? mark.column + 1 : 1, ": ", one_line(malformed.msg)));
    } catch (const std::exception& failed) {
        return fail(ErrorKind::invalid, cat(path, ": ", failed.what()));
    }
}

}  // namespace oi::config
