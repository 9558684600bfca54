// What a person expects of C++ cells beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& cpp_samples()
{
    static const Samples samples{
        .set_state = "",
        .get_state = "#include <iostream>\nint main() { std::cout << 42 << std::endl; }",
        .ordered = "std::cout << \"1\\n\"; std::cerr << \"2\\n\"; std::cout << \"3\\n\";",
        .fails =
            "#include <stdexcept>\nvoid inner() {\n    throw std::out_of_range(\"no such row\");\n}\nvoid outer() { inner(); }\nint main() "
            "{ outer(); }",
        .failure =
            "terminate called after throwing an instance of 'std::out_of_range'\n  what():  no such row\n"
            "ended by signal SIGABRT (Aborted)\n",
        .endless = "std::cout << \"go\" << std::endl;\nfor (;;) {}",
        .waits =
            "#include <chrono>\n#include <iostream>\n#include <thread>\nstd::cout << \"go\" << std::endl;\n"
            "std::this_thread::sleep_for(std::chrono::hours{1});",
        .stubborn_child = "std::cout << \"go\" << std::endl;\nsystem(\"bash -c 'trap \\\"\\\" INT; sleep 100; sleep 100'\");",
        .flood = "const std::string line(9999, 'x');\nfor (int i = 0; i < 20000; ++i) std::cout << line << '\\n';",
        .no_newline = "std::cout << \"abc\";",
        .dies = "#include <csignal>\n#include <iostream>\nstd::cout << \"before\\n\"; std::raise(SIGKILL);",
        .exits = "exit(3);",
        .reads_input =
            "#include <iostream>\n#include <iterator>\nstd::string text(std::istreambuf_iterator<char>{std::cin}, {});\n"
            "std::cout << '[' << text << \"]\\n\";",
        .holder =
            "#include <cstdio>\n#include <unistd.h>\nif (fork() == 0) execlp(\"sleep\", \"sleep\", \"1000\", nullptr);\nputs(\"started\");",
        .bytes = "static const char bytes[] = \"@\";\nfor (unsigned i = 0; i < sizeof bytes - 1; i++) std::cout << bytes[i] << std::flush;",
        .huge_line = "std::cout << std::string(5000000, 'x') << std::endl;",
        .malformed = "int x = = 1;",
        .folder = "#include <filesystem>\n#include <iostream>\nstd::cout << std::filesystem::current_path().string() << '\\n';",
        .variable = "std::cout << getenv(\"KERNEL_TEST\") << '\\n';",
        .third_line = "\n/* nothing */\nint x = 1;",
        .spawn_jobs = "system(\"setsid sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 & (setsid sleep 1002 &)\");\nputs(\"started\");",
        .reads_line = "std::string line; std::cout << \"name? \"; std::getline(std::cin, line); std::cout << '[' << line << \"]\\n\";",
    };
    return samples;
}

namespace {

class Cpp : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"c++"};
};

TEST_F(Cpp, RunsWholeProgramsAndLooseStatements)
{
    EXPECT_EQ(output("#include <iostream>\nusing namespace std;\nint main()\n{\n    cout << __cplusplus << endl;\n}\n"), "202002\n");
    EXPECT_EQ(output("#include <iostream>\n#include <vector>\nusing namespace std;\n"
                     "template <class T>\nT twice(T x) { return x + x; }\n"
                     "struct Point {\n    int x;\n    int sum() const { return x + 1; }\n};\n"
                     "int offset = 1;\nauto shift(int x) -> int { return x + offset; }\n"
                     "vector<int> v{1, 2};\nauto f = [](int x) { return x * 10; };\n"
                     "if (v.size() == 2) {\n    cout << twice(4);\n} else {\n    cout << 0;\n}\n"
                     "for (int i : v) cout << ' ' << f(i);\ncout << ' ' << Point{2}.sum() << ' ' << shift(1) << endl;"),
              "8 10 20 3 2\n");
}

TEST_F(Cpp, TellsErrorsWithTheLinesOfTheCell)
{
    const auto told = output("int one() { return 1; }\n\nstd::string s = one() + two();");
    EXPECT_NE(told.find("cell.cc:3:25: error: ‘two’ was not declared"), std::string::npos) << told;
}

}  // namespace
}  // namespace oi::kernel_tests
