"""Amazon Bedrock and Google Vertex AI over real HTTP: signatures, access tokens, and what goes wrong with them. Run by run.py."""

import json
import os
import subprocess

from provider import Provider

AWS = {"AWS_ACCESS_KEY_ID": "AKIDTEST0123456789", "AWS_SECRET_ACCESS_KEY": "secret/Test+0123456789abcdef", "AWS_REGION": "us-east-1"}
SONNET = "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0"
TASK = [{"text": "Let me see.", "calls": [{"language": "shell", "code": "echo h''i"}], "split": 3}, {"text": "It says **hi**."}]


def bedrock(room, provider, *arguments, env=None, model=SONNET):
    return room.run("-m", model, "-ab", provider.base, *arguments, env={**AWS, **(env or {})})


def one_error(result, *words, code=1):
    assert result.code == code, result
    line = result.err.strip().splitlines()[-1]
    for word in words:
        assert word.lower() in line.lower(), (word, result)


def does_the_task(result):
    assert result.code == 0 and "It says **hi**." in result.out and "\nhi\n" in result.out, result


def test_bedrock_signs_each_request(room):
    with Provider(TASK) as provider:
        does_the_task(bedrock(room, provider, "-y", "say hi"))
        paths = {request["path"] for request in provider.requests}
        assert paths == {"/model/us.anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream"}, paths
        assert provider.body(1)["messages"][-1]["content"][0]["toolResult"]["content"] == [{"text": "hi"}], provider.body(1)
        assert provider.body(1)["system"][-1] == {"cachePoint": {"type": "default"}}, provider.body(1)["system"]
        assert provider.connections == 1


def test_bedrock_signs_by_arn_and_profile_with_a_session_token(room):
    os.makedirs(os.path.join(room.home, ".aws"))
    with open(os.path.join(room.home, ".aws", "credentials"), "w", encoding="utf-8") as file:
        file.write("[work]\naws_access_key_id = ASIATEST0123456789\naws_secret_access_key = another/Secret+0123456789\n"
                   "aws_session_token = session-token-0123456789\n")
    with open(os.path.join(room.home, ".aws", "config"), "w", encoding="utf-8") as file:
        file.write("[profile work]\nregion = eu-west-1\n")
    arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc 1"
    for model in ("bedrock/" + arn, "bedrock/converse/" + arn):
        with Provider([{"text": "hello"}]) as provider:
            result = room.run("-m", model, "-ab", provider.base, "-v", "hi", env={"AWS_PROFILE": "work"})
            assert result.code == 0 and "hello" in result.out, result
            for secret in ("another/Secret+0123456789", "session-token-0123456789", "Signature="):
                assert secret not in result.err, result
            assert 'contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"hello"}' in result.err, result
            assert "/eu-west-1/bedrock/aws4_request" in provider.requests[0]["headers"]["authorization"], provider.requests


def test_bedrock_signs_anew_when_it_tries_again(room):
    with Provider([{"status": 429, "error": "Too many requests", "type": "ThrottlingException", "headers": {"Retry-After": "1"}}, {"text": "there"}]) as provider:
        result = bedrock(room, provider, "go")
        assert result.code == 0 and "there" in result.out, result
        dates = [request["headers"]["x-amz-date"] for request in provider.requests]
        assert len(dates) == 2 and dates[0] < dates[1], dates


def test_bedrock_faults_are_one_clear_line_each(room):
    with Provider([{"text": "never"}]) as provider:
        one_error(bedrock(room, provider, "go", env={"AWS_SECRET_ACCESS_KEY": "wrong"}), "Amazon Bedrock", "403", "does not match", "AWS_SECRET_ACCESS_KEY")
        one_error(bedrock(room, provider, "go", env={"AWS_ACCESS_KEY_ID": "AKIDOTHER"}), "403", "security token", "AWS_ACCESS_KEY_ID")
        one_error(bedrock(room, provider, "go", env={"AWS_SESSION_TOKEN": "old"}), "403", "expired", "aws sso login")
        result = bedrock(room, provider, "-v", "go", env={"AWS_ACCESS_KEY_ID": "ASIATEST0123456789", "AWS_SECRET_ACCESS_KEY": "wrong",
                                                          "AWS_SESSION_TOKEN": "session-token-0123456789"})
        assert result.code == 1 and "does not match" in result.err and "session-token-0123456789" not in result.err, result
        one_error(room.run("-m", SONNET, "go", env={"AWS_REGION": "us-east-1"}), "AWS_ACCESS_KEY_ID", "AWS_PROFILE")
        one_error(room.run("-m", SONNET, "go"), "region", "AWS_REGION", code=2)
    faults = [({"text": "so far", "error": "Too many tokens", "type": "throttlingException"}, ["throttlingException: Too many tokens"]),
              ({"status": 403, "error": "You don't have access to the model", "type": "AccessDeniedException"}, ["don't have access", "Model access"]),
              ({"text": "so far", "fault": "corrupt"}, ["checksum"]),
              ({"status": 400, "error": "Input is too long for requested model.", "type": "ValidationException"}, ["too long", "larger window"])]
    for reply, words in faults:
        with Provider([reply]) as provider:
            result = bedrock(room, provider, "--retry_for", "0", "go")
            one_error(result, *words)
            assert "text" not in reply or "so far" in result.out, result
            assert "secret/Test" not in result.err


def test_bedrock_tries_a_throttled_stream_again_when_nothing_was_said(room):
    with Provider([{"error": "Too many tokens", "type": "throttlingException"}, {"text": "there"}]) as provider:
        result = bedrock(room, provider, "go")
        assert result.code == 0 and "there" in result.out and len(provider.requests) == 2, result


def test_bedrock_models_that_stream_no_calls_are_read_from_fenced_blocks(room):
    refusal = {"status": 400, "error": "This model doesn't support tool use in streaming mode.", "type": "ValidationException"}
    with Provider([refusal, {"text": "I look.\n\n```shell\necho h''i\n```\n"}, TASK[1]]) as provider:
        does_the_task(bedrock(room, provider, "-y", "say hi", model="bedrock/meta.llama3-1-70b-instruct-v1:0"))
        assert ["toolConfig" in request["body"] for request in provider.requests] == [True, False, False], provider.requests


def test_clouds_list_their_models(room):
    with Provider([], models=["anthropic.claude-v2", "amazon.nova-pro-v1:0"]) as provider:
        result = room.run("--models", "-m", "bedrock", "-ab", provider.base, env=AWS)
        assert result.out == ("bedrock/anthropic.claude-v2    100000 tokens    $8.00 in  $24.00 out\n"
                              "bedrock/amazon.nova-pro-v1:0   300000 tokens    $0.80 in   $3.20 out\n"), result
        one_error(room.run("--models", "-m", "bedrock", "-ab", provider.base, env={**AWS, "AWS_SECRET_ACCESS_KEY": "wrong"}), "403", "does not match")
        result = room.run("--models=nova", "-m", "vertex_ai", "-ab", provider.base, "-ak", "ya29.x", env={"VERTEXAI_PROJECT": "a-project"})
        assert result.out == "vertex_ai/amazon.nova-pro-v1:0   300000 tokens    $0.80 in   $3.20 out\n", result


class Google:
    """A service account: its key, made for one test, and what the token server knows of it."""

    def __init__(self, room):
        key = os.path.join(room.folder, "key.pem")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], capture_output=True, check=True)
        public = subprocess.run(["openssl", "rsa", "-in", key, "-pubout"], capture_output=True, text=True, check=True).stdout
        with open(key, encoding="utf-8") as file:
            self.private = file.read()
        self.path = os.path.join(room.folder, "account.json")
        self.knows = {"public_key": public, "client_email": "robot@a-project.iam.gserviceaccount.com", "refresh_token": "1//refresh-0123456789"}

    def write(self, provider, **changes):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump({"type": "service_account", "project_id": "a-project", "private_key_id": "k1", "private_key": self.private,
                       "client_email": self.knows["client_email"], "token_uri": provider.base + "/token", **changes}, file)
        return {"GOOGLE_APPLICATION_CREDENTIALS": self.path}


def tokens(provider):
    return [entry["token"] for entry in provider.entries if "token" in entry]


def test_vertex_exchanges_a_signed_assertion_for_a_token_once(room):
    google = Google(room)
    for model, publisher in (("vertex_ai/gemini-2.5-pro", "google"), ("vertex_ai/claude-sonnet-4-5@20250929", "anthropic")):
        with Provider(TASK, google=google.knows) as provider:
            result = room.run("-m", model, "-ab", provider.base, "-y", "-v", "say hi", env=google.write(provider))
            does_the_task(result)
            assert tokens(provider) == [200], provider.entries
            assert all(request["path"].startswith(f"/v1/projects/a-project/locations/us-central1/publishers/{publisher}/models/")
                       for request in provider.requests), provider.requests
            assert "ya29." not in result.err + result.out and "PRIVATE KEY" not in result.err, result


def test_vertex_takes_what_gcloud_left_and_renews_what_expires_or_is_refused(room):
    google = Google(room)
    folder = os.path.join(room.home, ".config", "gcloud")
    os.makedirs(folder)
    with Provider(TASK, google={**google.knows, "lifetime": 30}) as provider:
        with open(os.path.join(folder, "application_default_credentials.json"), "w", encoding="utf-8") as file:
            json.dump({"type": "authorized_user", "client_id": "id", "client_secret": "client-secret-0123", "refresh_token": "1//refresh-0123456789",
                       "quota_project_id": "quota-1", "token_uri": provider.base + "/token"}, file)
        does_the_task(room.run("-m", "vertex_ai/gemini-2.5-pro", "-ab", provider.base, "-y", "say hi"))
        assert tokens(provider) == [200, 200], "a token in its last minute is not used"
        assert provider.requests[0]["headers"]["x-goog-user-project"] == "quota-1", provider.requests
        assert "/projects/quota-1/" in provider.requests[0]["path"], provider.requests
    refused = [TASK[0], {"status": 401, "error": "Request had invalid authentication credentials.", "type": "UNAUTHENTICATED"}, TASK[1]]
    with Provider(refused, google=google.knows) as provider:
        does_the_task(room.run("-m", "vertex_ai/gemini-2.5-pro", "-ab", provider.base, "-y", "say hi", env=google.write(provider)))
        assert tokens(provider) == [200, 200] and len(provider.requests) == 3, provider.entries


def test_vertex_faults_are_one_clear_line_each(room):
    google = Google(room)
    other = Google(room)
    with Provider([{"status": 401, "error": "Expected OAuth 2 access token", "type": "UNAUTHENTICATED"}], google=google.knows) as provider:
        run = lambda env: room.run("-m", "vertex_ai/gemini-2.5-pro", "-ab", provider.base, "--retry_for", "0", "go", env=env)
        one_error(run(google.write(provider)), "Vertex AI", "401", "gcloud auth application-default login")
        assert len(provider.requests) == 1, "a new token that is refused is not fetched again"
        one_error(run(google.write(provider, private_key=other.private)), "Invalid JWT Signature", "account.json")
        one_error(run(google.write(provider, private_key="nonsense")), "private_key in", "account.json", "RSA")
        one_error(run(google.write(provider, client_email="")), "account.json", "client_email")
        one_error(run(google.write(provider, token_uri="http://127.0.0.1:9/token")), "127.0.0.1:9")
        one_error(run({"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"}), "Google", "/nowhere.json", "check GOOGLE_APPLICATION_CREDENTIALS")
        one_error(room.run("-m", "vertex_ai/gemini-2.5-pro", "go"), "gcloud auth application-default login", "GOOGLE_APPLICATION_CREDENTIALS")
        one_error(room.run("-m", "vertex_ai/gemini-2.5-pro", "-ak", "ya29.x", "go"), "VERTEXAI_PROJECT", code=2)
