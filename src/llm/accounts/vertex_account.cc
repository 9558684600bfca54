// Vertex account; https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
#include "llm/accounts/vertex_account.h"

#include "base/text.h"
#include "llm/accounts/google_credentials.h"
#include "llm/providers.h"
#include "sys/files.h"

namespace oi::llm {

namespace {

std::string host_of_location(std::string_view location)
{
    return cat("https://", location == "global" ? "" : cat(location, "-"), "aiplatform.googleapis.com");
}

// https://HOST before /v1/projects/...
std::string_view root_of(std::string_view base) { return base.substr(0, base.find("/v1/projects/")); }

// What follows /NAME/ in the path, up to the next slash.
std::string_view part_after(std::string_view path, std::string_view name)
{
    const auto begin = path.find(cat("/", name, "/"));
    if (begin == std::string_view::npos) return {};
    path.remove_prefix(begin + name.size() + 2);
    return path.substr(0, path.find('/'));
}

}  // namespace

Result<void> find_vertex_account(Endpoint& endpoint)
{
    std::optional<GoogleCredentials> credentials;
    if (endpoint.key.empty()) {
        OI_TRY(credentials, find_google_credentials());
        if (!credentials && endpoint.base_url.empty())
            return fail(ErrorKind::auth, cat("there are no credentials for Vertex AI, which serves ", endpoint.model),
                        "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file");
    }
    if (endpoint.base_url.find("/projects/") == std::string::npos) {
        std::string project = sys::first_in_environment({"VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"});
        if (project.empty() && credentials) project = credentials->project.empty() ? credentials->quota_project : credentials->project;
        if (project.empty())
            return fail(ErrorKind::invalid, "the project of Vertex AI is not known: VERTEXAI_PROJECT is not set", "set VERTEXAI_PROJECT");
        std::string location = sys::first_in_environment({"VERTEXAI_LOCATION", "GOOGLE_CLOUD_LOCATION"});
        if (location.empty()) location = "us-central1";
        std::string root = endpoint.base_url.empty() ? host_of_location(location) : endpoint.base_url;
        if (root.ends_with("/v1")) root.resize(root.size() - 3);
        endpoint.base_url = cat(root, "/v1/projects/", net::percent_encoded(project, ":"), "/locations/", net::percent_encoded(location));
    }
    if (credentials) endpoint.authorizer = google_authorizer(std::move(*credentials));
    return {};
}

std::string vertex_models_url(const Endpoint& endpoint)
{
    return cat(root_of(endpoint.base_url), "/v1beta1/publishers/google/models?pageSize=200");
}

Error vertex_error(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    Error error = gemini_provider.classify(failure, endpoint);
    const std::string_view project = part_after(endpoint.base_url, "projects");
    if (failure.status == 401)
        error.hint = endpoint.authorizer ? "run gcloud auth application-default login, or check GOOGLE_APPLICATION_CREDENTIALS"
                                         : "the access token has expired: --api_key \"$(gcloud auth print-access-token)\"";
    if (failure.status == 403)
        error.hint = cat("the account needs the role Vertex AI User in the project ", project, ", and the API must be enabled there");
    if (failure.status == 404)
        error.hint = cat("check --model; ", part_after(endpoint.base_url, "locations"),
                         " may not have it: VERTEXAI_LOCATION names another location, such as global");
    return error;
}

}  // namespace oi::llm
