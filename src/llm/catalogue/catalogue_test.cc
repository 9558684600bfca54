// The catalogue: its rows, and which of them a name means.
#include "llm/catalogue/catalogue.h"

#include "base/embedded.h"
#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace oi::llm {

namespace {

constexpr std::string_view rows = R"(# name window answer in out cached write tools images thinks tokenizer
big          100  10  1 2 0.5 -  yes yes no  o200k
big-mini     200  -   -
big.5        300
other/big    400
)";

long window(std::string_view name)
{
    Catalogue catalogue;
    catalogue.add(rows, "rows");
    return catalogue.find(name).context_window;
}

}  // namespace

TEST(Catalogue, TheLongestRowThatFitsCounts)
{
    EXPECT_EQ(window("big"), 100);
    EXPECT_EQ(window("big-2024-01-01"), 100);
    EXPECT_EQ(window("big-mini-2024"), 200);
    EXPECT_EQ(window("big.5:latest"), 300);
    EXPECT_EQ(window("bigger"), 0) << "a row ends where a word ends";
    EXPECT_EQ(window("big.6"), 0) << "another version is another model, with another price";
    EXPECT_EQ(window(""), 0);
}

TEST(Catalogue, VendorPathAndRegionMayStandBeforeTheName)
{
    EXPECT_EQ(window("openrouter/anyone/big-mini"), 200);
    EXPECT_EQ(window("us.anyone.big-mini-v1:0"), 200);
    EXPECT_EQ(window("Anyone/BIG-mini"), 200);
    EXPECT_EQ(window("other/big"), 400) << "a row with a vendor comes before the one without";
    EXPECT_EQ(window("big/unknown"), 0);
}

TEST(Catalogue, ARowHasEveryFieldAndWhatIsAbsentIsUnknown)
{
    Catalogue catalogue;
    catalogue.add(rows, "rows");
    const ModelFacts facts = catalogue.find("big");
    EXPECT_EQ(facts.max_tokens, 10);
    EXPECT_EQ(facts.price, (Price{.input = 1, .output = 2, .cached_input = 0.5}));
    EXPECT_EQ(facts.takes_tools, true);
    EXPECT_TRUE(facts.takes_images);
    EXPECT_EQ(facts.thinks, false);
    EXPECT_EQ(facts.tokenizer, "o200k");
    const ModelFacts mini = catalogue.find("big-mini");
    EXPECT_EQ(mini.price, Price{});
    EXPECT_FALSE(mini.takes_tools);
    EXPECT_EQ(mini.tokenizer, "");
    EXPECT_EQ(catalogue.warnings().size(), 0u);
}

TEST(Catalogue, TheOwnFileWinsRowByRow)
{
    Catalogue catalogue;
    catalogue.add(rows, "rows");
    catalogue.add("big 7 - 3 4\nmine 8 - 0 0", "own");
    EXPECT_EQ(catalogue.find("big").price, (Price{.input = 3, .output = 4}));
    EXPECT_EQ(catalogue.find("big").context_window, 7);
    EXPECT_EQ(catalogue.find("big-mini").context_window, 200);
    EXPECT_EQ(catalogue.find("mine").price, (Price{.input = 0, .output = 0}));
}

TEST(Catalogue, AMalformedRowIsNamedAndTheRestWorks)
{
    Catalogue catalogue;
    catalogue.add(
        "# mine\na 10\nb ten\nc 10 - -1 2\nd 1 - - - - - maybe\ne 1 - - - - - - - - p50k\nf 1 2 3 4 5 6 yes no no - more\ng 20\r\n",
        "own.txt");
    const std::vector<std::string> expected{"own.txt:3: \"ten\" cannot stand in the column window; the row of b is left out",
                                            "own.txt:4: \"-1\" cannot stand in the column in; the row of c is left out",
                                            "own.txt:5: \"maybe\" cannot stand in the column tools; the row of d is left out",
                                            "own.txt:6: \"p50k\" cannot stand in the column tokenizer; the row of e is left out",
                                            "own.txt:7: more than 11 columns; the row of f is left out"};
    EXPECT_EQ(std::vector<std::string>(catalogue.warnings().begin(), catalogue.warnings().end()), expected);
    EXPECT_EQ(catalogue.find("a").context_window, 10);
    EXPECT_EQ(catalogue.find("g").context_window, 20);
    EXPECT_EQ(catalogue.size(), 2u);
}

TEST(Catalogue, AFreeVariantCostsNothing)
{
    Catalogue catalogue;
    catalogue.add(rows, "rows");
    EXPECT_EQ(catalogue.find("openrouter/anyone/big:free").price, (Price{.input = 0, .output = 0}));
}

TEST(Catalogue, TheBuiltInRowsAreWellFormedAndUnique)
{
    Catalogue built_in;
    const std::string_view text = embedded("models/catalogue.txt");
    built_in.add(text, "built in");
    EXPECT_EQ(built_in.warnings().size(), 0u) << (built_in.warnings().empty() ? "" : built_in.warnings().front());
    EXPECT_GT(built_in.size(), 250u);
    std::set<std::string> names;
    for (const auto line : split(text, '\n')) {
        if (is_blank(line) || line.starts_with('#')) continue;
        const std::string name{line.substr(0, line.find(' '))};
        EXPECT_EQ(name, lower(name));
        EXPECT_TRUE(names.insert(name).second) << name << " stands there twice";
        const ModelFacts facts = built_in.find(name);
        EXPECT_LE(facts.price.input, facts.price.output) << name;
        EXPECT_EQ(facts.price.input < 0, facts.price.output < 0) << name;
        EXPECT_LE(facts.price.cached_input, facts.price.input) << name;
        EXPECT_TRUE(facts.max_tokens <= facts.context_window) << name;
    }
}

TEST(Catalogue, KnowsTheModelsThatPeopleUse)
{
    EXPECT_EQ(facts_of("gpt-4").context_window, 8192);
    EXPECT_EQ(facts_of("azure/gpt-35-turbo").tokenizer, "cl100k");
    EXPECT_EQ(facts_of("openai/gpt-4o").max_tokens, 16384);
    EXPECT_EQ(facts_of("gpt-4o-mini-2024-07-18").price, (Price{.input = 0.15, .output = 0.6, .cached_input = 0.075}));
    EXPECT_TRUE(facts_of("claude-3-5-sonnet-20241022").takes_images);
    EXPECT_EQ(facts_of("us.anthropic.claude-3-5-haiku-20241022-v1:0").price.cache_write, 1);
    EXPECT_EQ(facts_of("openrouter/anthropic/claude-sonnet-4.5").price.output, 15);
    EXPECT_EQ(facts_of("claude-opus-4-9").price, Price{}) << "a model that is not known has no price";
    EXPECT_EQ(facts_of("bedrock/us.amazon.nova-pro-v1:0").context_window, 300000);
    EXPECT_EQ(facts_of("groq/llama-3.3-70b-versatile").price.input, 0.59);
    EXPECT_EQ(facts_of("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo").price, Price{}) << "the price of open weights is the host's";
    EXPECT_EQ(facts_of("nobody-knows-this").context_window, 0);
}

}  // namespace oi::llm
