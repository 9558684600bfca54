// Conversations on disk: appending with the index, opening and searching one of 100,000 messages. Prints NAME MILLISECONDS CPU.
#include "measure.h"

#include "agent/conversation.h"
#include "base/text.h"
#include "store/sqlite_store.h"
#include "sys/files.h"
#include "testing/scripted_model.h"
#include "testing/temp_dir.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <random>
#include <time.h>

namespace {

using namespace oi;

double cpu_now()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// The best of some times, since other programs only make it longer; NAME ELAPSED CPU.
void report(const char* name, int times, const std::function<void()>& work)
{
    double best = 1e9, best_cpu = 1e9;
    for (int i = 0; i < times; ++i) {
        const double before = cpu_now();
        best = std::min(best, bench::milliseconds(work));
        best_cpu = std::min(best_cpu, cpu_now() - before);
    }
    std::printf("%s %.2f %.2f\n", name, best, best_cpu);
}

// Words as people and programs use them: few often, many seldom.
class Words {
public:
    std::string text(std::size_t count)
    {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t often = 20'000 / (1 + random_() % 20'000);
            text += cat(word(random_() % 4 == 0 ? random_() % 20'000 : often), i % 12 == 11 ? '\n' : ' ');
        }
        return text;
    }

    static std::string word(std::size_t number)
    {
        constexpr std::array<const char*, 30> syllables{"ka", "lo", "mi", "ter", "sun", "re", "po", "dat", "in", "vel", "or", "che", "fu", "ba", "non",
                                                        "li", "gra", "sto", "we", "den", "qui", "ja", "pla", "tu", "zen", "os", "hy", "cre", "am", "ry"};
        std::string word;
        do word += syllables[number % syllables.size()];
        while ((number /= syllables.size()) > 0);
        return word;
    }

private:
    std::mt19937 random_{1};
};

void fill(Store& store, ConversationId id, std::size_t count)
{
    Words words;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 4 == 0) store.append(id, user(words.text(12)));
        else if (i % 4 == 1) store.append(id, code("python", words.text(30)));
        else if (i % 4 == 2) store.append(id, output(words.text(40)));
        else store.append(id, assistant(words.text(30)));
        if (i % 4 == 3) store.add_usage(id, {.input_tokens = 1000, .output_tokens = 100, .cost = 0.001});
        if (i % 1000 == 0) ignore(store.flush(), "measured below");
    }
    store.append(id, user("the needle in the haystack"));
}

}  // namespace

int main(int argc, char** argv)
{
    const testing::TempDir folder;
    const std::string path = argc > 1 ? argv[1] : folder / "conversations.db";
    constexpr std::size_t count = 100'000;
    ConversationId id = 0;
    {
        const auto store = open_sqlite_store(path);
        id = store->create("/work", "m").value();
        report("append_all", 1, [&] {
            fill(*store, id, count - 1);
            ignore(store->flush(), "the next lines show it");
        });
        report("index_all", 1, [&] { ignore(store->search("needle", 5), "only for its time"); });
    }
    report("load", 5, [&] { ignore(open_sqlite_store(path)->load(id), "only for its time"); });
    testing::ScriptedModel model{{}};
    report("resume", 5, [&] {
        const auto store = open_sqlite_store(path);
        Conversation conversation{model, *store, {}, {}};
        if (!conversation.resume(id)) std::puts("failed 1");
    });
    report("read", 5, [&] {
        const auto store = open_sqlite_store(path);
        Conversation conversation{model, *store, {}, {}};
        if (!conversation.resume(id) || conversation.messages().size() != count) std::puts("failed 1");
    });
    const auto search = [&](const char* name, const char* words) {
        report(name, 5, [&] {
            const auto hits = open_sqlite_store(path)->search(words, 50);
            if (!hits || hits->empty()) std::puts("failed 1");
        });
    };
    search("search_rare", "needle haystack");
    search("search_common", (Words::word(1) + ' ' + Words::word(2)).c_str());
    search("search_prefix", "vel");
    search("search_phrase", "\"the needle in\"");
    std::printf("id %lld\n", static_cast<long long>(id));
    return 0;
}
