// Profiles in Python: what they set arrives, and what goes wrong in them is said with its line.
#include "config/python_profile.h"
#include "config/file_values.h"
#include "config/invocation_fixture.h"
#include "testing/places.h"

namespace oi::config {

class PythonProfileTest : public InvocationTest {
protected:
    void SetUp() override { sys::set_self_executable(oi::testing::program()); }

    Settings settings(std::string_view script)
    {
        add("p.py", script);
        const auto invocation = parse({"-p", "p"});
        EXPECT_TRUE(invocation) << to_line(invocation.error());
        return invocation ? invocation->settings : Settings{};
    }
    std::string script_error(std::string_view script)
    {
        const std::string path = add("p.py", script);
        return replace_all(error({"-p", "p"}), path, "PATH");
    }
};

TEST_F(PythonProfileTest, WhatItSetsCounts)
{
    ::setenv("OI_TEST_KEY", "from-the-environment", 1);
    const auto path =
        add("p.py",
            "from interpreter import interpreter\nimport os\n\n\ndef key():\n    return os.environ['OI_TEST_KEY']\n\n\n"
            "interpreter.llm.model = 'ollama/' + 'x'\ninterpreter.llm.api_key = key()\ninterpreter.llm.context_window = 2 * 4000\n"
            "interpreter.llm.supports_vision = False\ninterpreter.auto_run = True\ninterpreter.llm.temperature = 0\n"
            "interpreter.loop_breakers = ['Done.', 'Over.']\ninterpreter.force_task_completion = True\ninterpreter.llm.load()\n");
    const auto invocation = parse({"-p", "p"}).value();
    Settings expected;
    expected.model = "ollama/x";
    expected.api_key = "from-the-environment";
    expected.context_window = 8000;
    expected.llm_supports_vision = false;
    expected.auto_run = true;
    expected.temperature = 0;
    expected.loop_breakers = "Done.|Over.";
    expected.loop = true;
    Settings found = invocation.settings;
    found.profile.clear();
    EXPECT_EQ(found, expected);
    EXPECT_EQ(invocation.origin("model").where, path + ":9: llm.model");
    EXPECT_EQ(invocation.notes, (std::vector<std::string>{path + ": read in the words of this version: force_task_completion as loop"}));
    ::unsetenv("OI_TEST_KEY");
}

TEST_F(PythonProfileTest, WhatIsAddedToTheSystemMessageIsAnInstruction)
{
    EXPECT_EQ(settings("interpreter.system_message += '\\nBe kind.'\n").custom_instructions, "Be kind.");
    EXPECT_EQ(settings("interpreter.system_message += 'Be kind.'\n").system_message, "");
    EXPECT_EQ(settings("interpreter.custom_instructions = 'A'\ninterpreter.system_message += 'B'\n").custom_instructions, "A\n\nB");
    EXPECT_EQ(settings("interpreter.system_message = 'All.'\ninterpreter.system_message += ' More.'\n").system_message, "All. More.");
}

TEST_F(PythonProfileTest, ItSeesWhatCountsSoFar)
{
    add(config() + "/config.yaml", "max_output: 100\nllm.model: m\n");
    const auto found = settings(
        "from interpreter import OpenInterpreter\ninterpreter = OpenInterpreter(offline=True)\n"
        "interpreter.max_output *= 2\nassert interpreter.llm.model == 'm'\nassert interpreter.llm.supports_vision is None\n");
    EXPECT_EQ(settings("if not interpreter.force_task_completion:\n    interpreter.loop = True\n").loop, true);
    EXPECT_EQ(found.max_output, 200);
    EXPECT_TRUE(found.offline);
    EXPECT_EQ(found.model, "m");
}

TEST_F(PythonProfileTest, WhatItCannotSetIsSaidWithItsLine)
{
    EXPECT_EQ(script_error("\ninterpreter.llm.modle = 'x'\n"), "PATH:2: unknown key llm.modle (did you mean llm.model?)");
    EXPECT_EQ(script_error("print(interpreter.auto_rum)\n"),
              "PATH:1: interpreter.auto_rum is not known (did you mean interpreter.auto_run?)");
    EXPECT_EQ(script_error("interpreter.computer.mouse.click()\n"),
              "PATH:1: interpreter.computer.mouse needs the Python package: a profile can only set values");
    EXPECT_EQ(script_error("interpreter.llm.completions = lambda **k: 1\n").substr(0, 67),
              "PATH:1: interpreter.llm.completions: a value of type function needs");
    EXPECT_EQ(script_error("interpreter.computer.languages = []\n"),
              "PATH:1: computer.languages is not in this version yet (remove it from the file)");
    EXPECT_EQ(script_error("interpreter.computer.languages.append(1)\n").substr(0, 59),
              "PATH:1: interpreter.computer.languages needs the Python pac");
    EXPECT_EQ(script_error("interpreter.llm = 1\n"),
              "PATH:1: interpreter.llm holds settings and cannot be replaced: that needs the Python package");
    EXPECT_EQ(script_error("interpreter.max_output = 'many'\n"), "PATH:1: max_output is a number, not text in quotes");
    EXPECT_EQ(script_error("interpreter.max_output = -1\n"), "PATH:1: max_output: \"-1\" is not 0 or more");
    EXPECT_EQ(script_error("from interpreter.core import core\n").substr(0, 46), "PATH:1: interpreter.core needs the Python pack");
}

TEST_F(PythonProfileTest, WhatGoesWrongInItIsSaidWithItsLine)
{
    EXPECT_EQ(script_error("x = 1\nx = = 2\n"), "PATH:2: SyntaxError: invalid syntax");
    EXPECT_EQ(script_error("def f():\n    return 1 / 0\n\nf()\n"), "PATH:2: ZeroDivisionError: division by zero");
    EXPECT_EQ(script_error("import sys\nsys.exit('no key')\n"), "PATH:2: SystemExit: no key");
    EXPECT_EQ(script_error("import sys\nsys.exit()\n"), "(no error)");
    EXPECT_EQ(script_error("input()\n"), "PATH:1: EOFError: EOF when reading a line");
    EXPECT_EQ(script_error("import os\nos._exit(7)\n").substr(0, 56), "PATH: the profile ended without a word: exit code 7 (it ");
}

TEST_F(PythonProfileTest, ItsPythonIsTheOneOfThePersonsCode)
{
    EXPECT_EQ(python_for_profiles("/nowhere/python").error().what, "python: there is no program /nowhere/python");
    EXPECT_EQ(python_for_profiles("/bin/sh").value(), "/bin/sh");
    add("p.py", "interpreter.max_output = 5\n");
    environment = {{"INTERPRETER_PYTHON", "/nowhere/python"}};
    EXPECT_EQ(error({"-p", "p"}), "python: there is no program /nowhere/python (give the path of a Python)");
}

TEST(PythonReport, NoReportCrashesTheReader)
{
    const std::string good =
        R"({"entries":[{"key":"llm.model","line":2,"text":"x"},{"key":"loop_breakers","line":3,"items":["a","b"]},{"key":"loop","plain":"true"}]})";
    EXPECT_EQ(read_python_report("P", good).value().size(), 3U);
    std::uint32_t random = 77;
    const auto next = [&] { return random = random * 1664525u + 1013904223u, random >> 8; };
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        for (std::uint32_t i = next() % 4 + 1; i > 0; --i) {
            const std::size_t at = next() % text.size();
            if (next() % 2) text[at] = static_cast<char>(next());
            else text.erase(at, next() % 9 + 1);
            if (text.empty()) text = "x";
        }
        if (const auto entries = read_python_report("P", text)) ignore(check_entries("P", *entries), "it must only come back");
    }
}

}  // namespace oi::config
