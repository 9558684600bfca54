// AWS account: key and region as Amazon's own tools find them in the environment and in ~/.aws.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
#pragma once

#include "llm/accounts/authorizer.h"
#include "llm/accounts/aws_signature.h"

#include <memory>
#include <optional>
#include <string>

namespace oi::llm {

// AWS_ACCESS_KEY_ID with its fellows, else the profile AWS_PROFILE (default) of the files credentials and config
// (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE). nullopt: nothing is set up. Errors (auth): half a key, a profile that is not
// there, one whose keys only Amazon's tools can fetch; they name variable, file and profile.
Result<std::optional<AwsKey>> find_aws_key();

// AWS_REGION_NAME, AWS_REGION, AWS_DEFAULT_REGION, else the profile's; "": none.
std::string find_aws_region();

// Signs each request at the moment that it leaves. When a key is refused, looks for another where the first came from.
std::shared_ptr<Authorizer> aws_authorizer(AwsKey key, std::string region, std::string service);

}  // namespace oi::llm
