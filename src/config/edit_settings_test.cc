// Edit settings: what a person wrote stays as it was, but for the value.
#include "config/edit_settings.h"

#include "base/text.h"
#include "config/profile.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <array>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::config {

namespace {

std::string with_model(std::string text, const std::string& model = "openai/gpt-5")
{
    const std::array changes{SettingChange{"llm.model", model}};
    const auto changed = edited("PATH", std::move(text), changes);
    return changed ? *changed : to_line(changed.error());
}

TEST(EditSettings, AValueIsReplacedWhereItStandsInWhateverForm)
{
    EXPECT_EQ(with_model("# mine\nllm:\n  temperature: 0 # cold\n  model:   gpt-4o   # the old one\nauto_run: false\n"),
              "# mine\nllm:\n  temperature: 0 # cold\n  model:   openai/gpt-5   # the old one\nauto_run: false\n");
    EXPECT_EQ(with_model("llm.model: \"gpt-4o\"\r\nverbose: true\r\n"), "llm.model: openai/gpt-5\r\nverbose: true\r\n");
    EXPECT_EQ(with_model("llm:\n    model: 'it''s'\n", "ollama/llama3:8b"), "llm:\n    model: ollama/llama3:8b\n");
}

TEST(EditSettings, AMissingKeyGoesToItsSisters)
{
    EXPECT_EQ(with_model("llm:\n    # how warm\n    temperature: 0\nverbose: true\n"),
              "llm:\n    # how warm\n    model: openai/gpt-5\n    temperature: 0\nverbose: true\n");
    EXPECT_EQ(with_model(""), "llm.model: openai/gpt-5\n");
    EXPECT_EQ(with_model("verbose: true"), "verbose: true\nllm.model: openai/gpt-5\n");
    EXPECT_EQ(with_model("llm.temperature: 0\n"), "llm.temperature: 0\nllm.model: openai/gpt-5\n");
    EXPECT_EQ(with_model("# llm.model: x\n"), "# llm.model: x\nllm.model: openai/gpt-5\n");
}

TEST(EditSettings, AValueThatYamlWouldReadOtherwiseIsQuoted)
{
    EXPECT_EQ(with_model("", "a b"), "llm.model: \"a b\"\n");
    EXPECT_EQ(with_model("", "007"), "llm.model: \"007\"\n");
    EXPECT_EQ(with_model("", "C:\\\"x\""), "llm.model: \"C:\\\\\\\"x\\\"\"\n");
}

TEST(EditSettings, WhatCannotBeChangedSafelyIsRefusedWithTheLineToWrite)
{
    EXPECT_EQ(with_model("llm: {model: x}\n"), "PATH: it cannot be changed safely (write it there yourself: llm.model: openai/gpt-5)");
    EXPECT_NE(with_model("llm:\n  model: >-\n    gpt\n").find("PATH:2: llm.model is written"), std::string::npos);
    EXPECT_NE(with_model("llm:\n  model: gpt\n    4o\n").find("PATH"), std::string::npos);
    EXPECT_NE(with_model("llm:\n  temperature: 0\n  - x\n").find("PATH:3"), std::string::npos);
}

TEST(EditSettings, AnAddressThatCountsNoMoreIsCommentedOut)
{
    const std::array changes{SettingChange{"llm.model", "gpt-5"}, SettingChange{"llm.api_base", std::nullopt}};
    EXPECT_EQ(*edited("PATH", "llm:\n  api_base: http://old/v1 # lab\n  model: x\n", changes),
              "llm:\n  # api_base: http://old/v1 # lab\n  model: gpt-5\n");
    EXPECT_EQ(*edited("PATH", "a: 1\n", changes), "a: 1\nllm.model: gpt-5\n");
}

TEST(EditSettings, TheFileIsMadeOrKeepsItsModeAndItsLink)
{
    const oi::testing::TempDir folder;
    const std::array changes{SettingChange{"llm.model", "gpt-5"}};
    ASSERT_TRUE(edit_settings(folder / "a/profiles/default.yaml", changes));
    const auto values = read_profile({"x", *sys::read_file(folder / "a/profiles/default.yaml")});
    ASSERT_TRUE(values);
    ASSERT_EQ(values->size(), 1U);
    EXPECT_EQ(values->front().value, "gpt-5");

    ASSERT_TRUE(sys::write_file(folder / "real.yaml", "verbose: true\n", 0640));
    ASSERT_EQ(::symlink("real.yaml", (folder / "link.yaml").c_str()), 0);
    ASSERT_TRUE(edit_settings(folder / "link.yaml", changes));
    EXPECT_EQ(*sys::read_file(folder / "real.yaml"), "verbose: true\nllm.model: gpt-5\n");
    struct stat info {};
    ASSERT_EQ(::lstat((folder / "link.yaml").c_str(), &info), 0);
    EXPECT_TRUE(S_ISLNK(info.st_mode));
    ASSERT_EQ(::stat((folder / "real.yaml").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640U);
}

TEST(EditSettings, AMalformedFileIsLeftAlone)
{
    const oi::testing::TempDir folder;
    const std::string path = folder.write("default.yaml", "llm: [\n");
    const std::array changes{SettingChange{"llm.model", "gpt-5"}};
    const auto done = edit_settings(path, changes);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().what.find(path), std::string::npos) << done.error().what;
    EXPECT_EQ(*sys::read_file(path), "llm: [\n");
}

}  // namespace

}  // namespace oi::config
