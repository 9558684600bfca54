// Google credentials: a service account's key file, or what `gcloud auth application-default login` leaves, and the access
// tokens they are exchanged for.
// https://cloud.google.com/docs/authentication/application-default-credentials and RFC 7523
#pragma once

#include "llm/accounts/authorizer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace oi::llm {

struct GoogleCredentials {
    std::string source;   // the file or variable they stand in: what errors name
    std::string project;  // "": they name none
    std::string token_uri;
    // A service account's:
    std::string client_email, private_key, private_key_id;
    // A person's; empty for a service account:
    std::string client_id, client_secret, refresh_token;
    std::string quota_project;
};

// Errors (auth): `json` is malformed, of another type, or lacks a field; they name `source` and the field, and quote nothing.
Result<GoogleCredentials> read_google_credentials(std::string_view json, std::string source);

// VERTEXAI_CREDENTIALS (a path, or the JSON itself), GOOGLE_APPLICATION_CREDENTIALS (a path), else
// application_default_credentials.json in gcloud's folder (CLOUDSDK_CONFIG). nullopt: there are none.
Result<std::optional<GoogleCredentials>> find_google_credentials();

// The request that asks for an access token. Pure. Errors (auth): the private key is none.
Result<net::HttpRequest> google_token_request(const GoogleCredentials& credentials, std::chrono::system_clock::time_point now);

struct GoogleToken {
    std::string token;
    std::chrono::seconds lifetime{0};
};
// The answer to it. Errors: auth (refused), network (the server has trouble), protocol.
Result<GoogleToken> read_google_token(const net::HttpResponse& response, const GoogleCredentials& credentials);

// Fetches a token at the first request, keeps it until shortly before it expires.
std::shared_ptr<Authorizer> google_authorizer(GoogleCredentials credentials);

}  // namespace oi::llm
