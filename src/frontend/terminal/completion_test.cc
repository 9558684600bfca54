// Tab: commands from their table, arguments, paths.
#include "frontend/terminal/completion.h"

#include "base/text.h"
#include "frontend/terminal/draft_aids.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

using Words = std::vector<std::string>;

struct Desk {
    Desk()
    {
        for (const char* name : {"report.txt", "report.csv", "my file.txt", ".hidden", "it's.md"})
            EXPECT_TRUE(sys::write_file(at(name), ""));
        EXPECT_TRUE(sys::make_folders(at("notes")));
    }
    std::string at(std::string_view name) const { return cat(folder.path(), "/", name); }
    // The text after Tab at its end.
    std::string tab(const std::string& text)
    {
        choices.clear();
        const auto completion = completer.complete(text, text.size());
        if (!completion) return text;
        choices = completion->choices;
        return text.substr(0, completion->from) + completion->text;
    }
    testing::TempDir folder;
    Words asked;
    Words choices;
    Completer completer{[this](std::string_view kind) {
        asked.emplace_back(kind);
        return kind == "model" ? Words{"gpt-4o", "gpt-4o-mini", "claude-x"} : kind == "job" ? Words{"job-1"} : Words{};
    }};
};

}  // namespace

TEST(Completer, CommandsComeFromTheirTable)
{
    Desk desk;
    EXPECT_EQ(desk.tab("%tok"), "%tokens ");
    EXPECT_EQ(desk.tab("%"), "%");
    EXPECT_GT(desk.choices.size(), 5U);
    EXPECT_EQ(desk.tab("%nothing"), "%nothing");
    EXPECT_TRUE(desk.asked.empty()) << "names cost nothing before they are needed";
}

TEST(Completer, ArgumentsAreWhatTheCommandTakes)
{
    Desk desk;
    EXPECT_EQ(desk.tab("%auto_run t"), "%auto_run true ");
    EXPECT_EQ(desk.tab("%model gp"), "%model gpt-4o");
    EXPECT_EQ(desk.choices, (Words{"gpt-4o", "gpt-4o-mini"}));
    EXPECT_EQ(desk.tab("%jobs s"), "%jobs stop ");
    EXPECT_EQ(desk.tab("%jobs stop j"), "%jobs stop job-1 ");
    EXPECT_EQ(desk.tab("%set safe_m"), "%set safe_mode ");
    EXPECT_EQ(desk.tab("%set safe_mode au"), "%set safe_mode auto ");
    EXPECT_EQ(desk.tab("%set auto_run "), "%set auto_run ");
    EXPECT_EQ(desk.choices, (Words{"false", "true"}));
    EXPECT_EQ(desk.tab("%help jo"), "%help jobs ");
}

TEST(Completer, PathsAreCompletedAsAShellWould)
{
    Desk desk;
    EXPECT_EQ(desk.tab(desk.at("rep")), desk.at("report."));
    EXPECT_EQ(desk.choices, (Words{"report.csv", "report.txt"}));
    EXPECT_EQ(desk.tab(cat("read ", desk.at("report.t"))), cat("read ", desk.at("report.txt "))) << "in the middle of a message";
    EXPECT_EQ(desk.tab(cat("first line\nread ", desk.at("my"))), cat("first line\nread ", desk.at("my\\ file.txt ")));
    EXPECT_EQ(desk.tab(cat(desk.folder.path(), "/my\\ f")), cat(desk.folder.path(), "/my\\ file.txt "));
    EXPECT_EQ(desk.tab(cat("don't read \"", desk.at("my f"))), cat("don't read \"", desk.at("my file.txt\" ")));
    EXPECT_EQ(desk.tab(desk.at("it")), desk.at("it\\'s.md "));
    EXPECT_EQ(desk.tab(desk.at("no")), desk.at("notes/")) << "a folder goes on";
    EXPECT_EQ(desk.tab(desk.at(".h")), desk.at(".hidden "));
    EXPECT_EQ(desk.tab(desk.at("")), desk.at(""));
    EXPECT_EQ(desk.choices, (Words{"it's.md", "my file.txt", "notes/", "report.csv", "report.txt"})) << "without what is hidden";
    EXPECT_EQ(desk.tab(desk.at("zzz")), desk.at("zzz"));
    EXPECT_FALSE(desk.completer.complete("word ", 5)) << "Tab is white space there";
}

TEST(Completer, TheRestOfAWordIsKnownWhereOneThingAloneBeginsSo)
{
    int asked = 0;
    const Completer completer{[&](std::string_view) {
        ++asked;
        return Words{"gpt-4o"};
    }};
    EXPECT_EQ(completer.rest_of_word("%tok"), "ens");
    EXPECT_EQ(completer.rest_of_word("%re"), "") << "several do";
    EXPECT_EQ(completer.rest_of_word("%tokens"), "") << "it is whole";
    EXPECT_EQ(completer.rest_of_word("%set sandb"), "ox");
    EXPECT_EQ(completer.rest_of_word("%set sandbox w"), "orkspace");
    EXPECT_EQ(completer.rest_of_word("%set sandbox "), "");
    EXPECT_EQ(completer.rest_of_word("%auto_run f"), "alse");
    EXPECT_EQ(completer.rest_of_word("%% ls /u"), "");
    EXPECT_EQ(completer.rest_of_word("%markdown /u"), "") << "no file is looked at";
    EXPECT_EQ(completer.rest_of_word("%model gp"), "") << "no names are asked for";
    EXPECT_EQ(completer.rest_of_word("tok"), "");
    EXPECT_EQ(completer.rest_of_word(""), "");
    EXPECT_EQ(asked, 0);
}

TEST(DraftAids, ChoicesStandInColumnsBelowTheText)
{
    EXPECT_EQ(in_columns({"a", "bb", "c"}, 20, 5), (Words{"a   bb  c"}));
    EXPECT_EQ(in_columns({"a", "bb", "c"}, 9, 5), (Words{"a   c", "bb"}));
    EXPECT_EQ(in_columns({"a", "b", "c", "d", "e"}, 3, 3), (Words{"a", "b", "... 3 more"}));
    EXPECT_EQ(in_columns({}, 9, 5), Words{});
}

}  // namespace oi
