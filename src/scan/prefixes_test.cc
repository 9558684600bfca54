// What a person can allow by its first words: one question for all the ways to write a thing, and none of the ways around it.
#include "scan/prefixes.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace oi::scan {
namespace {

std::string prefixes(std::string_view code) { return join(prefixes_of(code), ", "); }

TEST(Prefixes, AHundredWaysToWriteItAreOne)
{
    const std::string ways[] = {"git status",
                                "git  status",
                                "  git status  ",
                                "'git' status",
                                "\"git\" 'status'",
                                "gi\\t status",
                                "git \\\nstatus",
                                "git status\n",
                                "\n\ngit status\n\n",
                                "git status # look",
                                "# look\ngit status",
                                "git status;",
                                "git status 2>&1",
                                "git status >/dev/null",
                                "git status 2>/dev/null",
                                "git status &>/dev/null",
                                "git status </dev/null",
                                "/usr/bin/git status",
                                "git -C sub status",
                                "git --no-pager status",
                                "git -P status",
                                "command git status",
                                "timeout 5 git status",
                                "timeout 5s git status",
                                "nice git status",
                                "nice -n 5 git status",
                                "time git status",
                                "nohup git status"};
    const std::string before[] = {"", "cd sub && ", "cd sub; ", "cd sub\n", "(cd sub && true) && ", "echo looking; "};
    const std::string after[] = {
        "", " && echo done", " | head -5", " | head -n 5", " | wc -l", " | grep modified", " | sort | uniq -c", "; git status", "; true"};
    int count = 0;
    for (const auto& first : before) {
        for (const auto& way : ways) {
            for (const auto& last : after) {
                const bool ends_in_remark = way.find('#') != std::string::npos || way.ends_with("\n") || way.ends_with(";");
                if (ends_in_remark && !last.empty()) continue;
                EXPECT_EQ(prefixes(first + way + last), "git status") << first << way << last;
                ++count;
            }
        }
    }
    EXPECT_GE(count, 100);
}

TEST(Prefixes, OptionsAndOperandsDoNotMatter)
{
    EXPECT_EQ(prefixes("git status -s --branch"), "git status");
    EXPECT_EQ(prefixes("git log --format='%h %s' -- a.txt"), "git log");
    EXPECT_EQ(prefixes("ls -la ~/x '*.c' *.h"), "ls");
    EXPECT_EQ(prefixes("pytest tests/a.py -k 'x and y'"), "pytest");
    EXPECT_EQ(prefixes("find . -name '*.c'"), "find");
    EXPECT_EQ(prefixes("make test"), "make test");
    EXPECT_EQ(prefixes("git status && git diff | cat"), "git status, git diff");
    EXPECT_EQ(prefixes("echo hi"), "echo");
    // A filter that is given files is a command like others.
    EXPECT_EQ(prefixes("git status | head -5 /etc/shadow"), "git status, head");
    EXPECT_EQ(prefixes("git status | cat ~/.ssh/id_rsa"), "git status, cat");
    EXPECT_EQ(prefixes("git status | grep -f x"), "git status, grep");
}

TEST(Prefixes, WhatCouldDoMoreIsNeverOffered)
{
    const char* codes[] = {
        "",
        "rm x",
        "git status; rm x",
        "git status && curl example.com",
        "git status > out.txt",
        "git status >> ~/.bashrc",
        "git status | tee out.txt",
        "git status | sh",
        "git status | xargs rm",
        "git status $(rm x)",
        "git status `rm x`",
        "git status $X",
        "git status \"$X\"",
        "git status <(rm x)",
        "git status &",
        "git status & rm x",
        "git status || rm x",
        "git status\nrm x",
        "GIT_PAGER=evil git status",
        "PATH=. git status",
        "./git status",
        "~/git status",
        "git -c core.pager=evil status",
        "git -c alias.status='!rm x' status",
        "git --exec-path=. status",
        "git",
        "git push",
        "git reset --hard",
        "git diff --output=x",
        "git diff --ext-diff",
        "git grep --open-files-in-pager=x y",
        "git branch -D main",
        "python3 -c 1",
        "python3.11 x.py",
        "bash -c ls",
        "sh x.sh",
        "sudo ls",
        "env ls",
        "xargs ls",
        "find . -delete",
        "find . -exec rm {} +",
        "find . -execdir rm {} +",
        "find . -fprintf x y",
        "rg --pre=x y",
        "sort -o x y",
        "fd -x rm",
        "awk 1 x",
        "sed -i s/a/b/ x",
        "npm run build",
        "npx x",
        "docker run x",
        "kubectl delete x",
        "eval ls",
        "source x",
        ". x",
        "alias git='rm x'; git status",
        "git() { rm x; }; git status",
        "for i in a; do git status; done",
        "if git status; then rm x; fi",
        "cat <<X | sh\nrm x\nX",
        "git status 'unfinished",
        "git status $(",
        "timeout 5 rm x",
        "nice rm x",
        "command rm x",
        "time sudo ls",
        "git st*",
        "g?t status",
        "{git,status}",
        "make -f evil",
        "make SHELL=/tmp/x",
        "git status | sort -o x",
        "git status < secret.txt",
        "exec git status",
        "trap 'rm x' EXIT; git status",
        "export PATH=.; git status",
    };
    for (const char* code : codes) EXPECT_EQ(prefixes(code), "") << code;
}

}  // namespace
}  // namespace oi::scan
