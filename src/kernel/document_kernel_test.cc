// Pages: what the person and the model get of them, with a real Chromium and a real esbuild.
#include "kernel/kernel_fixture.h"

#include "base/base64.h"
#include "base/text.h"
#include "sys/process_tree.h"

#include <cstring>
#include <fstream>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

// A screenshot takes about a second: only in the full group. OI_TEST_GROUP=full
bool is_full()
{
    const char* group = std::getenv("OI_TEST_GROUP");
    return group && std::string_view{group} == "full";
}

struct Shown {
    std::string told;     // to the model
    std::string page;     // to the person
    std::string picture;  // to the model, a PNG
    std::string output;   // to both
    std::optional<Error> error;
};

class Documents : public ::testing::Test {
protected:
    // Cells of that language; without a browser unless `path` has one.
    void open(std::string_view language, std::string path)
    {
        session_.emplace(language);
        std::erase_if(session_->host().environment, [](const std::string& entry) { return entry.starts_with("PATH="); });
        session_->host().environment.push_back(cat("PATH=", path));
        session_->host().notice = [this](std::string_view line) { notices_.emplace_back(line); };
        ASSERT_TRUE(session_->start()) << to_line(*session_->start_error);
    }
    Shown run(std::string code, std::stop_token stop = {})
    {
        Shown shown;
        session_->on_chunk = [&](const Chunk& chunk) {
            if (chunk.type == Kind::image) shown.picture = chunk.recipient == "assistant" ? from_base64(chunk.content) : "";
            else if (chunk.recipient == "assistant") shown.told += chunk.content;
            else (chunk.recipient == "user" ? shown.page : shown.output) += chunk.content;
        };
        shown.error = session_->run(std::move(code), stop).error;
        return shown;
    }
    // A folder with links to these programs, as a PATH.
    std::string only(std::initializer_list<const char*> programs)
    {
        for (const char* program : programs) {
            const std::string found = sys::find_program(program);
            if (!found.empty()) std::filesystem::create_symlink(found, bin_.path() + "/" + program);
        }
        return bin_.path();
    }
    // Where it is looked for by name, which leaves no room for one that is not Debian's.
    bool has_react() { return sys::exists("/usr/share/nodejs/react-dom") && !sys::find_program("esbuild").empty(); }

    static std::uint32_t width_of(std::string_view png) { return number(png, 16); }
    static std::uint32_t height_of(std::string_view png) { return number(png, 20); }
    static std::uint32_t number(std::string_view png, std::size_t at)
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4 && at + i < png.size(); ++i) value = value << 8 | static_cast<unsigned char>(png[at + i]);
        return value;
    }

    TemporaryFolder bin_;
    std::vector<std::string> notices_;
    std::optional<Session> session_;
};

TEST_F(Documents, WithoutABrowserThePersonStillSeesThePage)
{
    open("html", only({"bash"}));
    for (int i = 0; i < 2; ++i) {
        const auto shown = run("<h1>Hi</h1>");
        EXPECT_FALSE(shown.error);
        EXPECT_EQ(shown.page, "<h1>Hi</h1>");
        EXPECT_EQ(shown.told,
                  "The page is shown to the person.\nYou cannot see it: there is no Chromium, so there is no screenshot (apt install "
                  "chromium)\n");
        EXPECT_EQ(shown.picture, "");
    }
    EXPECT_EQ(notices_, (std::vector<std::string>{"there is no Chromium, so there is no screenshot (apt install chromium)"}))
        << "said once";
}

TEST_F(Documents, APictureIsNotWhatALinkLeadsTo)
{
    // In place of a browser what confined code could do: the program, which reads the picture, sees more than that code.
    const std::string browser = bin_.path() + "/chromium", secret = bin_.path() + "/secret";
    std::ofstream{secret} << "a key";
    std::ofstream{browser} << "#!/bin/bash\nfor word; do [[ $word != --screenshot=* ]] || ln -s " << secret << " \"${word#*=}\"; done\n";
    std::filesystem::permissions(browser, std::filesystem::perms::owner_all);
    open("html", cat(bin_.path(), ":/usr/bin:/bin"));
    const auto shown = run("<h1>Hi</h1>");
    EXPECT_EQ(shown.picture, "");
    EXPECT_NE(shown.told.find("gave no screenshot"), std::string::npos) << shown.told;
}

TEST_F(Documents, AStoppedBrowserIsGoneAtOnce)
{
    // In place of a browser one that never ends, with a child that holds the output and does not listen.
    const std::string browser = bin_.path() + "/chromium";
    std::ofstream{browser}
        << "#!/bin/bash\ntrap '' INT TERM\nsleep 1000 &\nmkfifo \"$0.pipe\"; echo started > \"$0.started\"; read < \"$0.pipe\"\n";
    std::filesystem::permissions(browser, std::filesystem::perms::owner_all);
    open("html", cat(bin_.path(), ":/usr/bin:/bin"));
    std::stop_source stop;
    std::atomic<Clock::rep> stopped_at{0};
    std::jthread watcher{[&] {
        while (!sys::exists(browser + ".started")) std::this_thread::yield();  // the watchdog bounds it
        stopped_at = Clock::now().time_since_epoch().count();
        stop.request_stop();
    }};
    const auto shown = run("<h1>Hi</h1>", stop.get_token());
    const auto took = Clock::now().time_since_epoch() - Clock::duration{stopped_at.load()};
    ASSERT_TRUE(shown.error);
    EXPECT_EQ(shown.error->kind, ErrorKind::cancelled);
    EXPECT_LT(took, 200ms);
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

TEST_F(Documents, ABrowserThatFailsIsNamed)
{
    std::ofstream{bin_.path() + "/chromium"} << "#!/bin/sh\necho no display >&2\nexit 4\n";
    std::filesystem::permissions(bin_.path() + "/chromium", std::filesystem::perms::owner_all);
    open("html", cat(bin_.path(), ":/usr/bin:/bin"));
    const auto shown = run("<h1>Hi</h1>");
    EXPECT_FALSE(shown.error);
    EXPECT_EQ(shown.told, cat("The page is shown to the person.\nYou cannot see it: ", bin_.path(),
                              "/chromium gave no screenshot (exit code 4): no display\n"));
}

TEST_F(Documents, TheModelSeesThePageAndItsConsole)
{
    if (!is_full()) GTEST_SKIP() << "OI_TEST_GROUP=full";
    open("html", "/usr/bin:/bin");
    const auto empty = run("<!doctype html><title>x</title>");
    const auto shown = run(
        "<!doctype html><body style='background:teal'><h1>Hi</h1><script>setTimeout(() => document.body.style.background = 'navy', 800);"
        "console.log('drawn'); nope()</script>");
    EXPECT_EQ(empty.told, "The page is shown to the person.\n");
    EXPECT_EQ(shown.told,
              "The page is shown to the person.\nIts console says:\n\"drawn\"\n\"Uncaught ReferenceError: nope is not defined\"\n");
    EXPECT_EQ(width_of(shown.picture), 1280U);
    EXPECT_EQ(height_of(shown.picture), 800U);
    EXPECT_NE(shown.picture, empty.picture);
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

TEST_F(Documents, RelativePicturesAreThoseOfTheFolder)
{
    if (!is_full()) GTEST_SKIP() << "OI_TEST_GROUP=full";
    open("html", "/usr/bin:/bin");
    const std::string page = "<img src='bar.svg'>";
    const auto without = run(page);
    std::ofstream{session_->folder() + "/bar.svg"}
        << "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='100'><rect width='300' height='100' fill='red'/></svg>";
    EXPECT_NE(run(page).picture, without.picture);
}

TEST_F(Documents, ReactMakesOnePage)
{
    if (!has_react()) GTEST_SKIP() << "apt install esbuild node-react node-react-dom";
    open("react", only({"esbuild"}));
    for (const char* cell :
         {"import { useMemo } from 'react';\nfunction App() { const [n] = useState(3); return <b>{useMemo(() => n, [n])}</b> }",
          "export default () => <b>{React.version}</b>", "<b>only markup</b>",
          "import { createRoot } from 'react-dom/client';\ncreateRoot(document.getElementById('root')).render(<b>by itself</b>)",
          "const App: React.FC<{n?: number}> = ({n = 1}) => <b>{n}</b>"}) {
        const auto shown = run(cell);
        EXPECT_FALSE(shown.error) << cell;
        EXPECT_EQ(shown.output, "") << cell;
        EXPECT_TRUE(shown.page.starts_with("<!doctype html>")) << cell;
        EXPECT_EQ(shown.page.find("<script src="), std::string::npos) << "one file";
    }
}

TEST_F(Documents, ReactSaysWhatIsWrongWithACell)
{
    if (!has_react()) GTEST_SKIP() << "apt install esbuild node-react node-react-dom";
    open("react", only({"esbuild"}));
    const auto broken = run("function App() {\n  return <b>;\n}");
    EXPECT_NE(broken.output.find("cell.jsx:3:"), std::string::npos) << broken.output;
    EXPECT_EQ(broken.page, "");
    EXPECT_TRUE(run("import x from 'no-such-thing/deep'\nexport default () => <b>{x}</b>")
                    .output.starts_with(
                        cat("There is no package \"no-such-thing\" here: apt install node-no-such-thing, or npm install no-such-thing in ",
                            session_->folder())));
    EXPECT_EQ(run("const x = 1").output, "There is no component to show: name it App, or export it as default.\n");
}

TEST_F(Documents, ReactUsesFilesOfTheFolder)
{
    if (!has_react()) GTEST_SKIP() << "apt install esbuild node-react node-react-dom";
    open("react", only({"esbuild"}));
    std::ofstream{session_->folder() + "/data.json"} << R"({"title": "from a file"})";
    EXPECT_NE(run("import data from './data.json'\nexport default () => <b>{data.title}</b>").page.find("from a file"), std::string::npos);
}

TEST_F(Documents, ReactIsDrawn)
{
    if (!is_full()) GTEST_SKIP() << "OI_TEST_GROUP=full";
    open("react", "/usr/bin:/bin");
    const auto one = run("function App() { return <h1 style={{fontSize: 200}}>1</h1> }");
    const auto two =
        run("function App() {\n  const [n, set] = useState(1);\n  useEffect(() => { set(2) }, []);\n  return <h1 style={{fontSize: "
            "200}}>{n}</h1> }");
    EXPECT_EQ(one.told, "The page is shown to the person.\n");
    EXPECT_EQ(width_of(two.picture), 1280U);
    EXPECT_NE(one.picture, two.picture);
}

}  // namespace
}  // namespace oi::kernel_tests
