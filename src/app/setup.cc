// Setup: what was found, what the person picks, the check, and where it is kept.
#include "app/setup.h"

#include "app/config_commands.h"
#include "app/local_models.h"
#include "app/wiring.h"
#include "base/text.h"
#include "config/config_file.h"
#include "config/edit_settings.h"
#include "config/yaml.h"
#include "core/cost.h"
#include "llm/catalogue/list_models.h"
#include "llm/catalogue/model_order.h"
#include "llm/endpoint_for.h"
#include "llm/keys/key_forms.h"
#include "llm/keys/stored_keys.h"
#include "llm/open_model.h"
#include "sys/files.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace oi {

namespace {

// Something that a model can come from.
struct Offer {
    enum class Kind : std::uint8_t { vendor, local, paste, server } kind = Kind::paste;
    Choice row;
    std::string vendor{};
    std::string title{};
    LocalModel model{};
};

// What the person has decided so far.
struct Decided {
    ModelChoice choice;
    GivenKey given{};  // a new key; its key is empty where there is none
};

std::string tidy(const std::string& path)
{
    const std::string home = sys::home_folder() + "/";
    return path.starts_with(home) ? cat("~/", path.substr(home.size())) : path;
}

std::string note_of(const llm::ListedModel& model)
{
    std::string note = model.context_window > 0 ? cat(model.context_window, " tokens") : "";
    if (is_known(model.price))
        note += cat(note.empty() ? "" : ", ",
                    is_free(model.price) ? "free" : cat(dollars(model.price.input), " in, ", dollars(model.price.output), " out"));
    return note;
}

std::string lines_of(const Error& error) { return cat("  ", valid_utf8(to_line(error)), "\n"); }

class Setup {
public:
    Setup(Questions& questions, const config::Invocation& invocation) : questions_{questions}, invocation_{invocation} {}

    Result<Decided> decide()
    {
        const auto offers = find_offers();
        std::vector<Choice> rows;
        for (const auto& offer : offers) rows.push_back(offer.row);
        for (;;) {
            OI_TRY(const std::size_t row, questions_.pick(rows));
            auto decided = take(offers[row]);
            if (decided || decided.error().kind == ErrorKind::cancelled) return decided;
            if (!decided.error().what.empty()) questions_.say(lines_of(decided.error()));
        }
    }

private:
    // A kind that only says: back to the list of offers.
    static Fail back() { return fail(ErrorKind::denied, ""); }

    void add_vendors(std::vector<Offer>& offers) const
    {
        const auto stored = llm::stored_keys();
        for (const auto& vendor : llm::keyed_vendors()) {
            std::string where;
            for (const auto variable : split(vendor.variables, ' '))
                if (where.empty() && !is_blank(sys::environment(std::string{variable}.c_str()))) where = cat("key in ", variable);
            const auto is_its = [&](const llm::StoredKey& key) {
                return key.vendor == vendor.prefix && key.address == llm::own_address(vendor.prefix);
            };
            if (where.empty() && stored && std::any_of(stored->begin(), stored->end(), is_its)) where = "key is stored";
            if (!where.empty()) offers.push_back({Offer::Kind::vendor, {vendor.title, where}, std::string{vendor.prefix}, vendor.title});
        }
    }

    std::vector<Offer> find_offers() const
    {
        std::vector<Offer> offers;
        if (!invocation_.settings.offline) add_vendors(offers);
        for (auto& model : local_models()) offers.push_back({Offer::Kind::local, {model.name, model.place}, {}, {}, model});
        if (!invocation_.settings.offline)
            offers.push_back({Offer::Kind::paste, {"A key of a vendor", "OpenAI, Anthropic, Gemini, OpenRouter, Groq, ..."}});
        offers.push_back({Offer::Kind::server, {"Another server", "its address"}});
        return offers;
    }

    Result<Decided> take(const Offer& offer)
    {
        switch (offer.kind) {
        case Offer::Kind::vendor: return choose_of({.vendor = offer.vendor, .title = offer.title, .key = {}}, "");
        case Offer::Kind::local:
            return Decided{
                {.name = offer.model.name, .api_base = offer.model.api_base, .note = cat("on this machine: ", offer.model.place)}};
        case Offer::Kind::paste: return paste({}, {});
        case Offer::Kind::server: return other_server();
        }
        return back();
    }

    // Until a key opens its vendor, or the person gives up.
    Result<Decided> paste(std::string vendor, const std::string& api_base)
    {
        for (;;) {
            OI_TRY(auto given, ask_for_key(questions_, vendor));
            if (given.key.empty()) return back();
            if (!api_base.empty()) given.address = api_base;
            auto decided = choose_of(given, api_base);
            if (decided || decided.error().kind != ErrorKind::auth) return decided;
            questions_.say(lines_of({ErrorKind::auth, decided.error().what}));
        }
    }

    Result<Decided> other_server()
    {
        OI_TRY(const std::string base, questions_.line("Its address (http://HOST:PORT/v1; Enter alone: back): "));
        if (base.empty()) return back();
        auto decided = choose_of({.vendor = "openai", .title = base, .key = {}}, base);
        if (decided || decided.error().kind != ErrorKind::auth) return decided;
        questions_.say("It wants a key.\n");
        return paste("openai", base);
    }

    llm::ModelOptions options_for(const std::string& name, const GivenKey& given, const std::string& api_base) const
    {
        auto options = model_options({.name = name, .api_base = api_base}, invocation_.settings, Audience::unattended,
                                     make_trace(invocation_.settings));
        options.retry_for = std::chrono::seconds{5};
        options.api_key = given.key;
        // A server of the person's own gets none of the keys for others.
        if (!api_base.empty() && given.key.empty()) options.api_key = "none";
        return options;
    }

    Result<Decided> choose_of(const GivenKey& given, const std::string& api_base)
    {
        questions_.say(cat("Asking ", given.title, " for its models ...\n"));
        auto models = questions_.wait_for(
            [&](std::stop_token stop) { return llm::list_models(options_for(given.vendor, given, api_base), std::move(stop)); });
        if (!models && (models.error().kind == ErrorKind::not_found || models.error().kind == ErrorKind::protocol)) {
            questions_.say(lines_of(models.error()));
            models = std::vector<llm::ListedModel>{};
        }
        if (!models) return Fail{models.error()};
        auto ordered = llm::in_order(std::move(*models));
        std::vector<Choice> rows;
        for (const auto& model : ordered) rows.push_back({model.name, note_of(model)});
        for (;;) {
            std::string name;
            if (rows.empty()) {
                OI_TRY(name, questions_.line("The name of the model (Enter alone: back): "));
                if (name.empty()) return back();
                if (!name.starts_with(given.vendor + "/")) name = cat(given.vendor, "/", name);
            } else {
                questions_.say(cat("It has ", rows.size(), rows.size() == 1 ? " model." : " models, the newest first."));
                OI_TRY(const std::size_t row, questions_.pick(rows));
                name = rows[row].name;
            }
            OI_TRY(const bool is_fine, try_out(name, given, api_base));
            if (is_fine) return Decided{{.name = name, .api_base = api_base, .note = "chosen just now"}, given};
        }
    }

    // One small request. Whether the model is to be used; auth: the key is refused.
    Result<bool> try_out(const std::string& name, const GivenKey& given, const std::string& api_base)
    {
        questions_.say(cat("Trying ", name, " ...\n"));
        const auto answer = questions_.wait_for([&](std::stop_token stop) -> Result<Usage> {
            OI_TRY(const auto model, llm::open_model(options_for(name, given, api_base)));
            const std::vector<Message> messages{user("Reply with the word ok and nothing else.")};
            return model->stream(
                {.system = "", .messages = messages, .languages = {}, .offers_tools = false}, [](const Event&) {}, std::move(stop));
        });
        if (answer) {
            questions_.say("It answers.\n");
            return true;
        }
        if (answer.error().kind == ErrorKind::cancelled || answer.error().kind == ErrorKind::auth) return Fail{answer.error()};
        questions_.say(lines_of(answer.error()));
        return questions_.yes("Use it all the same? (y/N) ");
    }

    Questions& questions_;
    const config::Invocation& invocation_;
};

// Where the key is from now on; an Error is said, and the key counts for this run.
void keep_key(Questions& questions, Decided& decided)
{
    const GivenKey& given = decided.given;
    if (given.key.empty()) return;
    const auto kept = llm::store_key({.vendor = given.vendor, .address = given.address, .key = given.key});
    if (kept) {
        questions.say(*kept == llm::KeyPlace::desktop
                          ? std::string{"The key is in the desktop's key store now.\n"}
                          : cat("The key is in ", tidy(llm::stored_keys_path()), " now, which you alone can read.\n"));
        return;
    }
    decided.choice.key = given.key;
    questions.say(cat("The key counts for this run only, it could not be stored:\n", lines_of(kept.error())));
}

// The name by which the file calls the setting: an older program's file has the old one.
std::string_view key_in(const std::string& path, std::string_view key, std::string_view old_key)
{
    const auto text = sys::read_file(path, config::most_bytes);
    if (!text) return key;
    const auto entries = config::read_yaml(path, *text);
    const bool is_old =
        entries && std::any_of(entries->begin(), entries->end(), [&](const config::YamlEntry& entry) { return entry.key == old_key; });
    return is_old ? old_key : key;
}

void keep_choice(Questions& questions, const config::Invocation& invocation, const ModelChoice& choice)
{
    const std::string path = config::config_path(invocation.settings.config_file);
    const auto made = sys::exists(path) ? Result<void>{} : make_config(path);
    const config::SettingChange changes[] = {
        {key_in(path, "llm.model", "model"), choice.name},
        {key_in(path, "llm.api_base", "api_base"), choice.api_base.empty() ? std::nullopt : std::optional{choice.api_base}}};
    if (const auto kept = made ? config::edit_settings(path, changes) : made; !kept) {
        questions.say(cat("The choice counts for this run only, it could not be kept:\n", lines_of(kept.error())));
        return;
    }
    questions.say(cat("The model is in ", tidy(path), " now: ", choice.name,
                      ".\nChange it with interpreter --setup, keys with interpreter --keys.\n"));
    const auto& origin = invocation.origin("model");
    if (origin.source > config::Source::config_file && invocation.settings.model != choice.name)
        questions.say(cat("But ", origin.where, " names another model, ", valid_utf8(invocation.settings.model), ", and comes before it",
                          origin.source == config::Source::profile ? ": remove it there" : "", ".\n"));
}

}  // namespace

bool can_be_asked(const Settings& settings) { return settings.frontend != "json" && ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO); }

Result<ModelChoice> choose_and_keep_model(const config::Invocation& invocation, std::string_view greeting)
{
    Questions questions{STDIN_FILENO, STDOUT_FILENO};
    questions.say(greeting);
    OI_TRY(Decided decided, Setup(questions, invocation).decide());
    keep_key(questions, decided);
    keep_choice(questions, invocation, decided.choice);
    return std::move(decided.choice);
}

int setup(const config::Invocation& invocation)
{
    if (!can_be_asked(invocation.settings)) {
        std::fputs(
            "interpreter: --setup asks questions, and needs a terminal for stdin and stdout "
            "(elsewhere: interpreter --keys add VENDOR < FILE, and --model)\n",
            stderr);
        return 2;
    }
    const auto choice = choose_and_keep_model(invocation, "Which model shall answer?\n");
    if (choice) return 0;
    if (choice.error().kind == ErrorKind::cancelled) return 130;
    std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(choice.error())).c_str());
    return 1;
}

}  // namespace oi
