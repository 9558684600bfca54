// Shell code as simple commands.
#include "scan/shell_parser.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace oi::scan {
namespace {

// "git|status;ls": the words of each command, as far as they are literal.
std::string commands_of(std::string_view code)
{
    std::string text;
    for (const auto& command : parse_shell(code).commands) {
        if (command.kind == ShellCommand::Kind::open) text += "(";
        else if (command.kind == ShellCommand::Kind::close) text += ")";
        else {
            std::string words;
            for (const auto& [name, value] : command.assignments) words += cat(words.empty() ? "" : "|", name, "=", value.text);
            for (const auto& word : command.words)
                words += cat(words.empty() ? "" : "|", word.is_literal() ? word.text : cat(word.text, "$"));
            for (const auto& redirection : command.redirections) words += cat(redirection.operation, redirection.target.text);
            text += cat(text.empty() || text.ends_with("(") ? "" : ";", words);
        }
    }
    return text;
}

TEST(ShellParser, WordsQuotesAndJoints)
{
    EXPECT_EQ(commands_of("git  status\t-s"), "git|status|-s");
    EXPECT_EQ(commands_of("'git' \"sta\"tus"), "git|status");
    EXPECT_EQ(commands_of("gi\\t status; ls && pwd || true | wc"), "git|status;ls;pwd;true;wc");
    EXPECT_EQ(commands_of("git \\\n  status # a remark\nls"), "git|status;ls");
    EXPECT_EQ(commands_of("echo \"a b\" 'c d' e\\ f $'x\\ty'"), "echo|a b|c d|e f|x\ty");
    EXPECT_EQ(commands_of("A=1 B='2 3' env x=y"), "A=1|B=2 3|env|x=y");
}

TEST(ShellParser, RedirectionsAndDocuments)
{
    EXPECT_EQ(commands_of("ls > out.txt 2>&1 </dev/null"), "ls>out.txt>&1</dev/null");
    EXPECT_EQ(commands_of("cat <<'END'\nrm -rf /\nEND\nls"), "cat<<END;ls");
    EXPECT_EQ(parse_shell("cat <<-X\n\ta\n\tX\nls").commands[0].redirections[0].document, "\ta\n");
    EXPECT_EQ(commands_of("make &> log"), "make&>log");
}

TEST(ShellParser, SubshellsAndSubstitutionsStandBeforeWhatHasThem)
{
    EXPECT_EQ(commands_of("(cd x; ls); pwd"), "(cd|x;ls);pwd");
    EXPECT_EQ(commands_of("echo \"$(rm -rf x)\" `date`"), "(rm|-rf|x)(date);echo|$|$");
    EXPECT_EQ(commands_of("diff <(ls a) b"), "(ls|a);diff|$|b");
}

TEST(ShellParser, LoopsAndConditionsAreNotPlainButTheirCommandsAreThere)
{
    EXPECT_EQ(commands_of("for f in a b; do rm $f; done"), "f|a|b;rm|$");
    EXPECT_EQ(commands_of("if test -d x; then rm -r x; else ls; fi"), "test|-d|x;rm|-r|x;ls");
    EXPECT_EQ(commands_of("case $x in a|b) rm a;; *) ls;; esac; pwd"), "rm|a;ls;pwd");
    EXPECT_EQ(commands_of("f() { rm x; }; f"), "rm|x;f");
    for (const char* code :
         {"for f in a; do ls; done", "ls &", "f() { ls; }", "echo $(ls)", "if true; then ls; fi", "cat <<X\nX\n", "{ ls; }"})
        EXPECT_FALSE(parse_shell(code).is_plain) << code;
    EXPECT_TRUE(parse_shell("cd x && (ls; pwd) | wc").is_plain);
}

TEST(ShellParser, WhatIsLeftOpenIsNotWhole)
{
    for (const char* code : {"echo 'a", "echo \"a", "echo $(ls", "(ls", "echo ${a"}) EXPECT_FALSE(parse_shell(code).is_whole) << code;
}

TEST(ShellParser, AnyBytesAtAllEndAndCostNoMoreThanTheirLength)
{
    const std::string marks = "'\"$(){}`\\;|&<>#\n=a ";
    unsigned seed = 1;
    for (int round = 0; round < 3000; ++round) {
        std::string code;
        for (int i = 0; i < 40; ++i) code += marks[(seed = seed * 1103515245 + 12345) / 65536 % marks.size()];
        parse_shell(code);
    }
    parse_shell(std::string(200000, '('));
    std::string nested;
    for (int i = 0; i < 20000; ++i) nested += "$(";
    parse_shell(nested);
}

}  // namespace
}  // namespace oi::scan
