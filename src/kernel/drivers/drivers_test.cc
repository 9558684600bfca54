// The parts of our own drivers: sources seen without their literals, cells made whole programs, the cache of builds, CSV.
#include "base/text.h"
#include "kernel/drivers/build_cache.h"
#include "kernel/drivers/csv.h"
#include "kernel/drivers/skeleton.h"
#include "kernel/drivers/toolchain.h"
#include "kernel/drivers/whole_program.h"
#include "kernel/kernel_fixture.h"

#include <algorithm>

namespace oi::kernel {
namespace {

TEST(Skeleton, HoldsNeitherCommentsNorLiterals)
{
    EXPECT_EQ(skeleton("a \"{\\\"\" b // {\nc '}' /* {\n */ d", Syntax::c), "a \"   \" b     \nc ' '     \n    d");
    EXPECT_EQ(skeleton("1'000 + R\"x(\"{)x\" '{'", Syntax::cpp), "1'000 + R\"x(  )x\" ' '");
    EXPECT_EQ(skeleton("x := `{\n{`", Syntax::go), "x := ` \n `");
    EXPECT_EQ(skeleton("fn f<'a>(x: &'a str) { '{' } /* /* */ { */ r#\"}\"}\"#", Syntax::rust),
              "fn f<'a>(x: &'a str) { ' ' }               r#\"   \"#");
    EXPECT_EQ(skeleton("SELECT 'a;''b' -- ;\n", Syntax::sql), "SELECT '  '' '     \n");
    EXPECT_EQ(first_code_line(skeleton("\n// x\n\n  /* y */ z", Syntax::c)), 4);
    EXPECT_EQ(first_code_line(skeleton("// x\n", Syntax::c)), 0);
}

TEST(Skeleton, NeverReadsBeyondTheEnd)
{
    const std::string hard = "R\"x(' \\ \" `r#\"/* 'a' // '";
    for (const Syntax syntax : {Syntax::c, Syntax::cpp, Syntax::go, Syntax::rust, Syntax::sql})
        for (std::size_t size = 0; size <= hard.size(); ++size)
            for (std::size_t from = 0; from <= size; ++from) {
                const std::string code{hard.data() + from, size - from};
                EXPECT_EQ(skeleton(code, syntax).size(), code.size());
                whole_program(code, syntax, "cell");
            }
}

TEST(WholeProgram, LeavesWhatHasAMain)
{
    EXPECT_EQ(whole_program("int main() {}", Syntax::cpp, "cell.cc").text, "#line 1 \"cell.cc\"\nint main() {}\n");
    EXPECT_EQ(whole_program("package main\nfunc main() {}", Syntax::go, "cell.go").text,
              "//line cell.go:1:1\npackage main\nfunc main() {}\n");
    EXPECT_EQ(whole_program("fn main() {}", Syntax::rust, "cell.rs").text, "fn main() {}\n");
}

TEST(WholeProgram, PutsStatementsIntoMainAndKeepsTheirPlaces)
{
    EXPECT_EQ(whole_program("#include <a>\nusing namespace std;\nint f() { return 1; }\ncout << f(); // {\n", Syntax::cpp, "cell.cc").text,
              "#line 1 \"cell.cc\"\n#include <a>\nusing namespace std;\nint f() { return 1; }\n                 \n\n"
              "int main()\n{\n#line 1 \"cell.cc\"\n            \n                    \n                     \ncout << f();     \n\n}\n");
}

// The words of a cell that end up in main.
std::string statements_of(std::string_view code)
{
    const auto text = whole_program(code, Syntax::cpp, "cell").text;
    const auto main = text.substr(text.rfind("#line 1 \"cell\"\n") + 15);
    return std::string{trim(main.substr(0, main.rfind('}')))};
}

TEST(WholeProgram, KnowsStatementsFromDefinitions)
{
    for (const char* outside :
         {"template <class T> T f(T x) { return x; }", "struct P { int x; };", "enum class E : int { a };",
          "class A : public B { void f() {} };", "namespace n { int x; }", "int f(int x) { if (x) { return 1; } return 0; }",
          "std::vector<int> f() { return {1}; }", "A::A(int x) : x_{x} {}", "auto f(int x) -> int { return x; }",
          "static const char* f(void) { return \"{\"; }", "#if X\nint x;\n#endif", "#define F(x) \\\n  (x)", "typedef struct { int x; } P;",
          "void f(std::vector<int> v = {}) {}"}) {
        EXPECT_EQ(statements_of(outside), "") << outside;
        EXPECT_TRUE(whole_program(outside, Syntax::cpp, "cell").does_nothing) << outside;
    }
    for (const char* inside :
         {"int x = 1;", "std::cout << f(1) << std::endl;", "for (int i : v) { g(i); }", "auto f = [](int x) { return x; };",
          "std::sort(v.begin(), v.end());", "if (a) { b(); } else { c(); }", "do { a(); } while (b);", "P p{1, 2};", "{ int x; }",
          "x += 1;", "switch (x) { case 1: break; }", "std::string s(std::istreambuf_iterator<char>{std::cin}, {});", "return 1;"})
        EXPECT_EQ(statements_of(inside), inside);
    EXPECT_EQ(statements_of("int n = 1;\nint f() { return n; }\nint m = f();"), "int m = f();");
}

TEST(Toolchain, ABuildIsKeptOnlyWhenNothingElseTakesPart)
{
    const auto is_kept = [](std::string_view language, std::string_view code) {
        return is_self_contained(*find_toolchain(language), code);
    };
    EXPECT_TRUE(is_kept("c", "#include <stdio.h>\nint main() {}"));
    EXPECT_FALSE(is_kept("c", "#include \"own.h\"\nint main() {}"));
    EXPECT_TRUE(is_kept("go", "package main\nimport (\n\"fmt\"\n\"net/http\"\n)\nfunc main() { fmt.Println(\"a.b/c\") }"));
    EXPECT_FALSE(is_kept("go", "package main\nimport \"example.org/x\"\nfunc main() {}"));
    EXPECT_FALSE(is_kept("rust", "const T: &str = include_str!(\"t\"); fn main() {}"));
    EXPECT_EQ(own_flags("\n// flags: -lz  -DX\nint x;"), "-lz  -DX");
    EXPECT_EQ(own_flags("int x;\n// flags: -lz"), "");
}

class Cache : public ::testing::Test {
protected:
    // A build of `size` bytes.
    std::string keep(const BuildCache& cache, const std::string& recipe, std::size_t size = 1)
    {
        const auto workshop = cache.make_workshop();
        EXPECT_TRUE(workshop);
        EXPECT_TRUE(sys::write_file(*workshop + "/program", std::string(size, 'x'), 0755));
        return *cache.keep(*workshop, recipe);
    }
    std::size_t count() const
    {
        const std::filesystem::directory_iterator all{folder_.path()};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    // Makes a build look older than those of now.
    static void age(const std::string& build, std::chrono::hours hours)
    {
        std::filesystem::last_write_time(build, std::filesystem::file_time_type::clock::now() - hours);
    }

    kernel_tests::TemporaryFolder folder_;
};

TEST_F(Cache, FindsExactlyWhatWasKept)
{
    const BuildCache cache{folder_.path(), {}};
    EXPECT_FALSE(cache.find("a"));
    const auto build = keep(cache, "a");
    EXPECT_EQ(cache.find("a"), build);
    EXPECT_FALSE(cache.find("b"));
    ASSERT_TRUE(sys::write_file(build + "/recipe", "another one of the same hash"));
    EXPECT_FALSE(cache.find("a"));
    EXPECT_EQ(keep(cache, "a"), build);
    EXPECT_EQ(keep(cache, "a"), build);
    EXPECT_EQ(cache.find("a"), build);
    EXPECT_EQ(count(), 1U);
}

TEST_F(Cache, WhatWasUsedLongestAgoGoesFirst)
{
    const BuildCache cache{folder_.path(), {.builds = 3, .bytes = 990}};
    for (const char* recipe : {"a", "b", "c"}) age(keep(cache, recipe), std::chrono::hours{recipe[0] == 'a' ? 3 : 2});
    cache.find("a");
    keep(cache, "d");
    EXPECT_EQ(count(), 3U);
    EXPECT_TRUE(cache.find("a"));
    keep(cache, "large", 990);
    EXPECT_TRUE(cache.find("large"));
    EXPECT_EQ(count(), 1U);
}

TEST_F(Cache, WorkshopsThatWereLeftBehindGo)
{
    const BuildCache cache{folder_.path(), {}};
    const auto old = cache.make_workshop(), fresh = cache.make_workshop();
    age(*old, std::chrono::hours{48});
    keep(cache, "a");
    EXPECT_FALSE(sys::exists(*old));
    EXPECT_TRUE(sys::exists(*fresh));
}

TEST(Csv, ReadsQuotesLineEndsAndEverySeparator)
{
    const auto read = [](std::string_view text) {
        std::vector<std::vector<std::string>> records;
        CsvReader reader{text};
        while (auto record = reader.next()) records.push_back(*record);
        return records;
    };
    using Records = std::vector<std::vector<std::string>>;
    EXPECT_EQ(read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n,\n"), (Records{{"a", "b"}, {"1", "x, \"y\"\nz"}, {"", ""}}));
    EXPECT_EQ(read("a\tb,c\td\n1\t2\t3"), (Records{{"a", "b,c", "d"}, {"1", "2", "3"}}));
    EXPECT_EQ(read("\"unclosed\n"), (Records{{"unclosed\n"}}));
    EXPECT_EQ(read(""), Records{});
}

}  // namespace
}  // namespace oi::kernel
