// AWS Signature Version 4. Pure: the clock is handed in.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <chrono>
#include <string>
#include <string_view>

namespace oi::llm {

struct AwsKey {
    std::string id;
    std::string secret;
    std::string session_token;  // of temporary keys; else empty
    bool operator==(const AwsKey&) const = default;
};

struct AwsScope {
    std::string_view region;
    std::string_view service;
};

// Adds X-Amz-Date, X-Amz-Security-Token and Authorization; all headers that the request has are signed, and the host.
// Errors: not_found (libcrypto).
Result<void> sign_aws(net::HttpRequest& request, const AwsKey& key, const AwsScope& scope, std::chrono::system_clock::time_point now);

}  // namespace oi::llm
