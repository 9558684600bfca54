// Old names of settings are read, translated and told; what a file says twice or cannot say is refused with its place.
#include "config/file_values.h"
#include "config/invocation_fixture.h"

#include <algorithm>

namespace oi::config {

using FileValuesTest = InvocationTest;

TEST_F(FileValuesTest, ThePlainKeysOfTheFirstVersionsAreRead)
{
    const auto path = add("p.yaml",
                          "model: gpt-4o\nlocal: false\ntemperature: 0.5\ndebug_mode: true\ncontext_window: 8000\nmax_tokens: 500\n"
                          "max_output: 99\nmax_budget: 1.5\napi_base: http://x\napi_key: k\nsafe_mode: off\nsystem_message: s\n"
                          "disable_procedures: true\nvision: true\n");
    const auto settings = parse({"-p", "p"}).value().settings;
    Settings expected;
    expected.model = "gpt-4o";
    expected.temperature = 0.5;
    expected.verbose = true;
    expected.context_window = 8000;
    expected.max_tokens = 500;
    expected.max_output = 99;
    expected.max_budget = 1.5;
    expected.api_base = "http://x";
    expected.api_key = "k";
    expected.system_message = "s";
    expected.llm_supports_vision = true;
    expected.profile = "p";
    EXPECT_EQ(settings, expected);
    EXPECT_EQ(notes({"-p", "p"}),
              path +
                  ": read in the words of this version: model as llm.model, temperature as llm.temperature, debug_mode as verbose, "
                  "context_window as llm.context_window, max_tokens as llm.max_tokens, max_budget as llm.max_budget, api_base as "
                  "llm.api_base, api_key as llm.api_key, disable_procedures as nothing (there are no procedures), vision as "
                  "llm.supports_vision");
}

TEST_F(FileValuesTest, KeysOfOtherMeaningAreTranslated)
{
    add("p.yaml",
        "force_task_completion: true\nforce_task_completion_message: go on\nforce_task_completion_breakers:\n  - Done.\n  - Over.\n"
        "highlight_active_line: false\nllm:\n  custom_instructions: be brief\n  max_output: 7\nversion: 0.2.5\n");
    const auto settings = parse({"-p", "p"}).value().settings;
    EXPECT_TRUE(settings.loop);
    EXPECT_EQ(settings.loop_message, "go on");
    EXPECT_EQ(settings.loop_breakers, "Done.|Over.");
    EXPECT_TRUE(settings.no_highlight_active_line);
    EXPECT_EQ(settings.custom_instructions, "be brief");
    EXPECT_EQ(settings.max_output, 7);
}

TEST_F(FileValuesTest, TheDefaultProfileOfTheLastClassicVersionWorks)
{
    add("default.yaml",
        "### OPEN INTERPRETER CONFIGURATION FILE\n\n# Be sure to remove the \"#\" before the following settings to use them.\n\n"
        "# custom_instructions: \"\"\n# auto_run: False\n# safe_mode: \"off\"\n# offline: False\n# verbose: False\n\n"
        "computer:\n    import_computer_api: True\n    # verbose: False\n\nllm:\n  model: \"gpt-4o\"\n  temperature: 0\n  # api_key: "
        "...\n\n"
        "version: 0.2.5 # Profile version (do not modify)\n");
    const auto invocation = parse({}).value();
    EXPECT_EQ(invocation.settings.model, "gpt-4o");
    EXPECT_EQ(invocation.settings.temperature, 0);
    EXPECT_EQ(invocation.notes.size(), 1U);
}

TEST_F(FileValuesTest, WhatCanOnlyBeOneWayIsRefusedOtherwise)
{
    EXPECT_EQ(profile_error("conversation_history: true\nos: False\nspeak_messages: no\n"), "(no error)");
    EXPECT_EQ(profile_error("conversation_history: false\n"),
              "PATH:1:23: conversation_history can only be true: conversations are always kept (remove it from the file)");
    EXPECT_EQ(profile_error("os: true\n"), "PATH:1:5: os can only be false: there is no OS mode yet (remove it from the file)");
    EXPECT_EQ(profile_error("highlight_active_line: perhaps\n"), "PATH:1:24: highlight_active_line is true or false");
}

TEST_F(FileValuesTest, OneSettingUnderTwoNamesIsRefused)
{
    EXPECT_EQ(profile_error("llm:\n  model: a\nmodel: b\n"), "PATH:3:1: model is set twice, also as llm.model (first in line 2)");
    EXPECT_EQ(profile_error("debug: true\ndebug_mode: true\n"), "PATH:2:1: debug_mode is set twice, also as verbose (first in line 1)");
}

TEST_F(FileValuesTest, ListsAreForSettingsThatAreLists)
{
    EXPECT_EQ(profile_error("loop_breakers: [a, [b]]\n"), "PATH:1:16: loop_breakers is a list of single values");
    EXPECT_EQ(profile_error("loop_breakers: [a, {b: c}]\n"), "PATH:1:16: loop_breakers is a list of single values");
    add("p.yaml", "llm.fallback_models: [gpt-4o, claude-sonnet-4-5]\nloop_breakers: []\n");
    EXPECT_EQ(parse({"-p", "p"}).value().settings.fallback_models, "gpt-4o,claude-sonnet-4-5");
    EXPECT_EQ(parse({"-p", "p"}).value().settings.loop_breakers, "");
}

TEST(OldKeys, EachLeadsToASettingAndIsNone)
{
    for (const auto& row : old_key_rows()) {
        EXPECT_EQ(find_key(row.old_key), nullptr) << row.old_key;
        EXPECT_EQ(row.key.empty(), row.kind == OldKeyRow::Kind::fixed || row.kind == OldKeyRow::Kind::unused) << row.old_key;
        EXPECT_TRUE(row.key.empty() || find_key(row.key)) << row.key;
    }
    for (const auto key : later_keys()) {
        EXPECT_EQ(find_key(key), nullptr) << key;
        EXPECT_EQ(find_old_key(key), nullptr) << key;
    }
}

}  // namespace oi::config
