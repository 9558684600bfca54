// Bedrock's exceptions: kinds, and what each of the common ones wants done.
#include "llm/providers/bedrock_error.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/context_overflow.h"
#include "llm/vendor_error.h"

#include <algorithm>

namespace oi::llm {

namespace {

struct Known {
    std::string_view type;  // without "Exception", lower case
    ErrorKind kind;
};
constexpr Known known[] = {
    {"throttling", ErrorKind::rate_limited},     {"toomanyrequests", ErrorKind::rate_limited},
    {"servicequotaexceeded", ErrorKind::denied}, {"accessdenied", ErrorKind::auth},
    {"expiredtoken", ErrorKind::auth},           {"unrecognizedclient", ErrorKind::auth},
    {"invalidsignature", ErrorKind::auth},       {"signaturedoesnotmatch", ErrorKind::auth},
    {"incompletesignature", ErrorKind::auth},    {"missingauthenticationtoken", ErrorKind::auth},
    {"invalidclienttokenid", ErrorKind::auth},   {"resourcenotfound", ErrorKind::not_found},
    {"unknownoperation", ErrorKind::not_found},  {"validation", ErrorKind::invalid},
    {"modelnotready", ErrorKind::network},       {"modeltimeout", ErrorKind::network},
    {"modelerror", ErrorKind::network},          {"modelstreamerror", ErrorKind::network},
    {"internalserver", ErrorKind::network},      {"serviceunavailable", ErrorKind::network},
};

// "com.amazon.coral.service#ThrottlingException:http://..." as "throttling".
std::string plain(std::string_view type)
{
    type = type.substr(0, type.find(':'));
    if (const auto hash = type.rfind('#'); hash != std::string_view::npos) type.remove_prefix(hash + 1);
    std::string name = lower(type);
    if (name.ends_with("exception")) name.resize(name.size() - 9);
    return name;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string_view::npos; });
}

std::optional<ErrorKind> kind_of(std::string_view type, std::string_view sentence)
{
    if (type == "validation" && has_any(sentence, {"input is too long", "prompt is too long", "too many input tokens",
                                                   "maximum context length", "exceeds the model's"}))
        return ErrorKind::context_overflow;
    if (type == "validation" && has_any(sentence, {"model identifier is invalid", "inference profile"})) return ErrorKind::not_found;
    for (const auto& row : known)
        if (row.type == type) return row.kind;
    return {};
}

std::string hint_of(std::string_view type, std::string_view sentence, const Endpoint& endpoint)
{
    if (has_any(sentence, {"inference profile"}))
        return cat("this model is served through an inference profile: --model bedrock/us.", endpoint.model,
                   ", with eu, apac or global for us as your region has it");
    if (has_any(sentence, {"signature expired", "not yet current", "signature not yet"}))
        return "the clock of this computer is wrong: set it";
    if (type == "expiredtoken" || has_any(sentence, {"token included in the request is expired", "token has expired"}))
        return "the session has expired: sign in again (aws sso login, aws login) and renew AWS_SESSION_TOKEN";
    if (type == "accessdenied")
        return "open the model for this account and region in the Bedrock console under Model access, and allow it "
               "bedrock:InvokeModelWithResponseStream";
    if (type == "invalidsignature" || type == "signaturedoesnotmatch") return "check AWS_SECRET_ACCESS_KEY";
    if (type == "servicequotaexceeded") return "ask for a larger quota in the Service Quotas console, or use another --model";
    return {};
}

// Without what was signed, which Amazon quotes after a wrong signature and which holds the session's token.
std::string_view sentence_in(const json::Value& body)
{
    for (const std::string_view key : {"message", "Message"})
        if (const auto text = json::text(body, key); !text.empty()) return trim(text.substr(0, text.find("The Canonical String")));
    return {};
}

}  // namespace

Error bedrock_error(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    net::HttpResponse usual = failure;
    const auto body = json::parse(failure.body);
    std::string type{net::find_header(failure.headers, "x-amzn-errortype")};
    if (body && type.empty()) type = json::text(*body, "__type");
    if (const auto sentence = body ? sentence_in(*body) : std::string_view{}; !sentence.empty()) {
        json::Writer w;
        w.object([&] { w.field("message", sentence); });
        usual.body = w.take();
    }
    Error error = vendor_error(usual, endpoint);
    const std::string name = plain(type);
    const std::string sentence = lower(error.what);
    if (const auto kind = kind_of(name, sentence)) {
        error.kind = *kind;
        error.hint = hint_for(*kind, endpoint);
    }
    if (error.kind == ErrorKind::auth && endpoint.authorizer)
        error.hint = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
    if (auto hint = hint_of(name, sentence, endpoint); !hint.empty()) error.hint = std::move(hint);
    return error;
}

Error bedrock_exception(std::string_view type, std::string_view payload)
{
    const auto body = json::parse(payload);
    const std::string sentence{body ? sentence_in(*body) : payload};
    const std::string name = plain(type);
    return {kind_of(name, lower(sentence)).value_or(ErrorKind::network),
            cat("an error inside the stream: ", valid_utf8(std::string{type}), sentence.empty() ? "" : ": ",
                valid_utf8(std::string{utf8_prefix(sentence, 400)})),
            hint_of(name, lower(sentence), {})};
}

}  // namespace oi::llm
