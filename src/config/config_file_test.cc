// config.yaml: where it is found, what it counts against the other sources, what a new one says, what --explain tells.
#include "config/config_file.h"
#include "base/embedded.h"
#include "config/explain.h"
#include "config/file_values.h"
#include "config/invocation_fixture.h"

#include <algorithm>

namespace oi::config {

class ConfigFileTest : public InvocationTest {
protected:
    std::string explained(const std::vector<std::string_view>& args)
    {
        const auto invocation = parse(args);
        if (!invocation) return to_line(invocation.error());
        const auto text = explain(*invocation, invocation->wanted);
        return replace_all(text ? *text : to_line(text.error()), config(), "CONFIG");
    }
};

TEST_F(ConfigFileTest, LaterSourcesWin)
{
    const auto path = add(config() + "/config.yaml", "max_output: 1\ntemperature: 0.1\nllm.max_tokens: 1\nmax_spool: 1\n");
    EXPECT_EQ(parse({}).value().settings.max_output, 1);
    EXPECT_EQ(parse({}).value().config_path, path);
    EXPECT_EQ(parse({}).value().origin("max_output").source, Source::config_file);
    EXPECT_EQ(parse({}).value().origin("max_output").where, path + ":1:13: max_output");
    add("default.yaml", "llm:\n  temperature: 0.2\n  max_tokens: 2\nmax_spool: 2\n");
    environment = {{"INTERPRETER_MAX_TOKENS", "3"}, {"INTERPRETER_MAX_SPOOL", "3"}};
    const auto settings = parse({"--max_spool", "4"}).value().settings;
    EXPECT_EQ(settings.max_output, 1);
    EXPECT_EQ(settings.temperature, 0.2);
    EXPECT_EQ(settings.max_tokens, 3);
    EXPECT_EQ(settings.max_spool, 4);
}

TEST_F(ConfigFileTest, AnotherFileIsANameInTheConfigFolderOrAPath)
{
    add(config() + "/config.yaml", "max_output: 1\n");
    add(config() + "/work.yaml", "max_output: 2\n");
    add(folder.path() + "/here/work.yaml", "max_output: 3\n");
    EXPECT_EQ(parse({"--config_file", "work"}).value().settings.max_output, 2);
    EXPECT_EQ(parse({"-cf", "work.yaml"}).value().settings.max_output, 2);
    EXPECT_EQ(parse({"-cf", "./work.yaml"}).value().settings.max_output, 3);
    EXPECT_EQ(parse({"-cf", folder.path() + "/here/work.yaml"}).value().settings.max_output, 3);
    environment = {{"INTERPRETER_CONFIG_FILE", "work"}};
    EXPECT_EQ(parse({}).value().settings.max_output, 2);
    EXPECT_EQ(error({"-cf", "play"}), config() +
                                          "/play.yaml: there is no such config file (interpreter --config --config_file play makes it; "
                                          "the path of a file has a slash)");
}

TEST_F(ConfigFileTest, WhatIsWrongInItIsSaidUnlessItIsToBeMended)
{
    add(config() + "/config.yaml", "llm:\n  modle: x\n");
    EXPECT_EQ(error({}), config() + "/config.yaml:2:3: unknown key llm.modle (did you mean llm.model?)");
    for (const char* command : {"--config", "--reset_config", "--profiles", "--reset_profile", "--local_models", "--version"})
        EXPECT_EQ(error({command}), "(no error)") << command;
    EXPECT_EQ(parse({"--doctor"}).value().problems.size(), 1U);
}

TEST_F(ConfigFileTest, ANewOneHoldsEverySettingOfFilesWithItsDefault)
{
    const std::string text = commented_defaults();
    EXPECT_TRUE(read_file_values("PATH", text).value().values.empty());
    std::string uncommented;
    for (const auto line : split(text, '\n'))
        if (line.starts_with('#') && !line.starts_with("# ")) uncommented += cat(line.substr(1), "\n");
    add(config() + "/config.yaml", uncommented);
    EXPECT_EQ(parse({}).value().settings, Settings{});
    for (const auto& row : setting_rows())
        EXPECT_TRUE(row.yaml_key.empty() || text.find(cat("\n#", row.yaml_key, ":")) != std::string::npos) << row.name;
}

TEST_F(ConfigFileTest, ItIsCheckedAsAWhole)
{
    const auto path = add(config() + "/config.yaml", "model: x\nmax_output: 5\n");
    const auto check = check_config(path).value();
    EXPECT_EQ(check.keys, (std::vector<std::string>{"llm.model", "max_output"}));
    EXPECT_EQ(check.translated, (std::vector<std::string>{"model as llm.model"}));
    add(path, "max_output: -5\n");
    EXPECT_EQ(to_line(check_config(path).error()), path + ":1:13: max_output: \"-5\" is not 0 or more");
}

TEST_F(ConfigFileTest, TheFolderOfAnOlderVersionIsReadWhileThereIsNothingNewer)
{
    const std::string older = folder.path() + "/config/Open Interpreter";
    std::filesystem::create_directories(older + "/profiles");
    add(older + "/config.yaml", "llm.model: old\n");
    add(older + "/profiles/past.yaml", "max_output: 9\n");
    EXPECT_EQ(parse({}).value().settings.model, "old");
    EXPECT_EQ(notes({}),
              older + "/config.yaml: settings of an older version; interpreter --config copies them to " + config() + "/config.yaml");
    EXPECT_EQ(parse({"-p", "past"}).value().settings.max_output, 9);
    add("default.yaml", "max_output: 1\n");
    EXPECT_EQ(parse({}).value().settings.model, "");
    EXPECT_EQ(notes({}), "");
}

TEST_F(ConfigFileTest, ExplainShowsAllThatWasSaidTheLatestFirst)
{
    add(config() + "/config.yaml", "max_output: 1\n");
    add("p.yaml", "max_output: 2\n");
    environment = {{"INTERPRETER_MAX_OUTPUT", "3"}};
    EXPECT_EQ(explained({"-p", "p", "-xo", "4", "--explain", "max_output"}),
              "max_output = 4\n"
              "  flag         -xo = 4\n"
              "  environment  INTERPRETER_MAX_OUTPUT = 3\n"
              "  profile      CONFIG/profiles/p.yaml:1:13 = 2\n"
              "  config file  CONFIG/config.yaml:1:13 = 1\n"
              "  default      2800\n");
    EXPECT_EQ(explained({"--explain=model"}), "model = not set\n  default      not set\n");
}

TEST_F(ConfigFileTest, ExplainTakesEverySpellingOfASetting)
{
    for (const char* key : {"model", "llm.model", "--model", "-m", "INTERPRETER_MODEL"})
        EXPECT_EQ(explained({"-m", "x", "--explain", key}), "model = x\n  flag         -m = x\n  default      not set\n") << key;
    EXPECT_EQ(explained({"--explain", "debug_mode"}).substr(0, 15), "verbose = false");
    EXPECT_EQ(explained({"--explain", "--max-output"}).substr(0, 17), "max_output = 2800");
    EXPECT_EQ(explained({"--explain", "modle"}), "--explain: there is no setting modle (did you mean model?)");
}

TEST_F(ConfigFileTest, ExplainWithoutAKeyShowsAllThatIsSetAndNoSecret)
{
    EXPECT_EQ(explained({"--explain"}), "Everything is as it is by default.\n\nFiles read: none\n");
    const auto path = add(config() + "/config.yaml", "llm.api_key: sk-secret-thing\n");
    environment = {{"INTERPRETER_FOO_BAR_BAZ", "1"}};
    EXPECT_EQ(explained({"-y", "--explain"}),
              "api_key = a secret of 15 characters\n  config file  CONFIG/config.yaml:1:14\nauto_run = true\n  flag         -y\n\n"
              "Files read: CONFIG/config.yaml\nVariables that mean nothing here: INTERPRETER_FOO_BAR_BAZ\n");
}

TEST_F(ConfigFileTest, AVariableThatIsNearlyASettingsIsASlip)
{
    environment = {{"INTERPRETER_MODLE", "x"}};
    EXPECT_EQ(error({}), "unknown variable INTERPRETER_MODLE (did you mean INTERPRETER_MODEL?)");
    EXPECT_EQ(error({"--version"}), "(no error)");
    environment = {{"INTERPRETER_Model", "x"}};
    EXPECT_EQ(error({}), "unknown variable INTERPRETER_Model (did you mean INTERPRETER_MODEL?)");
    environment = {{"INTERPRETER_API_TOKEN", "x"}, {"INTERPRETER_LOG", "x"}};
    EXPECT_EQ(parse({}).value().ignored, (std::vector<std::string>{"INTERPRETER_API_TOKEN", "INTERPRETER_LOG"}));
    environment.clear();
    for (const auto name : other_variables()) environment[std::string{name}] = "1";
    environment["INTERPRETER_API_KEY"] = "k";
    EXPECT_EQ(error({}), "(no error)");
    EXPECT_TRUE(parse({}).value().ignored.empty());
}

TEST_F(ConfigFileTest, EveryProfileOfTheProgramIsRightAndSaysWhatItIs)
{
    for (const auto path : embedded_paths("profiles/")) {
        const std::string name{path.substr(9, path.size() - 14)};
        const auto invocation = parse({"-p", name});
        ASSERT_TRUE(invocation) << to_line(invocation.error());
        EXPECT_TRUE(embedded(path).starts_with("# ")) << path;
        EXPECT_EQ(invocation->notes.empty(), name != "os") << name;
    }
    EXPECT_EQ(parse({"--os"}).value().settings, parse({"-p", "os"}).value().settings);
    EXPECT_EQ(parse({"-vi"}).value().settings, parse({"-p", "vision"}).value().settings);
    EXPECT_EQ(parse({"--groq"}).value().settings.model, "groq/llama-3.3-70b-versatile");
    EXPECT_TRUE(parse({"-fc"}).value().settings.loop);
    EXPECT_TRUE(parse({"-debug"}).value().settings.verbose);
    EXPECT_EQ(notes({"-ml"}), "-ml changes nothing: several lines can always be typed: Alt-Enter begins a new one");
}

TEST_F(ConfigFileTest, SeveralProfilesAreReadInTheirOrder)
{
    add("a.yaml", "max_output: 1\nmax_spool: 1\n");
    add("b.yaml", "max_output: 2\n");
    const auto invocation = parse({"-p", "a", "-p", "b"}).value();
    EXPECT_EQ(invocation.settings.max_output, 2);
    EXPECT_EQ(invocation.settings.max_spool, 1);
    EXPECT_EQ(invocation.profile_path, cat(profiles(), "/a.yaml, ", profiles(), "/b.yaml"));
    EXPECT_EQ(parse({"--os", "--groq"}).value().settings.model, "groq/llama-3.3-70b-versatile");
    EXPECT_TRUE(parse({"--os", "--groq"}).value().settings.loop);
}

TEST_F(ConfigFileTest, ProfilesAreListedWithWhatTheySayOfThemselves)
{
    add("mine.yaml", "#   For work \nmax_output: 1\n");
    add("fast.yaml", "max_output: 2\n");
    add("script.py", "# In Python\n");
    add("notes.txt", "");
    const auto known = known_profiles();
    EXPECT_EQ(known.at(0).name, "fast");
    EXPECT_EQ(known.at(0).about, "");
    EXPECT_EQ(known.at(1).name, "mine");
    EXPECT_EQ(known.at(1).about, "For work");
    EXPECT_EQ(known.at(1).path, profiles() + "/mine.yaml");
    EXPECT_EQ(known.at(2).name, "script");
    EXPECT_TRUE(known.at(3).path.empty());
    EXPECT_EQ(std::count_if(known.begin(), known.end(), [](const auto& profile) { return profile.name == "fast"; }), 1);
    EXPECT_EQ(parse({"-p", "fast"}).value().settings.max_output, 2);
}

}  // namespace oi::config
