// The property of the terminal frontend, in a real emulator: whatever streams by, however it is cut, whatever the window's sizes,
// the scroll-back is the transcript, exactly once.
#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/terminal/driver.h"
#include "frontend/terminal/vterm_terminal.h"
#include "testing/fake_store.h"
#include "testing/scripted_model.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace oi {

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

// Letters and digits alone: what is left when rows, margins and marks are taken away.
std::string essence(std::string_view text)
{
    std::string letters;
    for (const char c : text)
        if (std::isalnum(static_cast<unsigned char>(c))) letters += c;
    return letters;
}

// Makes Markdown of words that occur once, and knows without rendering it what must be read on the screen.
class Author {
public:
    explicit Author(Random& random) : random_{random} {}

    std::string message(bool has_tables)
    {
        std::string text;
        for (auto blocks = 1 + below(random_, 6); blocks > 0; --blocks) text += block(has_tables) + "\n";
        return text;
    }
    std::string words(std::size_t most)
    {
        std::string text;
        for (auto count = 1 + below(random_, most); count > 0; --count) text += (text.empty() ? "" : " ") + word();
        return text;
    }
    std::string shown;  // its essence, in order

private:
    std::string word()
    {
        shown += cat("w", ++count_);
        return cat("w", count_);
    }

    std::string line()
    {
        std::string text;
        for (auto count = 1 + below(random_, 12); count > 0; --count) text += (text.empty() ? "" : " ") + phrase();
        return text + "\n";
    }

    std::string phrase()
    {
        constexpr std::string_view others[] = {"\xE6\x97\xA5\xE6\x9C\xAC",         "\xC3\xA9", "e\xCC\x81", "-", "&amp;",
                                               "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "2*3",      "\\*"};
        switch (below(random_, 12)) {
        case 0: return cat("**", words(3), "**");
        case 1: return cat("`", words(2), "`");
        case 2: return cat("*", word(), "*");
        case 3: return cat("~~", word(), "~~");
        case 4: {
            const std::string text = words(2), address = cat("https://e.org/", ++count_);
            shown += essence(address);
            return cat("[", text, "](", address, ")");
        }
        case 5: {
            const std::string_view other = others[below(random_, std::size(others))];
            if (other == "2*3") shown += "23";
            if (other.starts_with("e\xCC")) shown += "e";
            return std::string{other};
        }
        case 6: {
            const std::string base = word();
            return cat("$", base, "_{", word(), "}$");
        }
        default: return word();
        }
    }

    // One piece after the other: what is shown has to be in their order.
    template <class... Pieces>
    static std::string in_order(Pieces... pieces)
    {
        std::string text;
        ((text += pieces()), ...);
        return text;
    }

    std::string block(bool has_tables)
    {
        const auto mark = [](std::string_view text) { return [text] { return std::string{text}; }; };
        const auto some = [this](std::size_t most) { return [this, most] { return words(most); }; };
        const auto row = [this] { return line(); };
        const auto number = [this](std::string_view text) {
            return [this, text] {
                shown += essence(text);
                return std::string{text};
            };
        };
        switch (below(random_, has_tables ? 9 : 8)) {
        case 0: return in_order(mark("# "), some(6), mark("\n"));
        case 1: return in_order(mark("- "), row, mark("  - "), row, mark("- [ ] "), row);
        case 2: return in_order(number("1. "), row, number("2. "), row);
        case 3: return in_order(mark("> "), row, mark(">\n> "), row);
        case 4: return in_order(mark("```python\n"), some(4), mark("\n    "), some(9), mark("\n\n"), some(2), mark("\n```\n"));
        case 5: return in_order(mark("~~~~\n```\n"), some(3), mark("\n~~~~\n"));
        case 6: return "---\n";
        case 8:
            return in_order(mark("| "), some(1), mark(" | "), some(1), mark(" |\n|:--|--:|\n| "), some(1), mark(" | "), some(1),
                            mark(" |\n"));
        default: return line();
        }
    }

    Random& random_;
    int count_ = 0;
};

// What happens, piece by piece, and what must have been seen of it in the end.
struct Story {
    std::vector<Event> events;
    std::string shown;
};

class Teller {
public:
    Teller(Random& random, bool has_tables) : random_{random}, author_{random}, has_tables_{has_tables} {}

    Story story()
    {
        for (auto parts = 1 + below(random_, 5); parts > 0; --parts) part();
        return {std::move(events_), author_.shown};
    }

private:
    void part()
    {
        switch (below(random_, 4)) {
        case 0: return cell();
        case 1: return stream(author_.words(12), [](std::string piece) { return Event{Reasoning{std::move(piece)}}; });
        case 2: events_.push_back(Notice{Notice::Level::warning, author_.words(6)}); return;
        default: return stream(author_.message(has_tables_), [](std::string piece) { return Event{text_chunk(std::move(piece))}; });
        }
    }

    void cell()
    {
        author_.shown += "python";
        std::string code = author_.words(5) + "\n";
        code += author_.words(9);
        stream(code, [](std::string piece) { return Event{code_chunk("python", std::move(piece))}; });
        events_.push_back(
            Chunk{.role = Role::computer, .type = Kind::confirmation, .format = "execution", .content = code, .language = "python"});
        events_.push_back(active_line_chunk(1));
        std::string output = author_.words(2) + "\n";
        output += author_.words(2);
        if (below(random_, 2) == 0) output += "\n";
        stream(output, [](std::string piece) { return Event{output_chunk(std::move(piece))}; });
        events_.push_back(active_line_chunk(0));
    }

    template <class Make>
    void stream(std::string_view text, Make make)
    {
        const std::size_t most = 1 + below(random_, 30);
        while (!text.empty()) {
            const std::size_t length = std::min(text.size(), 1 + below(random_, most));
            events_.push_back(make(std::string{text.substr(0, length)}));
            text.remove_prefix(length);
            if (below(random_, 20) == 0) events_.push_back(Progress{"loading"});
        }
    }

    Random& random_;
    Author author_;
    bool has_tables_;
    std::vector<Event> events_;
};

// The frontend in the emulator; its session never answers.
struct Stage {
    Stage(int columns, int rows) : terminal{columns, rows}
    {
        options.model_name = "model";
        options.folder = "/";
        session = std::make_unique<Session>(std::make_unique<Conversation>(model, store, std::vector<Language>{}, ConversationOptions{}));
        driver = std::make_unique<Driver>(
            *session, options, sys::TerminalSize{columns, rows}, Abilities{},
            Device{[](std::string_view, std::string_view) -> Result<std::string> { return std::string{}; }, [] {}, [] {}});
        driver->start();
        update();
    }
    void update() { terminal.write(driver->take()); }
    void type(std::string_view text)
    {
        KeyReader reader;
        for (const Key& key : reader.feed(text)) driver->press(key);
        update();
    }
    void show(const Event& event)
    {
        driver->show(event);
        update();
    }
    void resize(int columns, int rows)
    {
        terminal.resize(columns, rows);
        driver->resize({columns, rows});
        update();
    }

    TerminalOptions options;
    testing::ScriptedModel model{{testing::waits()}};
    testing::FakeStore store;
    std::unique_ptr<Session> session;
    testing::VtermTerminal terminal;
    std::unique_ptr<Driver> driver;
};

int rounds(int quick)
{
    const char* group = std::getenv("OI_TEST_GROUP");
    return group && std::string_view{group} == "full" ? quick * 10 : quick;
}

}  // namespace

TEST(ScrollBack, IsTheSameInEverySizeOfScreenHoweverTheStreamWasCut)
{
    for (int seed = 0; seed < rounds(80); ++seed) {
        Random random{static_cast<unsigned>(seed)};
        const Story story = Teller{random, true}.story();
        const int columns = below(random, 4) == 0 ? 2 + static_cast<int>(below(random, 20)) : 20 + static_cast<int>(below(random, 100));
        Stage streamed{columns, 2 + static_cast<int>(below(random, 30))};
        Stage whole{columns, 1500};
        for (Stage* stage : {&streamed, &whole}) stage->type("go\r");
        for (const Event& event : story.events) {
            streamed.show(event);
            whole.driver->show(event);
        }
        for (Stage* stage : {&streamed, &whole}) stage->show(TurnDone{});
        ASSERT_EQ(streamed.terminal.text(), whole.terminal.text()) << "seed " << seed << ", " << columns << " columns";
    }
}

TEST(ScrollBack, HoldsEveryWordOnceInOrderWhateverTheWindowDoesMeanwhile)
{
    for (int seed = 0; seed < rounds(150); ++seed) {
        Random random{static_cast<unsigned>(seed)};
        const Story story = Teller{random, false}.story();
        const auto some_columns = [&] {
            return below(random, 6) == 0 ? 10 + static_cast<int>(below(random, 12)) : 20 + static_cast<int>(below(random, 100));
        };
        const auto some_rows = [&] { return 2 + static_cast<int>(below(random, 30)); };
        Stage stage{some_columns(), some_rows()};
        stage.type("go\r");
        for (const Event& event : story.events) {
            stage.show(event);
            if (below(random, 15) == 0) stage.resize(some_columns(), some_rows());
            if (below(random, 60) == 0) stage.type("x\x7f");
        }
        stage.show(TurnDone{});
        stage.type("z1");
        ASSERT_EQ(essence(stage.terminal.text()), cat("go", story.shown, "z1")) << "seed " << seed << "\n" << stage.terminal.text();
    }
}

}  // namespace oi
