// The calls of the area `files` on a real disk.
#include "base/text.h"
#include "computer/areas.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::computer {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
protected:
    std::string add(const std::string& name, std::string_view text)
    {
        const std::string path = cat(folder(), "/", name);
        fs::create_directories(fs::path{path}.parent_path());
        EXPECT_TRUE(sys::write_file(path, text));
        return path;
    }
    std::string call(std::string_view method, std::string_view arguments)
    {
        const auto result = answer(method, {.arguments = arguments, .policy = policy, .stop = stop.get_token()});
        return replace_all(result ? *result : to_line(result.error()), folder(), "DIR");
    }
    std::string edit(const std::string& path, std::string_view original = "old", std::string_view replacement = "new")
    {
        return call("files.edit", cat(R"({"path":")", path, R"(","original":")", original, R"(","replacement":")", replacement, "\"}"));
    }
    std::string search(std::string_view query)
    {
        return call("files.search", cat(R"({"query":")", query, R"(","folder":")", folder(), "\"}"));
    }
    std::string text(const std::string& path) { return sys::read_file(path).value(); }
    std::string folder() const { return fs::canonical(folder_.path()); }

    SandboxPolicy policy;
    std::stop_source stop;

private:
    oi::testing::TempDir folder_;
};

TEST_F(Files, EditKeepsTheModeAndLeavesNothingBehind)
{
    const std::string path = add("run.sh", "echo old\n");
    ::chmod(path.c_str(), 0754);
    EXPECT_EQ(edit(path), "1");
    EXPECT_EQ(text(path), "echo new\n");
    EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0754));
    EXPECT_EQ(std::distance(fs::directory_iterator{folder()}, {}), 1);
}

TEST_F(Files, EditFollowsALinkAndKeepsIt)
{
    const std::string path = add("real", "old");
    fs::create_symlink("real", folder() + "/link");
    EXPECT_EQ(edit(folder() + "/link"), "1");
    EXPECT_TRUE(fs::is_symlink(folder() + "/link"));
    EXPECT_EQ(text(path), "new");
}

TEST_F(Files, EditRefusesWhatIsNoText)
{
    EXPECT_EQ(edit(folder()), "DIR is a folder");
    EXPECT_EQ(edit("/"), "/ is a folder");
    EXPECT_EQ(edit(folder() + "/none"), "DIR/none: No such file or directory");
    EXPECT_EQ(edit(add("picture", std::string{"old\0", 4})), "DIR/picture is not a text file");
    ::mkfifo((folder() + "/pipe").c_str(), 0600);
    EXPECT_EQ(edit(folder() + "/pipe"), "DIR/pipe is not a regular file");
    EXPECT_EQ(edit("relative"), "relative: not an absolute path");
    EXPECT_EQ(edit(add("other", "text")), "DIR/other: the text to replace is not in it; the nearest passages are\n  line 1: text");
}

TEST_F(Files, EditRefusesAFileThatMayNotBeWritten)
{
    if (::geteuid() == 0) GTEST_SKIP() << "root may write every file";
    const std::string path = add("fixed", "old");
    ::chmod(path.c_str(), 0444);
    EXPECT_EQ(edit(path), "DIR/fixed: Permission denied");
}

TEST_F(Files, AConfinedCellGetsNoFurtherThroughACall)
{
    const std::string inside = add("work/a", "old"), outside = add("b", "old"), more = add("more/c", "old"),
                      near = add("workshop/d", "old");
    policy = {.files = SandboxPolicy::Files::workspace, .workspace = folder() + "/work", .writable = {folder() + "/more"}};
    fs::create_symlink(outside, folder() + "/work/link");
    fs::create_directory_symlink(folder(), folder() + "/work/up");
    EXPECT_EQ(edit(inside), "1");
    EXPECT_EQ(edit(more), "1");
    for (const auto& path : {outside, near, folder() + "/work/link", folder() + "/work/up/b", folder() + "/work/../b"})
        EXPECT_TRUE(edit(path).ends_with(": the sandbox does not let code write there")) << path;
    EXPECT_EQ(text(outside), "old");
    policy.files = SandboxPolicy::Files::read_only;
    EXPECT_EQ(edit(inside, "new", "x"), "DIR/work/a: the sandbox does not let code write there");
}

TEST_F(Files, SearchRanksPhrasesBeforeWords)
{
    add("a.txt", "nothing\na word: retry\n");
    add("b/c.cc", "int x;\n  // Retry the Request later\nvoid request();\n");
    add("d.txt", "request first, retry after\n");
    const std::string found = search("retry the request");
    EXPECT_EQ(found, R"([{"path":"b/c.cc","line":2,"text":"// Retry the Request later"},)"
                     R"({"path":"d.txt","line":1,"text":"request first, retry after"},)"
                     R"({"path":"b/c.cc","line":3,"text":"void request();"},)"
                     R"({"path":"a.txt","line":2,"text":"a word: retry"}])");
}

TEST_F(Files, SearchSkipsWhatNobodyWrote)
{
    for (const char* name : {".git/x", "node_modules/x", "deep/node_modules/x"}) add(name, "needle");
    add("binary", std::string{"needle\0", 7});
    add("huge", std::string(2'000'001, 'x') + "needle");
    add(".hidden", "needle in a dot file");
    fs::create_directory_symlink("..", folder() + "/loop");
    EXPECT_EQ(search("NEEDLE"), R"([{"path":".hidden","line":1,"text":"needle in a dot file"}])");
    EXPECT_EQ(search("haystack"), "[]");
}

TEST_F(Files, SearchFindsNamesOfFilesAndSigns)
{
    add("settings.yaml", "a: 1\n");
    add("x.cc", "a->b\n");
    EXPECT_EQ(search("settings"), R"([{"path":"settings.yaml","line":1,"text":"a: 1"}])");
    EXPECT_EQ(search("->"), R"([{"path":"x.cc","line":1,"text":"a->b"}])");
    EXPECT_EQ(search("  "), "computer.files.search: the query is empty");
}

TEST_F(Files, SearchStops)
{
    add("a", "x");
    stop.request_stop();
    EXPECT_EQ(search("x"), "the search was stopped");
}

TEST_F(Files, ErrorsSayWhatIsThere)
{
    EXPECT_EQ(call("files.burn", "{}"), "computer.files.burn: there is no such call (there are run, files.edit, files.search)");
    EXPECT_EQ(call("files.search", R"({"query":1})"), "computer.files.search: query must be a text");
    EXPECT_TRUE(call("files.search", R"({"query":"x","folder":"/no/such"})").starts_with("/no/such: "));
    EXPECT_FALSE(call("files.edit", "{").empty());
}

TEST_F(Files, SearchReadsNothingThatASandboxMayHide)
{
    add("work/a", "a word\n");
    add("keys/id", "a secret word\n");
    fs::create_symlink(folder() + "/keys", folder() + "/work/keys");
    const auto search_in = [&](const std::string& name) {
        return call("files.search", cat(R"({"query":"word","folder":")", folder(), name, "\"}"));
    };
    for (const auto files : {SandboxPolicy::Files::workspace, SandboxPolicy::Files::read_only}) {
        policy = {.files = files, .workspace = folder() + "/work"};
        EXPECT_EQ(search_in("/work"), R"([{"path":"a","line":1,"text":"a word"}])");
        for (const char* name : {"", "/keys", "/work/keys", "/work/../keys"})
            EXPECT_TRUE(search_in(name).ends_with(": in a sandbox computer.files.search looks only where code works")) << name;
    }
}

}  // namespace
}  // namespace oi::computer
