// Command line, environment and profile together: who wins, and what is said of what is wrong.
#include "config/invocation_fixture.h"
#include "config/file_values.h"

#include <algorithm>

namespace oi::config {

TEST_F(InvocationTest, NothingGivenMeansTheDefaults)
{
    const auto invocation = parse({}).value();
    EXPECT_EQ(invocation.settings, Settings{});
    EXPECT_EQ(invocation.command, Command::chat);
    EXPECT_EQ(invocation.message, "");
    EXPECT_EQ(invocation.origin("model").source, Source::default_value);
}

TEST_F(InvocationTest, AllSpellingsOfAFlagAreTheSame)
{
    for (const std::vector<std::string_view>& args : std::vector<std::vector<std::string_view>>{{"--max_output", "99"},
                                                                                                {"--max_output=99"},
                                                                                                {"--max-output", "99"},
                                                                                                {"--max_o", "99"},
                                                                                                {"--max-o=99"},
                                                                                                {"-xo", "99"},
                                                                                                {"-xo=99"}})
        EXPECT_EQ(parse(args).value().settings.max_output, 99) << args[0];
}

TEST_F(InvocationTest, TheClassicShortFlagsWork)
{
    const auto invocation = parse({"-m",  "gpt-4o", "-y",   "-v",   "-t",   "0.5", "-ab",  "http://x", "-ak",   "key", "-av",
                                   "v1",  "-cw",    "8000", "-x",   "500",  "-b",  "1.5",  "-xo",      "100",   "-ci", "short",
                                   "-sm", "system", "-o",   "-lsv", "-lsf", "-pl", "-nhl", "-dt",      "-safe", "off"});
    Settings expected{.model = "gpt-4o",
                      .api_base = "http://x",
                      .api_key = "key",
                      .api_version = "v1",
                      .temperature = 0.5,
                      .max_tokens = 500,
                      .context_window = 8000,
                      .max_budget = 1.5,
                      .llm_supports_functions = true,
                      .llm_supports_vision = true};
    expected.auto_run = expected.verbose = expected.offline = expected.plain = true;
    expected.no_highlight_active_line = expected.disable_telemetry = true;
    expected.max_output = 100;
    expected.custom_instructions = "short";
    expected.system_message = "system";
    EXPECT_EQ(invocation.value().settings, expected);
}

TEST_F(InvocationTest, AnOptionalFlagIsOnOffOrUnset)
{
    EXPECT_EQ(parse({}).value().settings.llm_supports_vision, std::nullopt);
    EXPECT_EQ(parse({"--llm_supports_vision"}).value().settings.llm_supports_vision, true);
    EXPECT_EQ(parse({"--no-llm_supports_vision"}).value().settings.llm_supports_vision, false);
    EXPECT_EQ(parse({"--no-llm-supports-v"}).value().settings.llm_supports_vision, false);
    EXPECT_EQ(parse({"--llm_supports_vision=false"}).value().settings.llm_supports_vision, false);
    EXPECT_EQ(parse({"-y", "--no-auto_run"}).value().settings.auto_run, false);
    EXPECT_EQ(parse({"--no_highlight_active_line"}).value().settings.no_highlight_active_line, true);
}

TEST_F(InvocationTest, WordsThatAreNoFlagsAreTheMessage)
{
    EXPECT_EQ(parse({"list", "the files", "-y"}).value().message, "list the files");
    EXPECT_TRUE(parse({"list", "the files", "-y"}).value().settings.auto_run);
    EXPECT_EQ(parse({"why", "--", "does", "ls", "-la", "--help"}).value().message, "why does ls -la --help");
    EXPECT_EQ(parse({"3", "-", "-5", "-.5"}).value().message, "3 - -5 -.5");
    EXPECT_EQ(parse({""}).value().message, "");
}

TEST_F(InvocationTest, AValueMayLookLikeAFlagUnlessItIsOne)
{
    EXPECT_EQ(parse({"-ci", "- be brief"}).value().settings.custom_instructions, "- be brief");
    EXPECT_EQ(parse({"--model=-y"}).value().settings.model, "-y");
    EXPECT_EQ(error({"--model", "-y"}), "--model needs a value (--model NAME)");
    EXPECT_EQ(error({"-m"}), "-m needs a value (-m NAME)");
    EXPECT_EQ(error({"-m", "--"}), "-m needs a value (-m NAME)");
}

TEST_F(InvocationTest, CommandsAreTold)
{
    EXPECT_EQ(parse({"--version"}).value().command, Command::version);
    EXPECT_EQ(parse({"-h"}).value().command, Command::help);
    EXPECT_EQ(parse({"--demo", "-y"}).value().command, Command::demo);
    EXPECT_EQ(parse({"--conv"}).value().command, Command::conversations);
    EXPECT_EQ(parse({"--demo", "--help"}).value().command, Command::help);
    EXPECT_EQ(error({"--demo", "--conversations"}), "--demo and --conversations do not go together (give one of them)");
    EXPECT_EQ(error({"--version=2"}), "--version takes no value (leave out =2)");
}

TEST_F(InvocationTest, ResumeTakesItsIdAttachedOrNone)
{
    const auto last = parse({"--resume", "go", "on"}).value();
    EXPECT_EQ(last.command, Command::resume);
    EXPECT_EQ(last.resume_id, std::nullopt);
    EXPECT_EQ(last.message, "go on");
    EXPECT_EQ(parse({"--resume=1234"}).value().resume_id, "1234");
    EXPECT_EQ(error({"--resume="}), "--resume= needs a value (--resume[=ID])");
}

TEST_F(InvocationTest, ModelsTakesItsFilterAttachedOrNone)
{
    EXPECT_EQ(parse({"--models"}).value().command, Command::models);
    EXPECT_EQ(parse({"--models"}).value().models_filter, "");
    const auto some = parse({"--models=llama", "-m", "groq"}).value();
    EXPECT_EQ(some.models_filter, "llama");
    EXPECT_EQ(some.resume_id, std::nullopt);
    EXPECT_EQ(some.settings.model, "groq");
    EXPECT_EQ(parse({"--models", "-m", "groq", "llama"}).value().models_filter, "llama") << "words are no message here";
}

TEST_F(InvocationTest, UnknownFlagsNameTheNearest)
{
    EXPECT_EQ(error({"--modle", "x"}), "unknown flag --modle (did you mean --model?)");
    EXPECT_EQ(error({"--temprature=1"}), "unknown flag --temprature (did you mean --temperature?)");
    EXPECT_EQ(error({"-q"}), "unknown flag -q (interpreter --help lists all; words of the message that start with - go after --)");
    EXPECT_EQ(error({"--max", "1"}),
              "--max is ambiguous (--max_tokens, --max_budget, --max_output, --max_memory, --max_processes, --max_spool)");
    EXPECT_EQ(error({"-sp"}), "-sp is not in this version yet (leave it out)");
    EXPECT_EQ(error({"--server"}), "--server is not in this version yet (programs can talk to --frontend json)");
    EXPECT_EQ(error({"--debug_mode"}), "--debug_mode is gone (use --verbose)");
    EXPECT_EQ(parse({"--assistant"}).error().kind, ErrorKind::unsupported);
    EXPECT_EQ(parse({"--modle"}).error().kind, ErrorKind::invalid);
}

TEST_F(InvocationTest, ValuesAreChecked)
{
    EXPECT_EQ(error({"-t", "hot"}), "-t: \"hot\" is not a number");
    EXPECT_EQ(error({"--temperature=2.5"}), "--temperature: \"2.5\" is not in 0 to 2");
    EXPECT_EQ(error({"-t", "-1"}), "-t: \"-1\" is not in 0 to 2");
    EXPECT_EQ(error({"-t", "nan"}), "-t: \"nan\" is not in 0 to 2");
    EXPECT_EQ(error({"-b", "inf"}), "-b: \"inf\" is not 0 or more");
    EXPECT_EQ(error({"-x", "1.5"}), "-x: \"1.5\" is not a whole number");
    EXPECT_EQ(error({"-x", "-1"}), "-x: \"-1\" is not 0 or more");
    EXPECT_EQ(error({"-x", ""}), "-x: \"\" is not a whole number");
    EXPECT_EQ(error({"-x", "99999999999999999999"}), "-x: \"99999999999999999999\" is not a whole number");
    EXPECT_EQ(error({"--frontend", "gui"}), "--frontend: \"gui\" is not one of terminal, plain, json");
    EXPECT_EQ(error({"--auto_run=maybe"}), "--auto_run: \"maybe\" is neither true nor false");
}

TEST_F(InvocationTest, SafeModeIsOffAskOrAuto)
{
    for (const std::string mode : {"off", "ask", "auto"}) EXPECT_EQ(parse({"-safe", mode}).value().settings.safe_mode, mode);
    EXPECT_EQ(parse({"--safe_level", "danger"}).value().settings.safe_level, "danger");
    EXPECT_EQ(error({"--safe_level=info"}), "--safe_level: \"info\" is not one of warning, danger");
    EXPECT_EQ(error({"--safe_mode=strict"}), "--safe_mode: \"strict\" is not one of off, ask, auto");
}

TEST_F(InvocationTest, TheEnvironmentSetsWhatFlagsDo)
{
    environment = {{"INTERPRETER_MODEL", "m"},
                   {"INTERPRETER_AUTO_RUN", "1"},
                   {"INTERPRETER_LLM_SUPPORTS_VISION", "no"},
                   {"INTERPRETER_MAX_TOKENS", "7"},
                   {"INTERPRETER_API_BASE", ""}};
    const auto invocation = parse({}).value();
    EXPECT_EQ(invocation.settings.model, "m");
    EXPECT_TRUE(invocation.settings.auto_run);
    EXPECT_EQ(invocation.settings.llm_supports_vision, false);
    EXPECT_EQ(invocation.settings.max_tokens, 7);
    EXPECT_EQ(invocation.origin("model").source, Source::environment);
    EXPECT_EQ(invocation.origin("model").where, "INTERPRETER_MODEL");
    EXPECT_EQ(invocation.origin("api_base").source, Source::default_value);
    environment = {{"INTERPRETER_TEMPERATURE", "hot"}};
    EXPECT_EQ(error({}), "INTERPRETER_TEMPERATURE: \"hot\" is not a number");
    EXPECT_EQ(error({"--version"}), "(no error)");
}

TEST_F(InvocationTest, LaterSourcesWin)
{
    const auto path = add("mine.yaml", "llm:\n  model: from-profile\n  temperature: 0.1\nmax_output: 1\ncustom_instructions: p\n");
    environment = {{"INTERPRETER_TEMPERATURE", "0.2"}, {"INTERPRETER_MAX_OUTPUT", "2"}, {"INTERPRETER_PROFILE", "mine"}};
    const auto invocation = parse({"-xo", "3"}).value();
    EXPECT_EQ(invocation.settings.model, "from-profile");
    EXPECT_EQ(invocation.settings.temperature, 0.2);
    EXPECT_EQ(invocation.settings.max_output, 3);
    EXPECT_EQ(invocation.settings.offline, false);
    EXPECT_EQ(invocation.origin("model").source, Source::profile);
    EXPECT_EQ(invocation.origin("model").where, path + ":2:10: llm.model");
    EXPECT_EQ(invocation.origin("temperature").source, Source::environment);
    EXPECT_EQ(invocation.origin("max_output").source, Source::flag);
    EXPECT_EQ(invocation.profile_path, path);
}

TEST_F(InvocationTest, ProfilesAreFoundByNameByPathAndBuiltIn)
{
    add("mine.yaml", "max_output: 1");
    add("other.yml", "max_output: 2");
    add("third.json", "{\n\t\"max_output\": 3,\n\t\"llm\": {\"model\": \"j\"}\n}");
    add(folder.path() + "/here/local.yaml", "max_output: 4");
    add(folder.path() + "/elsewhere.conf", "max_output: 5");
    EXPECT_EQ(parse({"-p", "mine"}).value().settings.max_output, 1);
    EXPECT_EQ(parse({"-p", "mine.yaml"}).value().settings.max_output, 1);
    EXPECT_EQ(parse({"-p", "other"}).value().settings.max_output, 2);
    EXPECT_EQ(parse({"-p", "third"}).value().settings.model, "j");
    EXPECT_EQ(parse({"-p", "local.yaml"}).value().settings.max_output, 4);
    EXPECT_EQ(parse({"-p", "./local.yaml"}).value().settings.max_output, 4);
    EXPECT_EQ(parse({"-p", "../elsewhere.conf"}).value().settings.max_output, 5);
    EXPECT_EQ(parse({"-p", folder.path() + "/elsewhere.conf"}).value().settings.max_output, 5);
    EXPECT_EQ(parse({"-p", "fast"}).value().settings.temperature, 0.0);
    EXPECT_EQ(parse({"--fast"}).value().settings, parse({"-p", "fast"}).value().settings);
    EXPECT_EQ(parse({"-p", "default"}).value().settings.max_output, 2800);
}

TEST_F(InvocationTest, APersonsDefaultProfileIsReadUnlessAnotherIsNamed)
{
    add("default.yaml", "max_output: 7");
    add("mine.yaml", "auto_run: true");
    EXPECT_EQ(parse({}).value().settings.max_output, 7);
    EXPECT_EQ(parse({"-p", "mine"}).value().settings.max_output, 2800);
    add("default.yaml", "max_output: [");
    EXPECT_EQ(error({"--version"}), "(no error)");
    EXPECT_NE(error({}), "(no error)");
}

TEST_F(InvocationTest, AProfileThatIsNotThereIsNamedWithThoseThatAre)
{
    add("mine.yaml", "");
    EXPECT_EQ(error({"-p", "yours"}).find("there is no profile yours in " + profiles() + " (known: "), 0U);
    EXPECT_NE(error({"-p", "yours"}).find("llama3, local, mine, os, "), std::string::npos);
    EXPECT_EQ(error({"-p", "./no.yaml"}), folder.path() + "/here/no.yaml: No such file or directory");
    EXPECT_EQ(parse({"-p", "./no.yaml"}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(parse({"-p", "x.py"}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(parse({"-p", "https://example.com/p.yaml"}).error().kind, ErrorKind::unsupported);
    EXPECT_NE(error({"-p", folder.path()}), "(no error)");
}

TEST_F(InvocationTest, NestedAndDottedKeysAreTheSame)
{
    add("p.yaml", "llm.model: a\nllm:\n  api_base: b\n  supports_vision: no\nversion: 0.2.5\nauto_run: yes\nplain_text_display: true\n");
    const auto settings = parse({"-p", "p"}).value().settings;
    EXPECT_EQ(settings.model, "a");
    EXPECT_EQ(settings.api_base, "b");
    EXPECT_EQ(settings.llm_supports_vision, false);
    EXPECT_TRUE(settings.auto_run);
    EXPECT_TRUE(settings.plain);
}

TEST_F(InvocationTest, KeysWithoutAValueChangeNothing)
{
    for (const auto* text : {"", "# nothing\n", "---\n", "llm:\n  # model: x\n", "llm: {}\nmax_output:\n", "custom_instructions: &a\n"})
        EXPECT_EQ(profile_error(text), "(no error)") << text;
    EXPECT_EQ(profile_error("nonsense:\n"), "PATH:1:1: unknown key nonsense");
}

TEST_F(InvocationTest, TextStaysTextInAProfile)
{
    add("p.yaml", "llm:\n  model: yes\n  api_key: 0123\n  api_version: 2024-02-01\ncustom_instructions: |\n  line 1\n  line 2\n");
    const auto settings = parse({"-p", "p"}).value().settings;
    EXPECT_EQ(settings.model, "yes");
    EXPECT_EQ(settings.api_key, "0123");
    EXPECT_EQ(settings.api_version, "2024-02-01");
    EXPECT_EQ(settings.custom_instructions, "line 1\nline 2\n");
}

TEST_F(InvocationTest, WhatIsWrongInAProfileIsSaidWithLineAndColumn)
{
    EXPECT_EQ(profile_error("llm:\n  modle: x\n"), "PATH:2:3: unknown key llm.modle (did you mean llm.model?)");
    EXPECT_EQ(profile_error("llm.sandbox: none\n"), "PATH:1:1: unknown key llm.sandbox (did you mean sandbox?)");
    EXPECT_EQ(profile_error("a: 1\n"), "PATH:1:1: unknown key a");
    EXPECT_EQ(profile_error("llm:\n  temperature: hot\n"), "PATH:2:16: llm.temperature: \"hot\" is not a number");
    EXPECT_EQ(profile_error("llm:\n  temperature: \"0.5\"\n"), "PATH:2:16: llm.temperature is a number, not text in quotes");
    EXPECT_EQ(profile_error("auto_run: 'yes'\n"), "PATH:1:11: auto_run is true or false, not text in quotes");
    EXPECT_EQ(profile_error("auto_run: 1\n"), "PATH:1:11: auto_run is true or false, not a number");
    EXPECT_EQ(profile_error("auto_run: perhaps\n"), "PATH:1:11: auto_run: \"perhaps\" is neither true nor false");
    EXPECT_EQ(profile_error("llm:\n  model: [a, b]\n"), "PATH:2:10: llm.model is one value, not a list");
    EXPECT_EQ(profile_error("max_output: 1\nverbose: true\nmax_output: 2\n"), "PATH:3:1: max_output is here twice (first in line 1)");
    EXPECT_EQ(profile_error("llm:\n  model: a\nllm.model: b\n"), "PATH:3:1: llm.model is here twice (first in line 2)");
    EXPECT_EQ(profile_error("llm:\n  model: a\nllm:\n  api_key: b\n"), "PATH:3:1: llm is here twice (first in line 1)");
    EXPECT_EQ(profile_error("llm: x\n"),
              "PATH:1:6: llm holds a block of settings such as llm.model, and no value of its own "
              "(write llm.model: VALUE, or llm: with indented lines below)");
    EXPECT_EQ(profile_error("max_output:\n  - 1\n"), "PATH:2:3: max_output is one value, not a list");
    EXPECT_EQ(error({"-p", "/dev/zero"}), "/dev/zero: larger than 1024 KiB");
    EXPECT_EQ(profile_error("- a\n- b\n"), "PATH:1:1: a profile is made of lines like \"key: value\"");
    EXPECT_EQ(profile_error("just text\n"), "PATH:1:1: a profile is made of lines like \"key: value\"");
    EXPECT_EQ(profile_error("verbose: true\n---\nverbose: false\n"), "PATH:2:1: the profile has ended before this");
    EXPECT_EQ(profile_error("start_script: [1]\n"), "PATH:1:15: start_script is the text of a Python script");
    EXPECT_EQ(profile_error("computer:\n  languages: [python]\n"),
              "PATH:2:3: computer.languages is not in this version yet (remove it from the file)");
    EXPECT_EQ(profile_error("base: &b\n  x: 1\n<<: *b\n"), "PATH:3:1: merge keys (<<) are not supported");
    EXPECT_EQ(profile_error("safe_mode: sure\n").substr(0, 21), "PATH:1:12: safe_mode:");
    EXPECT_EQ(profile_error("profile: other\n"), "PATH:1:1: unknown key profile");
}

TEST_F(InvocationTest, MalformedYamlIsSaidWithLineAndColumn)
{
    EXPECT_EQ(profile_error("llm:\n  model: [a\n").substr(0, 6), "PATH:3");
    EXPECT_EQ(profile_error("verbose: true\n\tmax_output: 1\n").substr(0, 7), "PATH:2:");
    EXPECT_EQ(profile_error("verbose: \"open\n").substr(0, 5), "PATH:");
    EXPECT_EQ(profile_error("a: *nowhere\n").substr(0, 9), "PATH:1:4:");
    EXPECT_EQ(profile_error("a: b: c\n").substr(0, 7), "PATH:1:");
}

TEST_F(InvocationTest, HostileProfilesEndInAnError)
{
    for (const char c : {'[', '{', '-', '?', '*', '"'}) EXPECT_NE(profile_error(std::string(100'000, c)), "(no error)") << c;
    EXPECT_NE(profile_error("a: " + std::string(100'000, '[')), "(no error)");
    std::string nested;
    for (int i = 0; i < 2000; ++i) nested += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    EXPECT_NE(profile_error(nested.substr(0, 900'000)), "(no error)");
    EXPECT_EQ(profile_error(std::string(2 << 20, '#')), "PATH: larger than 1024 KiB");
    EXPECT_NE(profile_error("llm: &a\n  x: *a\n"), "(no error)");
    EXPECT_NE(profile_error("custom_instructions: \"abc\nauto_run: true\n").find(":1:22: a quote is opened here and never closed"),
              std::string::npos);
    EXPECT_NE(profile_error("custom_instructions: 'it''s\nauto_run: true\n").find("never closed"), std::string::npos);
    EXPECT_EQ(profile_error("custom_instructions: 'it''s \"fine\"'\n"), "(no error)");
    EXPECT_NE(profile_error(",llm: {}\n"), "(no error)");  // yaml-cpp reads documents from this for ever
    EXPECT_NE(profile_error(std::string{"a: \0b\n", 6}), "(no error)");
}

TEST_F(InvocationTest, NoMutationOfAProfileCrashesTheReader)
{
    const std::string good =
        "# c\nllm: {model: \"x\", temperature: 0.5}\nloop_breakers: [a, 'b', [c]]\nmodel: y\ncustom_instructions: |\n  a\n  b\nauto_run: "
        "&t true\nverbose: *t\n? k\n: - 1\n";
    std::uint32_t random = 12345;
    const auto next = [&] { return random = random * 1664525u + 1013904223u, random >> 8; };
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        for (std::uint32_t i = next() % 6 + 1; i > 0; --i) {
            const std::size_t at = next() % text.size();
            if (next() % 3 == 0) text.erase(at, next() % 5 + 1);
            else if (next() % 2) text[at] = static_cast<char>(next());
            else text.insert(at, 1, ":-[]{}&*!|>'\"%@`#?,\n\t "[next() % 23]);
            if (text.empty()) text = "x";
        }
        ignore(read_file_values("PATH", text), "it must only come back");
    }
}

TEST_F(InvocationTest, HelpFitsAScreenAndHelpAllShowsEverySetting)
{
    const std::string everyday = help_text(Help::everyday), all = help_text(Help::all);
    EXPECT_LE(std::count(everyday.begin(), everyday.end(), '\n'), 60);
    EXPECT_NE(everyday.find("--help=all"), std::string::npos);
    for (const auto line : split(everyday, '\n')) EXPECT_LE(line.size(), 110U) << line;
    for (const auto line : split(all, '\n')) EXPECT_LE(line.size(), 110U) << line;
    for (const auto& row : setting_rows()) {
        const std::string option = cat(row.name, row.value_name.empty() ? "" : " ", row.value_name, "  ");
        EXPECT_NE(all.find(option), std::string::npos) << row.name;
        EXPECT_EQ(everyday.find(option) == std::string::npos, row.is_seldom) << row.name;
    }
    for (const auto& row : command_rows()) {
        EXPECT_NE(all.find(cat("--", row.name)), std::string::npos) << row.name;
        EXPECT_EQ(everyday.find(cat("--", row.name)) == std::string::npos, row.is_seldom) << row.name;
    }
    EXPECT_NE(everyday.find("(default 2800)"), std::string::npos);
    EXPECT_NE(all.find("--[no-]llm_supports_vision"), std::string::npos);
}

TEST_F(InvocationTest, HelpKnowsOneWord)
{
    EXPECT_EQ(parse({"--help"}).value().wanted, "");
    EXPECT_EQ(parse({"-h=all"}).value().wanted, "all");
    EXPECT_EQ(error({"--help=most"}), "--help=most: there is only --help=all (interpreter --help)");
    EXPECT_EQ(parse({"--languages=r"}).value().wanted, "r");
}

TEST_F(InvocationTest, HelpIsFoldedForANarrowTerminal)
{
    const auto words = [](const std::string& text) {
        std::vector<std::string> all;
        const std::string line = replace_all(text, "\n", " ");
        for (const auto word : split(line, ' '))
            if (!word.empty()) all.emplace_back(word);
        return all;
    };
    for (const Help help : {Help::everyday, Help::all}) {
        for (const std::size_t columns : {60U, 80U, 200U}) {
            const std::string text = help_text(help, columns);
            for (const auto line : split(text, '\n')) EXPECT_LE(line.size(), columns) << line;
            EXPECT_EQ(words(text), words(help_text(help)));
        }
        EXPECT_EQ(help_text(help, 200), help_text(help));
    }
}

TEST(Tables, NoTwoFlagsAreSpelledAlike)
{
    std::map<std::string_view, int> seen;
    const auto add = [&](std::string_view spelling) {
        if (spelling.empty()) return;
        EXPECT_EQ(++seen[spelling], 1) << spelling;
    };
    for (const auto& row : setting_rows()) add(row.name), add(row.short_flag);
    for (const auto& row : command_rows()) add(row.name), add(row.short_flag);
    for (const auto& row : shortcut_rows()) add(row.name), add(row.short_flag);
    for (const auto& row : renamed_rows()) add(row.name), add(row.short_flag);
    for (const auto& row : accepted_rows()) add(row.name), add(row.short_flag);
    for (const auto& row : later_rows()) add(row.name), add(row.short_flag);
}

}  // namespace oi::config
