// Mask: by the names of headers and parameters, and by the secrets themselves wherever they stand.
#include "llm/recording/mask.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace oi::llm {

namespace {

constexpr std::string_view masked = "***";
constexpr std::size_t shortest_secret = 8;
// A secret is also known without its first bytes, so that one cut there by the end of a piece does not pass.
constexpr std::size_t known_without = 3;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool is_secret_parameter(std::string_view name)
{
    const std::string word = lower(name);
    return word.ends_with("key") || word.ends_with("token") || word == "sig" || contains_any(word, {"signature", "credential", "secret"});
}

}  // namespace

bool is_secret_header(std::string_view name)
{
    const std::string word = lower(name);
    return word.ends_with("key") || word.ends_with("token") ||
           contains_any(word, {"authorization", "cookie", "secret", "signature", "credential", "password"});
}

std::vector<std::string> secrets_of_environment()
{
    std::vector<std::string> secrets;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view variable = *entry;
        const auto equals = std::min(variable.find('='), variable.size());
        const std::string_view name = variable.substr(0, equals);
        const std::string_view value = variable.substr(std::min(equals + 1, variable.size()));
        const bool is_secret = name.ends_with("_KEY") || name.ends_with("_TOKEN") || name.ends_with("_SECRET") ||
                               name.ends_with("_PASSWORD") || name == "AWS_ACCESS_KEY_ID";
        // A short one may be any word, and a path is none.
        if (is_secret && value.size() >= 16 && !value.starts_with('/')) secrets.emplace_back(trim(value));
    }
    return secrets;
}

Mask::Mask(const std::vector<std::string>& secrets)
{
    for (const auto& secret : secrets) {
        if (secret.size() < shortest_secret) continue;
        for (auto& form : {secret, replace_all(secret, "/", "\\/"), net::percent_encoded(secret)})
            if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.push_back(form);
    }
    // The longer first: one may hold another.
    std::sort(secrets_.begin(), secrets_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

net::Header Mask::header(const net::Header& header) const
{
    if (!is_secret_header(header.name)) return {header.name, text(header.value)};
    const auto blank = header.value.find(' ');
    const bool has_scheme = lower(header.name).ends_with("authorization") && blank != std::string::npos;
    return {header.name, has_scheme ? cat(header.value.substr(0, blank), " ", masked) : std::string{masked}};
}

std::string Mask::url(std::string_view url) const
{
    std::string out;
    if (const auto host = url.find("://"); host != std::string_view::npos) {
        const auto end = std::min(url.find_first_of("/?#", host + 3), url.size());
        const auto at = url.substr(0, end).rfind('@');
        out = url.substr(0, host + 3);
        url.remove_prefix(at == std::string_view::npos ? host + 3 : at + 1);
        if (at != std::string_view::npos) out += cat(masked, "@");
    }
    const auto query = std::min(url.find('?'), url.size());
    out += url.substr(0, query);
    char separator = '?';
    for (const auto parameter : split(url.substr(std::min(query + 1, url.size())), '&')) {
        if (query == url.size()) break;
        const auto equals = std::min(parameter.find('='), parameter.size());
        const bool is_secret = is_secret_parameter(parameter.substr(0, equals));
        out += cat(separator, is_secret ? cat(parameter.substr(0, equals), "=", masked) : std::string{parameter});
        separator = '&';
    }
    return text(std::move(out));
}

std::string Mask::text(std::string text) const
{
    for (const auto& secret : secrets_) {
        text = replace_all(std::move(text), secret, masked);
        if (secret.size() >= shortest_secret + known_without)
            text = replace_all(std::move(text), std::string_view{secret}.substr(known_without), masked);
    }
    return text;
}

std::size_t Mask::unfinished(std::string_view text) const
{
    std::size_t longest = 0;
    for (const auto& secret : secrets_) {
        const std::size_t least = secret.size() >= shortest_secret + known_without ? known_without + 1 : 1;
        for (std::size_t length = std::min(text.size(), secret.size() - 1); length >= least && length > longest; --length)
            if (text.ends_with(std::string_view{secret}.substr(0, length))) longest = length;
    }
    return longest;
}

}  // namespace oi::llm
