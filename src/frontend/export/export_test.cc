// Exported documents: their form, and that nothing which was said is missing or does harm.
#include "frontend/export/export.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "frontend/export/code_html.h"
#include "frontend/export/markdown_html.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

const std::string png = std::string{"\x89PNG\r\n\x1a\n"} + "pixels";

std::vector<Message> talk()
{
    return {user("Count the *files*"),
            assistant("I count **them**."),
            code("python", "print(3)\n"),
            output("3\n"),
            {Role::computer, Kind::image, "base64.png", base64(png), ""},
            {Role::computer, Kind::console, "output", "a note for the model", "assistant"},
            code("shell", "ls"),
            output("a\n```\nb"),
            assistant("Three.")};
}

TEST(Export, MarkdownHasAHeadingForEachSpeakerAndFencesLongerThanWhatTheyHold)
{
    const Exported exported = to_markdown(talk(), {.stem = "count"});
    EXPECT_EQ(exported.text, R"(# Count the *files*

## User

Count the *files*

## Assistant

I count **them**.

```python
print(3)
```

## Computer

```output
3
```

![](<count-1.png>)

## Assistant

```shell
ls
```

## Computer

````output
a
```
b
````

## Assistant

Three.
)");
    EXPECT_EQ(exported.files, (std::vector<Exported::File>{{"count-1.png", png}}));
}

TEST(Export, JsonComesBackAsItWas)
{
    const auto back = from_json_list(to_json_list(talk()));
    ASSERT_TRUE(back) << to_line(back.error());
    EXPECT_EQ(*back, talk());
    EXPECT_EQ(from_json_list(to_json_list({})).value(), std::vector<Message>{});
}

TEST(Export, JsonThatIsNoConversationIsRefusedWithThePlace)
{
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"{}", "it is no list of messages"},
        {"[1]", "message 1 is no object"},
        {R"([{"role":"user","type":"message","content":"a"},{"role":"me"}])",
         "message 2 has no role that is known (user, assistant, computer)"},
        {R"([{"role":"user","type":"song","content":"a"}])", "message 1 has no type that is known (message, code, console, image, file)"},
        {R"([{"role":"user","type":"message","content":7}])", "message 1 has no content that is text"},
        {R"([{"role":"user","type":"message","format":7,"content":"a"}])", "message 1 has a format that is no text"}};
    for (const auto& [text, what] : cases) {
        const auto read = from_json_list(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().what, what);
    }
    EXPECT_EQ(from_json_list("[{").error().kind, ErrorKind::invalid);
}

TEST(Export, ANotebookHasCellsWithTheirOutputsAndSpeaksOtherLanguagesThroughCellMagics)
{
    const auto notebook = json::parse(to_notebook(talk(), {}));
    ASSERT_TRUE(notebook);
    EXPECT_EQ(json::integer(*notebook, "nbformat"), 4);
    EXPECT_EQ(json::integer(*notebook, "nbformat_minor"), 5);
    const auto at = [&](std::initializer_list<std::string_view> path) {
        const auto* found = json::find(*notebook, path);
        return found && found->IsString() ? std::string{json::view(*found)} : std::string{"(missing)"};
    };
    EXPECT_EQ(at({"cells", "0", "source"}), "> Count the *files*");
    EXPECT_EQ(at({"cells", "1", "source"}), "I count **them**.");
    EXPECT_EQ(at({"cells", "2", "cell_type"}), "code");
    EXPECT_EQ(at({"cells", "2", "source"}), "print(3)\n");
    EXPECT_EQ(at({"cells", "2", "outputs", "0", "text"}), "3\n");
    EXPECT_EQ(at({"cells", "2", "outputs", "1", "data", "image/png"}), base64(png));
    EXPECT_EQ(at({"cells", "2", "outputs", "2"}), "(missing)");  // the note is for the model
    EXPECT_EQ(at({"cells", "3", "source"}), "%%bash\nls");
    EXPECT_EQ(at({"cells", "4", "source"}), "Three.");
}

TEST(Export, EveryMessageForPeopleIsInEveryForm)
{
    std::vector<Message> all;
    for (const Role role : {Role::user, Role::assistant, Role::computer, Role::system})
        for (const Kind kind : {Kind::message, Kind::code, Kind::console, Kind::image, Kind::file, Kind::error})
            for (const char* format : {"", "python", "html", "path", "sql"})
                all.push_back({role, kind, format, cat("word", all.size(), "word"), ""});
    const std::string forms[] = {to_markdown(all, {.stem = "x"}).text, to_notebook(all, {}), to_html(all, {}), to_json_list(all)};
    for (const auto& form : forms)
        for (const auto& message : all) EXPECT_NE(form.find(message.content), std::string::npos) << message.content << "\n" << form;
}

TEST(Export, APageEscapesAllThatWasSaid)
{
    const std::string evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
    std::vector<Message> all;
    for (const Role role : {Role::user, Role::assistant, Role::computer})
        for (const Kind kind : {Kind::message, Kind::code, Kind::console, Kind::image, Kind::file})
            for (const std::string& format : {std::string{}, std::string{"html"}, std::string{"base64.png"}, std::string{"path"}, evil})
                all.push_back({role, kind, format, evil, ""});
    all.push_back(assistant(cat("# ", evil, "\n- ", evil, "\n> ", evil, "\n\n| ", evil, " |\n|---|\n| ", evil, " |\n\n`", evil, "` **",
                                evil, "** [", evil, "](", evil, ") ![", evil, "](", evil, ")\n```", evil, "\n", evil, "\n```\n")));
    all.push_back(
        assistant("[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)> [c](https://x.org/\"onclick=\"alert(1))"));
    const std::string page = to_html(all, {});
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<img src=x"), std::string::npos);
    EXPECT_EQ(page.find("href=\"javascript"), std::string::npos);
    EXPECT_EQ(page.find("href=\"data"), std::string::npos);
    EXPECT_EQ(page.find("\"onclick"), std::string::npos);
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(page.find("prefers-color-scheme: dark"), std::string::npos);
}

TEST(Export, AFileIsNamedAfterTheFirstWords)
{
    EXPECT_EQ(file_stem(talk()), "count-the-files");
    EXPECT_EQ(file_stem({}), "conversation");
    EXPECT_EQ(file_stem(std::vector{user("../../etc/passwd ü")}), "etc-passwd-ü");
    EXPECT_EQ(file_stem(std::vector{user("???")}), "conversation");
}

TEST(MarkdownHtml, BlocksAndInlines)
{
    using exporting::markdown_to_html;
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"a\nb", "<p>a\nb</p>\n"},
        {"# A `b`", "<h3>A <code>b</code></h3>\n"},
        {"- a\n- b\n  - c\n", "<ul>\n<li>a\n</li>\n<li>b\n<ul>\n<li>c\n</li>\n</ul>\n</li>\n</ul>\n"},
        {"3. a\n\n4. b", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n"},
        {"> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n"},
        {"~~~py\n<&>\n~~~", "<pre><code>&lt;&amp;&gt;\n</code></pre>\n"},
        {"| a | b |\n|---|---|\n| 1 | 2 |", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n"},
        {"---", "<hr>\n"},
        {"**a *b* c** ~~d~~ snake_case_name 2 * 3 * 4", "<p><strong>a <em>b</em> c</strong> <del>d</del> snake_case_name 2 * 3 * 4</p>\n"},
        {"[x](https://a.org/?b=1&c=2) ", "<p><a href=\"https://a.org/?b=1&amp;c=2\" rel=\"noreferrer\">x</a> </p>\n"},
        {"see https://a.org/b.", "<p>see <a href=\"https://a.org/b\" rel=\"noreferrer\">https://a.org/b</a>.</p>\n"},
        {"\\*a\\* ``b`c``", "<p>*a* <code>b`c</code></p>\n"},
    };
    for (const auto& [markdown, html] : cases) EXPECT_EQ(markdown_to_html(markdown), html) << markdown;
}

TEST(CodeHtml, TokensStandInSpansAndAllElseIsAsItWas)
{
    EXPECT_EQ(exporting::code_to_html("def f(a):\n    return 'x<y' + 1  # <b>\n", "python"),
              "<span class=hm>def</span> f(a):\n    <span class=hm>return</span> <span class=hg>&#39;x&lt;y&#39;</span> + "
              "<span class=hy>1</span>  <span class=hq># &lt;b&gt;</span>\n");
    EXPECT_EQ(exporting::code_to_html("x = \"\"\"a\nb\"\"\"", "py"),
              "x = <span class=hg>&quot;&quot;&quot;a</span>\n<span class=hg>b&quot;&quot;&quot;</span>");
    EXPECT_EQ(exporting::code_to_html("</code><script>alert(1)</script>", "nonesuch"),
              "&lt;/code&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    EXPECT_EQ(exporting::code_to_html("", "python"), "");
}

TEST(CodeHtml, ThePageHasAColourForEachOnLightAndOnDark)
{
    const std::string page = to_html(std::vector{user("go"), code("python", "x = 1")}, {});
    EXPECT_NE(page.find("<pre><code>x = <span class=hy>1</span></code></pre>"), std::string::npos) << page;
    const std::string rule = ".hy{color:#835200}", dark = ".hy{color:#e5c07b}";
    EXPECT_NE(page.find(rule), std::string::npos);
    EXPECT_GT(page.find(dark), page.find("prefers-color-scheme: dark", page.find(rule)));
    EXPECT_NE(to_html(std::vector{assistant("~~~sh\necho 'a'\n~~~")}, {}).find("<span class=hg>"), std::string::npos);
}

// If this hangs, that is the bug: each of these was made to be slow.
TEST(MarkdownHtml, TakesHostileTextInLinearTime)
{
    constexpr int times = 100'000;
    for (const char* piece : {"*a ", "[", "![](", "`", "`` ` ", "> ", "- ", "_a_ ", "<", "https://", "**a* ", "|a\n|-\n", "***", "~~a"}) {
        std::string text;
        for (int i = 0; i < times; ++i) text += piece;
        EXPECT_FALSE(exporting::markdown_to_html(text).empty()) << piece;
    }
}

}  // namespace

}  // namespace oi
