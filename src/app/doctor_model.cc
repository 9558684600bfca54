// The check of the model: which one, its key, the way to it, a real request for what it serves.
#include "app/doctor_checks.h"

#include "app/choose_model.h"
#include "app/local_models.h"
#include "app/wiring.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/catalogue/list_models.h"
#include "llm/local/model_file.h"
#include "llm/model_name.h"
#include "llm/open_model.h"
#include "llm/recording/replay.h"
#include "net/http_client.h"
#include "net/proxy.h"
#include "sys/files.h"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace oi {

namespace {

using namespace std::chrono_literals;
using State = CheckResult::State;

std::string milliseconds(double time) { return cat(std::round(time * 10) / 10, " ms"); }
std::string took(std::string_view what, double time) { return time < 0 ? "" : cat(", ", what, " after ", milliseconds(time)); }

CheckResult chosen(const config::Invocation& invocation, const ModelChoice& choice)
{
    const auto& origin = invocation.origin("model");
    const std::string why = !choice.note.empty() ? choice.note : cat("asked for by ", origin.where.empty() ? "--model" : origin.where);
    return {State::ok, "model", cat(choice.name, ", ", why)};
}

// The variable that holds the key, or the flag; "" when there is none.
std::string key_source(const config::Invocation& invocation, std::string_view variables)
{
    if (!invocation.settings.api_key.empty()) return cat("given by ", invocation.origin("api_key").where);
    for (const auto variable : split(variables, ' '))
        if (!variable.empty() && !is_blank(sys::environment(std::string{variable}.c_str()))) return cat("in ", variable);
    return "";
}

CheckResult check_key(const config::Invocation& invocation, const llm::Endpoint& endpoint, std::string_view variables)
{
    const std::string source = key_source(invocation, variables);
    if (endpoint.authorizer) return {State::ok, "key", "the account's credentials are found"};
    if (endpoint.key.empty())
        return {State::ok, "key", cat(endpoint.vendor, " at ", net::without_credentials(net::origin_of(endpoint.base_url)), " gets none")};
    const bool is_odd = endpoint.key.find_first_of(" \t\r\n\"'") != std::string::npos;
    if (is_odd) return {State::bad, "key", cat(source, " has blanks or quotes in it"), "set it again without them"};
    return {State::ok, "key", source.empty() ? "stored; interpreter --keys lists them" : source};
}

// Whether NO_PROXY excepts the host of this address.
bool is_excepted(std::string_view url)
{
    const std::string host = lower(net::host_of(url));
    for (const char* list : {"no_proxy", "NO_PROXY"}) {
        const std::string entries = sys::environment(list);
        for (auto entry : split(entries, ',')) {
            entry = trim(entry);
            while (entry.starts_with('.')) entry.remove_prefix(1);
            if (entry == "*" || (!entry.empty() && (host == entry || host.ends_with(cat(".", entry))))) return true;
        }
    }
    return false;
}

// What one request for the list of models showed.
struct Seen {
    net::ConnectionFacts facts{};
    net::HttpHead head{};
    Result<std::vector<llm::ListedModel>> models{};
};

Seen ask(llm::ModelOptions options, std::stop_token stop)
{
    Seen seen;
    const auto send = net::http_sender();
    options.send = [&](net::HttpRequest request, const net::HttpSink& sink, std::stop_token until) {
        request.connect_timeout = 5s;
        request.idle_timeout = 6s;
        request.facts = &seen.facts;
        net::HttpSink through = sink;
        through.head = [&](const net::HttpHead& head) {
            seen.head = head;
            return sink.head(head);
        };
        return send(request, through, std::move(until));
    };
    seen.models = llm::list_models(options, std::move(stop));
    return seen;
}

// Seconds since 1970 of a time as certificates and HTTP write it; nullopt: not understood.
std::optional<std::time_t> time_of(const std::string& text)
{
    for (const char* format : {"%a, %d %b %Y %H:%M:%S", "%b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S"}) {
        std::tm time{};
        if (::strptime(text.c_str(), format, &time)) return ::timegm(&time);
    }
    return {};
}

// The way to the server. True: it was reached.
bool check_connection(const Seen& seen, std::string_view url, CheckResults& found)
{
    const net::ConnectionFacts& facts = seen.facts;
    const bool has_proxy = !net::proxy_for(url).empty() && !is_excepted(url);
    const std::string way = has_proxy ? cat(", through ", net::proxy_name(url)) : "";
    if (facts.address.empty()) {
        const auto& error = seen.models.error();
        found.push_back({State::bad, "address", error.what, error.hint});
        return false;
    }
    found.push_back(
        {State::ok, "address",
         cat(net::host_of(url), " (", facts.address, ")", took("name", facts.resolved), took("connection", facts.connected), way)});
    if (!url.starts_with("https")) return true;
    if (facts.secured < 0) {
        found.push_back({State::bad, "tls", seen.models.error().what, seen.models.error().hint});
        return false;
    }
    const auto expires = time_of(facts.expires);
    const double days = expires ? std::difftime(*expires, std::time(nullptr)) / 86400 : 1000;
    found.push_back({days < 7 ? State::note : State::ok, "tls",
                     cat("agreed after ", milliseconds(facts.secured),
                         facts.issuer.empty() ? "" : cat("; certificate of ", facts.issuer, ", until ", facts.expires))});
    return true;
}

void check_clock(const Seen& seen, CheckResults& found)
{
    const auto theirs = time_of(std::string{net::find_header(seen.head.headers, "date")});
    if (!theirs) return;
    const double skew = std::difftime(std::time(nullptr), *theirs);
    const std::string words = cat(std::abs(skew), " s ", skew > 0 ? "ahead of" : "behind", " the server's");
    if (std::abs(skew) <= 60) found.push_back({State::ok, "clock", "agrees with the server's"});
    else found.push_back({std::abs(skew) > 240 ? State::bad : State::note, "clock", words, "set this machine's clock"});
}

// Up to three names that may have been meant.
std::string near_names(std::string_view wanted, const std::vector<llm::ListedModel>& models)
{
    std::vector<std::string_view> names;
    for (const auto& model : models) names.push_back(model.name);
    std::vector<std::string> near;
    while (near.size() < 3) {
        auto found = nearest(wanted, names);
        for (std::size_t i = 0; !found && i < names.size(); ++i)
            if (names[i].find(wanted) != std::string_view::npos) found = names[i];
        if (!found && !names.empty() && names.size() <= 3) found = names.front();
        if (!found) break;
        near.emplace_back(*found);
        std::erase(names, *found);
    }
    return join(near, ", ");
}

void check_list(const Seen& seen, const ModelChoice& choice, const llm::Endpoint& endpoint, CheckResults& found)
{
    if (!seen.models) {
        const auto& error = seen.models.error();
        // Servers without a list of models answer requests all the same.
        const bool is_listless =
            error.kind == ErrorKind::protocol || error.kind == ErrorKind::not_found || error.kind == ErrorKind::unsupported;
        found.push_back({is_listless && seen.head.status != 0 ? State::note : State::bad, "request", error.what, error.hint});
        return;
    }
    const auto& models = *seen.models;
    found.push_back(
        {State::ok, "request",
         cat("the list of ", models.size(), models.size() == 1 ? " model" : " models", " came after ", milliseconds(seen.facts.answered))});
    const auto has_name = [&](const llm::ListedModel& model) {
        return model.name == choice.name || model.name == endpoint.model || model.name.ends_with(cat("/", endpoint.model)) ||
               model.name.ends_with(cat("/", endpoint.model, ":latest"));
    };
    const auto it = std::find_if(models.begin(), models.end(), has_name);
    if (it == models.end() && !models.empty()) {
        const std::string near = near_names(choice.name.find('/') == std::string::npos
                                                ? cat(models.front().name.substr(0, models.front().name.find('/') + 1), choice.name)
                                                : choice.name,
                                            models);
        found.push_back({State::note, "name", cat(endpoint.model, " is not in that list"),
                         near.empty() ? "interpreter --models lists all" : cat("did you mean ", near, "? --models lists all")});
    }
    const long window = endpoint.context_window > 0 ? endpoint.context_window : it != models.end() ? it->context_window : 0;
    if (window > 0) found.push_back({State::ok, "window", cat(window, " tokens")});
    else
        found.push_back({State::note, "window", "how much the model takes in is not known, so nothing is left out of long conversations",
                         "--context_window TOKENS"});
}

// With --local, and more than one model or none: nobody is asked here which.
CheckResult local_choice(const std::vector<LocalModel>& models)
{
    if (models.empty())
        return {State::bad, "model", "none: --local, and this machine has no model", "interpreter --local says how to get one"};
    std::vector<std::string> names;
    for (const auto& model : models) names.push_back(model.name);
    return {State::ok, "model", cat("--local lets you choose among ", join(names, ", "))};
}

}  // namespace

CheckResults check_model(const config::Invocation& invocation, std::stop_token stop)
{
    const Settings& settings = invocation.settings;
    if (settings.local && settings.model.empty() && settings.api_base.empty())
        if (const auto models = local_models(); models.size() != 1) return {local_choice(models)};
    const auto choice = choose_model(invocation);
    if (!choice && choice.error().kind == ErrorKind::not_found)
        return {
            {State::bad, "model", "none: no --model, no key in the environment, no server on this machine",
             "interpreter --setup; or set OPENAI_API_KEY or ANTHROPIC_API_KEY, start Ollama, or name one with --model; --demo needs none"}};
    if (!choice) return {{State::bad, "model", choice.error().what, choice.error().hint}};
    CheckResults found{chosen(invocation, *choice)};
    auto options = model_options(*choice, invocation.settings, Audience::unattended, {});
    const auto file = llm::model_file(options);
    if (file || choice->name.starts_with("script:") || llm::replay_name(choice->name)) {
        if (const auto opened = llm::open_model(options); !opened)
            found.front() = {State::bad, "model", opened.error().what, opened.error().hint};
        else if (file) found.push_back({State::ok, "file", *file});
        return found;
    }
    auto endpoint = llm::endpoint_for(options);
    const bool lacks_key = !endpoint && endpoint.error().kind == ErrorKind::auth;
    if (!endpoint) found.push_back({State::bad, lacks_key ? "key" : "model", endpoint.error().what, endpoint.error().hint});
    if (lacks_key) {
        options.api_key = "none";  // the way there can be tried all the same
        endpoint = llm::endpoint_for(options);
    }
    if (!endpoint) return found;
    const auto named = llm::resolve_model(options.name, options.api_base);
    if (!lacks_key) found.push_back(check_key(invocation, *endpoint, named ? named->key_env : ""));
    if (found.back().state == State::bad && !lacks_key) return found;  // a key with a line end in it is not sent

    const Seen seen = ask(options, std::move(stop));
    const bool is_reached = check_connection(seen, endpoint->base_url, found);
    if (is_reached && !lacks_key) check_list(seen, *choice, *endpoint, found);
    if (is_reached) check_clock(seen, found);
    return found;
}

}  // namespace oi
