// AWS Signature Version 4: canonical request, string to sign, derived key, signature.
#include "llm/accounts/aws_signature.h"

#include "base/text.h"
#include "net/crypto.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

namespace oi::llm {

namespace {

std::string timestamp(std::chrono::system_clock::time_point now)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm date{};
    ::gmtime_r(&seconds, &date);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &date)};
}

struct Target {
    std::string_view path, query;
};

Target target_of(std::string_view url)
{
    url.remove_prefix(net::origin_of(url).size());
    url = url.substr(0, url.find('#'));
    const auto mark = url.find('?');
    const std::string_view path = url.substr(0, mark);
    return {path.empty() ? "/" : path, mark == std::string_view::npos ? std::string_view{} : url.substr(mark + 1)};
}

// What is encoded in the path as it is sent is encoded once more: a ":" goes as %3A and is signed as %253A.
std::string canonical_path(std::string_view path) { return net::percent_encoded(path, "/"); }

// Names and values as they are sent, sorted.
std::string canonical_query(std::string_view query)
{
    if (query.empty()) return {};
    std::vector<std::pair<std::string_view, std::string_view>> fields;
    for (const auto field : split(query, '&')) {
        const auto equals = field.find('=');
        fields.emplace_back(field.substr(0, equals), equals == std::string_view::npos ? "" : field.substr(equals + 1));
    }
    std::sort(fields.begin(), fields.end());
    std::string out;
    for (const auto& [name, value] : fields)
        out += cat(out.empty() ? "" : "&", net::percent_encoded(name, "%"), "=", net::percent_encoded(value, "%"));
    return out;
}

// Blanks in a row count as one.
std::string canonical_value(std::string_view value)
{
    std::string out;
    for (const char c : trim(value))
        if (c != ' ' || !out.ends_with(' ')) out += c;
    return out;
}

std::vector<net::Header> signed_headers(const net::HttpRequest& request)
{
    std::vector<net::Header> headers{{"host", std::string{net::authority_of(request.url)}}};
    for (const auto& header : request.headers) headers.push_back({lower(header.name), canonical_value(header.value)});
    std::stable_sort(headers.begin(), headers.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return headers;
}

std::string names_of(const std::vector<net::Header>& headers)
{
    std::vector<std::string> names;
    for (const auto& header : headers) names.push_back(header.name);
    return join(names, ";");
}

Result<std::string> canonical_request(const net::HttpRequest& request, const std::vector<net::Header>& headers)
{
    OI_TRY(const std::string hash, net::sha256(request.body));
    const Target target = target_of(request.url);
    std::string text = cat(request.method, "\n", canonical_path(target.path), "\n", canonical_query(target.query), "\n");
    for (const auto& header : headers) text += cat(header.name, ":", header.value, "\n");
    return cat(text, "\n", names_of(headers), "\n", net::hex(hash));
}

}  // namespace

Result<void> sign_aws(net::HttpRequest& request, const AwsKey& key, const AwsScope& scope, std::chrono::system_clock::time_point now)
{
    const std::string time = timestamp(now);
    const std::string date = time.substr(0, 8);
    request.headers.push_back({"X-Amz-Date", time});
    if (!key.session_token.empty()) request.headers.push_back({"X-Amz-Security-Token", key.session_token});
    const auto headers = signed_headers(request);
    OI_TRY(const std::string canonical, canonical_request(request, headers));
    OI_TRY(const std::string hash, net::sha256(canonical));
    const std::string credential = cat(date, "/", scope.region, "/", scope.service, "/aws4_request");
    std::string signature = cat("AWS4", key.secret);
    for (const std::string& part : {date, std::string{scope.region}, std::string{scope.service}, std::string{"aws4_request"},
                                    cat("AWS4-HMAC-SHA256\n", time, "\n", credential, "\n", net::hex(hash))}) {
        OI_TRY(signature, net::hmac_sha256(signature, part));
    }
    request.headers.push_back({"Authorization", cat("AWS4-HMAC-SHA256 Credential=", key.id, "/", credential,
                                                    ", SignedHeaders=", names_of(headers), ", Signature=", net::hex(signature))});
    return {};
}

}  // namespace oi::llm
