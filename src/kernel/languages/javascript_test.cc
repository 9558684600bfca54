// What a person expects of a JavaScript session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <fstream>

namespace oi::kernel_tests {
const Samples& javascript_samples()
{
    static const Samples samples{
        .set_state = "const answer = 42;",
        .get_state = "console.log(answer)",
        .ordered = "console.log(1); console.error(2); console.log(3)",
        .fails = "function inner() { return null.x }\n\ninner()",
        .failure = "TypeError: Cannot read properties of null (reading 'x')\n    at inner (cell-1:1)\n    at cell-1:3\n",
        .endless = "console.log('go')\nwhile (true) {}",
        .waits = "console.log('go')\nawait new Promise(done => setTimeout(done, 1e6))",
        .stubborn_child =
            "console.log('go')\n"
            "require('child_process').spawnSync('bash', ['-c', 'trap \"\" INT; sleep 100; sleep 100'])",
        .flood = "const line = 'x'.repeat(9999); for (let i = 0; i < 20000; i++) console.log(line)",
        .no_newline = "process.stdout.write('abc'); undefined",
        .dies = "console.log('before'); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})",
        .exits = "process.exit(3)",
        .reads_input = "console.log('[' + require('fs').readFileSync(0, 'utf8') + ']')",
        .holder = "require('child_process').spawn('sleep', ['1000'], {stdio: 'inherit', detached: true}); console.log('started')",
        .bytes = "for (const c of '@') process.stdout.write(Buffer.from([c.charCodeAt(0)])); undefined",
        .huge_line = "console.log('x'.repeat(5000000))",
        .malformed = "let x = (;",
        .folder = "console.log(process.cwd())",
        .variable = "console.log(process.env.KERNEL_TEST)",
        .third_line = "\n\nvar x = 1;",
        .spawn_jobs =
            "const {spawn} = require('child_process');\n"
            "for (const [program, ...rest] of [['setsid', 'sleep', '1000'], ['nohup', 'sleep', '1001'], "
            "['bash', '-c', '(setsid sleep 1002 &) & wait']])\n"
            "  spawn(program, rest, {detached: true, stdio: 'ignore'});\n"
            "console.log('started')",
        .reads_line =
            "process.stdout.write('name? ')\nconst byte = Buffer.alloc(1); let line = ''\n"
            "while (require('fs').readSync(0, byte, 0, 1) && byte[0] !== 10) line += byte.toString('latin1')\n"
            "console.log('[' + Buffer.from(line, 'latin1').toString() + ']')",
    };
    return samples;
}

namespace {

class JavaScript : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }
    void file(const std::string& name, const std::string& text) { std::ofstream{session_.folder() + "/" + name} << text; }

    Session session_{"javascript"};
};

TEST_F(JavaScript, KeepsAndRedeclaresEveryKindOfName)
{
    EXPECT_EQ(output("const k = 1; let l = 2; const {m, n: [o]} = {m: 3, n: [4]}; for (const i of [1]) { const k = 5 }"), "");
    EXPECT_EQ(output("let k = 6\nconst l = 7, m = 8\nlet o = 9"), "");
    EXPECT_EQ(output("k + l + m + o + 'const k'"), "'30const k'\n");
    for (const char* value : {"1", "2"}) {
        output(std::string{"let a = "} + value + "; const b = a; var c = a; class D { get v() { return a } }\nfunction f() { return a }");
        EXPECT_EQ(output("[a, b, c, new D().v, f()].join()"),
                  std::string{"'"} + value + "," + value + "," + value + "," + value + "," + value + "'\n");
    }
}

TEST_F(JavaScript, TellsItsVariablesWithoutRunningTheirCode)
{
    EXPECT_EQ(session_.variables(), std::vector<std::string>{}) << "nothing runs yet";
    output(
        "var old = 'Ada'\nfunction f() {}\nconst rows = Array(200).fill(1), map = new Map([[1, 2]])\nlet rate = 0.5, big = 10n, none = "
        "null\n"
        "class Sly { get [Symbol.toStringTag]() { globalThis.touched = 1 } }\nlet sly = new Sly()\n"
        "let calls = 0\nObject.defineProperty(globalThis, 'trap', {get() { calls++ }, configurable: true})");
    const auto told = session_.variables();
    EXPECT_EQ(told, (std::vector<std::string>{"old: string, 3 long", "f: function", "rows: Array(200)", "map: Map(1)", "rate: 0.5",
                                              "big: 10n", "none: null", "Sly: class", "sly: Sly", "calls: 0"}));
    EXPECT_EQ(output("[calls, typeof touched].join()"), "'0,undefined'\n");
    output("for (let i = 0; i < 150; i++) globalThis['v' + i] = i");
    EXPECT_EQ(session_.variables().size(), 100U);
}

TEST_F(JavaScript, ShowsTheLastValue)
{
    EXPECT_EQ(output("({a: 1, b: [1, 2]})"), "{ a: 1, b: [ 1, 2 ] }\n");
    EXPECT_EQ(output("undefined"), "");
    EXPECT_EQ(output("-0"), "-0\n");
    EXPECT_EQ(output("10n ** 20n"), "100000000000000000000n\n");
    EXPECT_EQ(output("setTimeout(() => {}, 0)"), "");
}

TEST_F(JavaScript, AwaitsAtTheTopLevelAndWaitsForItsValue)
{
    EXPECT_EQ(output("const r = await new Promise(ok => setTimeout(() => ok(5), 10)); r"), "5\n");
    EXPECT_EQ(output("async function main() { await null; console.log('ran'); return 7 }\nmain()"), "ran\n7\n");
    EXPECT_TRUE(output("Promise.reject(new Error('late'))").starts_with("Error: late\n    at cell-3:1\n"));
}

TEST_F(JavaScript, ImportsAndRequiresFromTheFolder)
{
    file("own.mjs", "export default 1; export const two = 2; export const three = 3");
    file("old.cjs", "module.exports = 4");
    EXPECT_EQ(
        output("import one, { two, three as drei } from './own.mjs';\nimport * as all from './own.mjs'\n[one, two, drei, all.two].join()"),
        "'1,2,3,2'\n");
    EXPECT_EQ(output("const {two: zwei} = await import('./own.mjs'); zwei + require('./old.cjs')"), "6\n");
    EXPECT_EQ(output("import { join } from 'path'; join('a', 'b')"), "'a/b'\n");
    EXPECT_EQ(output("export const q = 1; q"), "1\n");
}

TEST_F(JavaScript, LeavesWhatOnlyLooksLikeAnImport)
{
    EXPECT_EQ(output("const s = \"import x from 'y'\"; const t = `\nimport z from 'w'\n${'import(' + 1}`;\n// import a from 'b'\nconst r = "
                     "/import('x')/; s.length + t.length"),
              "44\n");
}

TEST_F(JavaScript, ShowsErrorsWithoutItsOwnFrames)
{
    EXPECT_EQ(output("let x = 1;\nlet y = (;"), "cell-1:2\nlet y = (;\nSyntaxError: Unexpected token ';'\n");
    EXPECT_EQ(output("throw {a: 1}"), "Uncaught { a: 1 }\n");
    EXPECT_EQ(output("setTimeout(() => { throw new Error('timer') }, 1); await new Promise(r => setTimeout(r, 20))").substr(0, 22),
              "Uncaught Error: timer\n");
    EXPECT_EQ(output("Promise.reject(new Error('lost')); await new Promise(r => setTimeout(r, 5))").substr(0, 33),
              "Uncaught (in promise) Error: lost");
    EXPECT_EQ(output("new Error('value')"), "Error: value\n    at cell-5:1\n");
}

TEST_F(JavaScript, StopsEveryKindOfLoopAndKeepsState)
{
    output("let kept = 42");
    for (const char* code : {"console.log('go'); for (;;) {}", "console.log('go'); for (;;) await null",
                             "setTimeout(() => { console.log('go'); for (;;); }, 1); await new Promise(r => setTimeout(r, 60000))",
                             "console.log('go'); require('child_process').execSync('sleep 100')",
                             "console.log('go'); (function f() { Promise.resolve().then(f) })()\nawait new Promise(() => {})"}) {
        const auto outcome = session_.run_and_stop(code);
        ASSERT_TRUE(outcome.error) << code;
        EXPECT_LT(outcome.took, 200ms) << code;
        EXPECT_EQ(output("kept"), "42\n") << code;
    }
}

TEST_F(JavaScript, ChildrenShareTheOutputWithoutLosingAnything)
{
    EXPECT_EQ(output("console.log('before'); require('child_process').execSync('head -c 3000000 /dev/zero', {stdio: 'inherit'}); "
                     "console.log('after')")
                  .size(),
              3000000U + 7 + 6);
    const auto open = output("require('child_process').execSync('ls /proc/self/fd').toString()");
    EXPECT_EQ(open.find("13"), std::string::npos) << open;
    EXPECT_EQ(open.find("14"), std::string::npos) << open;
}

TEST_F(JavaScript, LaterOutputGoesWithTheNextCell)
{
    output("setTimeout(() => console.log('later'), 300)");
    EXPECT_EQ(output("await new Promise(r => setTimeout(r, 400)); 1"), "later\n1\n");
}

TEST_F(JavaScript, AsksThePersonThroughTheHost)
{
    session_.answers = {"Bob"};
    EXPECT_EQ(output("prompt('Name? ')"), "Name? Bob\n'Bob'\n");
    EXPECT_EQ(output("prompt('Again? ')"), "Again? \nnull\n");
}

TEST_F(JavaScript, ReportsLinesOnlyWhereAStatementSurelyBegins)
{
    EXPECT_EQ(session_.run("let a = 1;\nif (a)\n  a = 2;\nelse\n  a = 3;\nconst t = `\nx;\ny`;\na").lines, (std::vector{1, 2, 6, 9}));
}

}  // namespace
}  // namespace oi::kernel_tests
