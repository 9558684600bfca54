// What a person expects of a TypeScript session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include "base/text.h"

namespace oi::kernel_tests {

const Samples& typescript_samples()
{
    static const Samples samples = [] {
        Samples all = javascript_samples();
        all.set_state = "const answer: number = 42;";
        all.fails = "function inner(x: null): never { return (x as any).x }\n\ninner(null)";
        all.failure = "TypeError: Cannot read properties of null (reading 'x')\n    at inner (cell-1:1)\n    at cell-1:3\n";
        all.malformed = "let x: number = (;";
        all.third_line = "\n\nvar x: number = 1;";
        return all;
    }();
    return samples;
}

namespace {

class TypeScript : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"typescript"};
};

TEST_F(TypeScript, KeepsAndRedeclaresEveryKindOfName)
{
    for (const char* value : {"1", "2"}) {
        EXPECT_EQ(
            output(cat("interface Held { v: number }\ntype Id = number;\nlet a: Id = ", value,
                       ";\nconst b: Held = {v: a};\nenum Colour { Red = 5, Green }\nclass D<T> { constructor(private readonly held: T) {}\n"
                       "  get v(): T { return this.held } }\nfunction f<T>(x: T): T { return x }\nnamespace N { export const z = 9 }")),
            "");
        EXPECT_EQ(output("[a, b.v, Colour.Green, new D<number>(a).v, f<number>(a), N.z].join()"),
                  cat("'", value, ",", value, ",6,", value, ",", value, ",9'\n"));
    }
}

TEST_F(TypeScript, ShowsTheLastValueAndAwaits)
{
    EXPECT_EQ(output("const x = {a: 1} as const;\nx satisfies object"), "{ a: 1 }\n");
    EXPECT_EQ(output("const r: number = await Promise.resolve(5); r!"), "5\n");
    EXPECT_EQ(output("'use strict'"), "'use strict'\n");
    EXPECT_EQ(output("let unused: string"), "");
    EXPECT_EQ(output("enum Colour { Red = 5 }\nColour.Red"), "5\n");
    EXPECT_EQ(output("1; -2"), "-2\n");
    EXPECT_EQ(output("7; undefined;"), "");
    EXPECT_EQ(output("type Held =\nNodeJS.Timeout"), "");
    EXPECT_EQ(output("let n = 5\n-2"), "");
}

TEST_F(TypeScript, ImportsAreKeptForLaterCells)
{
    EXPECT_EQ(output("import { join, type ParsedPath } from 'path';\nimport type { Stats } from 'fs';\nimport os = require('os');\nexport "
                     "const q: number = 1;"),
              "");
    EXPECT_EQ(output("join('a', 'b') + q + typeof os.cpus"), "'a/b1function'\n");
}

TEST_F(TypeScript, SyntaxErrorsNameTheLinesOfTheCell)
{
    EXPECT_EQ(output("// about x\nlet x: number = 1;\n\nlet y: string = (;\n"),
              "cell-1:4\nlet y: string = (;\nSyntaxError: Unexpected \";\"\n");
    EXPECT_EQ(output("1 as number"), "1\n");
}

TEST_F(TypeScript, FailuresNameTheLinesOfTheCell)
{
    EXPECT_EQ(output("interface A {\n  x: number\n}\n\nfunction inner(a: A | null): number {\n  // why\n  return a!.x\n}\n\ninner(null)"),
              "TypeError: Cannot read properties of null (reading 'x')\n    at inner (cell-1:7)\n    at cell-1:10\n");
    EXPECT_EQ(output("type B = 1\n\ninner(null)"),
              "TypeError: Cannot read properties of null (reading 'x')\n    at inner (cell-1:7)\n    at cell-2:3\n");
}

TEST_F(TypeScript, ReportsTheLinesOfTheCell)
{
    EXPECT_EQ(session_.run("interface A { x: number }\n\nlet a: A = {x: 1}; let b = 2;\n\n// c\nlet c = b;\nc").lines,
              (std::vector{1, 3, 6, 7}));
}

TEST_F(TypeScript, TypesAreNotChecked) { EXPECT_EQ(output("const n: number = 'text' as any; n"), "'text'\n"); }

TEST_F(TypeScript, ATranslatorThatWasKilledIsStartedAgain)
{
    EXPECT_EQ(output("const kept: number = 42;\nconst pids = require('child_process').execFileSync('pgrep', ['-P', process.pid, "
                     "'esbuild']).toString().trim();\n"
                     "require('child_process').execFileSync('kill', ['-9', pids]); await new Promise(done => setTimeout(done, 50))"),
              "");
    EXPECT_EQ(output("kept as number"), "42\n");
}

TEST_F(TypeScript, CallsTheProgram)
{
    EXPECT_NE(output("try { computer.run('shell', '') } catch (error: unknown) { console.log((error as Error).message) }"), "");
}

}  // namespace
}  // namespace oi::kernel_tests
