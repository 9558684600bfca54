// The corpus of what models really emit: each output is run as meant, answered with one request to repair, or prose.
#include "llm/reader/chunk_maker.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "javascript", "shell"};

// One output: "=== verdict | form | title", what the model sent, "---", what is made of it.
struct Case {
    std::string head;
    std::string verdict;  // run, repair or prose
    std::string form;     // "call NAME": arguments of a native call; "tools": text, tools were offered; "text": text mode
    std::string raw;
    std::string expected;
};

std::vector<Case> read_cases(const std::string& path)
{
    std::vector<Case> cases;
    std::string* part = nullptr;
    const std::string text = sys::read_file(path).value();
    for (const auto line : split(text, '\n')) {
        if (line.starts_with("=== ")) {
            const auto fields = split(line.substr(4), '|');
            cases.push_back({std::string{line}, std::string{trim(fields.at(0))}, std::string{trim(fields.at(1))}, {}, {}});
            part = &cases.back().raw;
        } else if (line == "---" && part) {
            part = &cases.back().expected;
        } else if (part) {
            *part += cat(line, "\n");
        }
    }
    for (auto& one : cases) {
        one.raw.pop_back();
        one.expected = std::string{trim(one.expected)};
    }
    return cases;
}

std::vector<std::string> corpus_files()
{
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{cat(testing::source_folder(), "/tests/streams/corpus")})
        if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<Case> corpus()
{
    std::vector<Case> all;
    for (const auto& file : corpus_files())
        for (auto& one : read_cases(file)) all.push_back(std::move(one));
    return all;
}

// Chunks as lines: say "TEXT", run LANGUAGE "CODE"; and all the prose.
struct Outcome {
    std::vector<std::string> lines;
    std::vector<std::string> ran;  // languages
    std::string prose;
    std::string all;  // prose and code in the order in which they came
    std::size_t chunks = 0;

    std::string text() const { return join(lines, "\n"); }
};

class Reading {
public:
    explicit Reading(std::string_view form)
        : maker_{[this](const Event& event) { take(event); }, languages, form == "text" ? CodeForm::fences : CodeForm::calls},
          is_call_{form.starts_with("call")}
    {
        if (is_call_) maker_.take({.kind = Delta::Kind::call_start, .call = 0, .text = trim(form.substr(4))});
    }
    void feed(std::string_view piece)
    {
        maker_.take({.kind = is_call_ ? Delta::Kind::call_arguments : Delta::Kind::text, .text = piece});
        maker_.flush();
    }
    Outcome finish()
    {
        if (is_call_) maker_.take({.kind = Delta::Kind::call_end});
        maker_.finish(ReplyEnd::whole);
        close();
        return std::move(outcome_);
    }
    const Outcome& outcome() const { return outcome_; }

private:
    void take(const Event& event)
    {
        const auto* chunk = std::get_if<Chunk>(&event);
        if (!chunk) return;
        ++outcome_.chunks;
        if (is_end_mark(*chunk)) return close();
        if (!open_ || open_->type != chunk->type || open_->format != chunk->format) {
            close();
            open_ = *chunk;
            open_->content.clear();
        }
        open_->content += chunk->content;
        outcome_.all += chunk->content;
        if (chunk->type == Kind::message) outcome_.prose += chunk->content;
    }
    void close()
    {
        if (!open_) return;
        json::Writer quoted;
        quoted.value(open_->content);
        if (open_->type == Kind::message) {
            outcome_.lines.push_back(cat("say ", quoted.view()));
        } else {
            outcome_.lines.push_back(cat("run ", open_->format, " ", quoted.view()));
            outcome_.ran.push_back(open_->format);
        }
        open_.reset();
    }
    Outcome outcome_;
    std::optional<Chunk> open_;
    ChunkMaker maker_;
    bool is_call_;
};

Outcome read(std::string_view form, std::string_view raw, std::size_t piece)
{
    Reading reading{form};
    for (std::size_t at = 0; at < raw.size(); at += piece) reading.feed(raw.substr(at, piece));
    return reading.finish();
}

bool is_known(const std::string& language) { return std::find(languages.begin(), languages.end(), language) != languages.end(); }

void expect_verdict(const Case& one, const Outcome& outcome)
{
    const bool runs = !outcome.ran.empty() && std::all_of(outcome.ran.begin(), outcome.ran.end(), is_known);
    if (one.verdict == "run") {
        EXPECT_TRUE(runs);
    }
    if (one.verdict == "repair") {
        EXPECT_TRUE(outcome.ran.size() == 1 && !is_known(outcome.ran.front()));
    }
    if (one.verdict == "prose") {
        EXPECT_TRUE(outcome.ran.empty() && outcome.prose == one.raw) << outcome.text();
    }
    EXPECT_TRUE(one.verdict == "run" || one.verdict == "repair" || one.verdict == "prose") << one.verdict;
}

// Pieces of random sizes.
Outcome read_randomly(std::string_view form, std::string_view raw, std::mt19937& random)
{
    Reading reading{form};
    while (!raw.empty()) {
        const std::size_t size = std::min<std::size_t>(raw.size(), 1 + random() % 9);
        reading.feed(raw.substr(0, size));
        raw.remove_prefix(size);
    }
    return reading.finish();
}

// Whether the letters and digits of `part` stand in `whole`, in this order.
bool is_within(std::string_view part, std::string_view whole)
{
    std::size_t at = 0;
    for (const char c : part) {
        at = whole.find(c, at);
        if (at == std::string_view::npos) return false;
        ++at;
    }
    return true;
}

}  // namespace

// OI_UPDATE_STREAMS=1 writes the expectations anew, to be read before they are committed; the verdicts stand.
TEST(Corpus, IsRunAsMeantOrAnsweredOrLeftAsProseHoweverItIsSplit)
{
    std::size_t count = 0;
    std::size_t prose = 0;
    for (const auto& file : corpus_files()) {
        std::string updated;
        for (const auto& one : read_cases(file)) {
            SCOPED_TRACE(cat(file, ": ", one.head));
            const Outcome whole = read(one.form, one.raw, one.raw.size());
            updated += cat(one.head, "\n", one.raw, "\n---\n", one.verdict == "prose" ? "" : whole.text(), "\n");
            if (!std::getenv("OI_UPDATE_STREAMS")) {
                EXPECT_EQ(one.verdict == "prose" ? "" : whole.text(), one.expected);
            }
            expect_verdict(one, whole);
            for (const std::size_t piece : {1U, 2U, 3U, 5U, 13U, 40U})
                EXPECT_EQ(read(one.form, one.raw, piece).text(), whole.text()) << piece;
            ++count;
            prose += one.verdict == "prose" ? 1 : 0;
        }
        if (std::getenv("OI_UPDATE_STREAMS")) ignore(sys::write_file(file, updated), "the next run says it");
    }
    EXPECT_GE(count, 200U);
    EXPECT_GE(prose, 40U);
}

TEST(Corpus, MutatedNeitherCrashesNorHangsNorDependsOnItsPieces)
{
    const auto cases = corpus();
    std::mt19937 random{11};
    const char* rounds = std::getenv("OI_FUZZ_SECONDS");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{rounds ? std::atoi(rounds) : 1};
    do {
        const Case& one = cases[random() % cases.size()];
        std::string raw = one.raw;
        for (unsigned i = random() % 6; i-- > 0 && !raw.empty();) {
            const std::size_t at = random() % raw.size();
            const std::string& other = cases[random() % cases.size()].raw;
            switch (random() % 5) {
            case 0: raw[at] = static_cast<char>(random()); break;
            case 1: raw.erase(at, 1 + random() % 8); break;
            case 2: raw.insert(at, other.substr(random() % (other.size() + 1), random() % 30)); break;
            case 3: raw.insert(at, 1, "\n`{\"'<>\\|,"[random() % 10]); break;
            default: raw.resize(at);
            }
        }
        const auto whole = read(one.form, raw, std::max<std::size_t>(raw.size(), 1));
        ASSERT_EQ(read(one.form, raw, 1).text(), whole.text()) << one.form << "\n" << raw;
        ASSERT_EQ(read_randomly(one.form, raw, random).text(), whole.text()) << one.form << "\n" << raw;
        if (one.form == "tools" && whole.ran.empty() && !is_blank(raw)) {
            ASSERT_EQ(whole.prose, valid_utf8(raw));
        }
    } while (std::chrono::steady_clock::now() < end);
}

TEST(Text, OfRandomBytesIsNeverLost)
{
    const std::vector<std::string> atoms{"<tool_call>",
                                         "{\"name\"",
                                         ": \"execute\"",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         "```",
                                         "json",
                                         "python",
                                         "\n",
                                         "\n",
                                         " ",
                                         "a",
                                         "b",
                                         "1",
                                         "<execute>",
                                         "</execute>",
                                         "<|im_start|>",
                                         "execute(",
                                         "language=\"python\"",
                                         ",",
                                         "\"",
                                         ")",
                                         "assistant",
                                         "\"code\"",
                                         ":",
                                         "~~~",
                                         "<code language=\"python\">",
                                         "\xC3\xA9",
                                         "[TOOL_CALLS]"};
    std::mt19937 random{5};
    for (int round = 0; round < 3000; ++round) {
        std::string raw;
        for (unsigned i = random() % 24; i-- > 0;)
            raw += random() % 4 == 0 ? std::string(1, static_cast<char>(random() % 256)) : atoms[random() % atoms.size()];
        for (const std::string_view form : {"tools", "text"}) {
            const auto outcome = read_randomly(form, raw, random);
            ASSERT_EQ(outcome.text(), read(form, raw, std::max<std::size_t>(raw.size(), 1)).text()) << raw;
            if (form == "tools" && outcome.ran.empty() && !is_blank(raw)) {
                ASSERT_EQ(outcome.prose, valid_utf8(raw));
            }
            ASSERT_TRUE(is_within(outcome.prose, valid_utf8(raw))) << raw << "\n--\n" << outcome.text();
        }
    }
}

TEST(Text, OfOrdinaryProseIsNotHeldBack)
{
    for (const std::string_view form : {"tools", "text"}) {
        for (const std::string_view text :
             {"Hello, I ", "The {x} ", "[1] see", "- item ", "{ \"answer\": ", "{\"name\": \"Bob\",", "<b>bold", "execute the",
              "I use execute(", "functions are ", "[link](", "Action plan", "<executive", "1. {"}) {
            Reading reading{form};
            reading.feed(text);
            EXPECT_EQ(reading.outcome().prose, text);
        }
    }
}

TEST(Text, CostsTimeInProportionToItsSize)
{
    const auto repeated = [](std::string_view piece, std::size_t size) {
        std::string text;
        while (text.size() < size) text += piece;
        return text;
    };
    constexpr std::size_t size = 10'000'000;
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string_view piece : {"ordinary words of prose\n", "{\"code\": \"", "{\"arguments\":\n", "<execute>\n", "```json\n{\n",
                                         "\"x\", ", "[TOOL_CALLS]", "executeexecut"}) {
        const std::string text = repeated(piece, piece.starts_with("ordinary") ? size : size / 10);
        EXPECT_GT(read("tools", text, 65536).chunks, 0U) << piece;
        EXPECT_GT(read("text", text, 65536).chunks, 0U) << piece;
        EXPECT_GT(read("call execute", "{\"language\":\"python\",\"code\":\"" + text, 65536).chunks, 0U) << piece;
    }
    EXPECT_GT(read("tools",
                   "{\"name\":\"execute\",\"arguments\":{\"language\":\"python\",\"code\":\"" + repeated("x = 1\\n", size) + "\"}}", 65536)
                  .ran.size(),
              0U);
    // Quadratic cost would take hours: the bound is only there to tell the two apart.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes{5});
}

}  // namespace oi::llm
