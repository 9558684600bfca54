// What Amazon Bedrock says when it refuses, by the name of the exception rather than the status.
// https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
#pragma once

#include "base/error.h"
#include "llm/provider.h"

#include <string_view>

namespace oi::llm {

// A reply whose status is not 2xx.
Error bedrock_error(const net::HttpResponse& failure, const Endpoint& endpoint);

// An exception inside a stream: its name ("throttlingException") and its payload.
Error bedrock_exception(std::string_view type, std::string_view payload);

}  // namespace oi::llm
