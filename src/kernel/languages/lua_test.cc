// What a person expects of a Lua session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& lua_samples()
{
    static const Samples samples{
        .set_state = "local answer = 42",
        .get_state = "print(answer)",
        .ordered = "print(1); io.stderr:write('2\\n')\nprint(3)",
        .fails = "function inner() local x = nil; return x.field .. '' end\n\ninner()",
        .failure =
            "cell-1:1: attempt to index a nil value (local 'x')\nstack traceback:\n\tcell-1:1: in function 'inner'\n"
            "\tcell-1:3: in main chunk\n",
        .endless = "print('go')\nwhile true do end",
        .waits = "print('go')\nos.execute('sleep 1000')",
        .stubborn_child = "print('go')\nos.execute([[bash -c 'trap \"\" INT; sleep 100; sleep 100']])",
        .flood = "local line = ('x'):rep(9999)\nfor i = 1, 20000 do print(line) end",
        .no_newline = "io.write('abc')",
        .dies = "print('before'); io.popen('kill -9 $PPID'):read()\nwhile true do end",
        .exits = "os.exit(3, true)",
        .reads_input = "print('[' .. io.read('a') .. ']')",
        .holder = "os.execute('sleep 1000 &'); print('started')",
        .bytes = "for c in ('@'):gmatch('.') do io.write(c); io.flush() end",
        .huge_line = "print(('x'):rep(5000000))",
        .malformed = "x = (1 +",
        .folder = "print(io.popen('pwd'):read())",
        .variable = "print(os.getenv('KERNEL_TEST'))",
        .third_line = "\n\nlocal x = 1",
        .spawn_jobs =
            "os.execute('setsid sleep 1000 &'); os.execute('nohup sleep 1001 >/dev/null 2>&1 &')\n"
            "os.execute('(setsid sleep 1002 &)'); print('started')",
        .reads_line =
            "io.write('name? '); io.flush()\n"
            "print('[' .. (io.read('l') or '') .. ']')",
    };
    return samples;
}

namespace {

class Lua : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"lua"};
};

TEST_F(Lua, KeepsLocalsOfTheTopLevelGlobalsAndModules)
{
    output(
        "local x, y = 1, 2\nlocal late\nlocal json = require('string')\nlocal function add(a) return a + x end\n"
        "for i = 1, 2 do local inner = i end\nshared = {1}");
    EXPECT_EQ(output("x = 10; late = 3; print(x, y, late, json.rep('a', 2), add(1), inner, #shared)"), "10\t2\t3\taa\t11\tnil\t1\n");
    EXPECT_EQ(output("local text = [[ local a\nlocal b]] -- local c\nlocal c = 'local \"d\"'\nprint(text, c, a, b)"),
              " local a\nlocal b\tlocal \"d\"\tnil\tnil\n");
    EXPECT_EQ(output("local fixed <const> = 5\nlocal e,\n  f\nlocal g\nprint(fixed, e, f, g)"), "5\tnil\tnil\tnil\n");
    EXPECT_EQ(output("local print = print\nlocal t = {local_ = 1}\nif t then local q = 1 end\nprint(t.local_, q)"), "1\tnil\n");
}

TEST_F(Lua, ShowsTheValueOfAnExpression)
{
    EXPECT_EQ(output("1 + 1, 'two', nil"), "2\ttwo\tnil\n");
    EXPECT_EQ(output("local x = 5\nx * 2"), "10\n");
    EXPECT_EQ(output("io.write('a')"), "a");
    EXPECT_EQ(output("x = 6"), "");
}

TEST_F(Lua, StopsLoopsThatCatchErrorsAndLoopsOfCommands)
{
    output("kept = 42");
    for (const char* code :
         {"print('go'); while true do pcall(function() while true do end end) end",
          "print('go'); while true do os.execute('sleep 100') end", "print('go'); io.popen('sleep 100'):read('a'); while true do end"}) {
        const auto outcome = session_.run_and_stop(code);
        ASSERT_TRUE(outcome.error) << code;
        EXPECT_LT(outcome.took, 200ms) << code;
        EXPECT_EQ(outcome.output.find("driver"), std::string::npos) << outcome.output;
        EXPECT_EQ(output("print(kept)"), "42\n") << code;
    }
}

TEST_F(Lua, AnExitEndsTheCellOnly)
{
    output("local x = 5");
    EXPECT_EQ(output("print('before'); pcall(os.exit, 3); print('no')"), "before\nexit status 3\n");
    EXPECT_EQ(output("os.exit()"), "");
    EXPECT_EQ(output("os.exit(false)"), "exit status 1\n");
    EXPECT_EQ(output("print(x)"), "5\n");
}

TEST_F(Lua, ReportsLinesAndFastLoopsStayFast)
{
    EXPECT_EQ(session_.run("-- first\nlocal a = 1\nif a then\n  a = 2\nend\nprint(a)").lines, (std::vector{2, 3, 4, 6}));
    const auto outcome = session_.run("local n = 0\nfor i = 1, 3000000 do\n  n = n + i\nend\nprint(n)");
    EXPECT_EQ(outcome.output, "4500001500000\n");
    EXPECT_LT(outcome.lines.size(), 100U);
}

TEST_F(Lua, ShowsErrorsOfEveryKind)
{
    EXPECT_EQ(output("x = 1\ny = )"), "cell-1:2: unexpected symbol near ')'\n");
    EXPECT_TRUE(output("error({code = 5})").starts_with("(error object is a table value)\n"));
    EXPECT_TRUE(output("error('plain', 0)").starts_with("plain\nstack traceback:\n"));
    EXPECT_EQ(output("error(setmetatable({}, {__tostring = function() return 'mine' end}))"), "mine\n");
}

TEST_F(Lua, SurvivesAbuse)
{
    for (const char* code :
         {"io.stdout:close()", "io.output('/dev/null')", "debug.sethook(function() end, 'l')", "string.format = nil; table.concat = nil",
          "setmetatable(_G, {__index = function(_, name) error('no ' .. name) end})", "coroutine.wrap(function() error('x') end)()",
          "local function f() return 1 + f() end f()", "print = nil", "coroutine.yield(1)", "debug.traceback = nil; error('y')"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        EXPECT_EQ(output("io.stdout:write('alive\\n')"), "alive\n") << code;
    }
}

TEST_F(Lua, NothingACellStartsHoldsTheFrames)
{
    const auto open = output("os.execute([[ls -l /proc/self/fd | grep -cE ' 1[345] ->']]); print(io.popen('ls /proc/self/fd'):read('a'))");
    EXPECT_TRUE(open.starts_with("0\n")) << open;
    EXPECT_EQ(open.find("13"), std::string::npos) << open;
}

}  // namespace
}  // namespace oi::kernel_tests
