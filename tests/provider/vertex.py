"""Google's Vertex AI, as the scripted provider speaks it: Gemini's and Anthropic's formats under a project, and the token endpoint.
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference and https://developers.google.com/identity/protocols/oauth2"""
import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.parse

from anthropic_messages import Anthropic
from gemini import Gemini


class Tokens:
    """The token endpoint. A scenario's "google" holds {"public_key": PEM, "client_email", "refresh_token", "lifetime": seconds};
    with it only the tokens given out here open the models, without it any does."""

    path = "/token"
    scenario = None
    issued = []
    revoked = set()

    @staticmethod
    def problem_of_assertion(assertion):
        head, claims, signature = assertion.split(".")
        decode = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("key.pem", Tokens.scenario["public_key"].encode()), ("signature", decode(signature)),
                                  ("text", f"{head}.{claims}".encode())):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
            done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "text"], cwd=folder,
                                  capture_output=True, check=False)
        if json.loads(decode(head)).get("alg") != "RS256" or done.returncode != 0:
            return "Invalid JWT Signature."
        said, now = json.loads(decode(claims)), time.time()
        if not (now - 60 < said["iat"] <= now + 60 and said["iat"] < said["exp"] <= said["iat"] + 3600):
            return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values."
        if said["iss"] != Tokens.scenario["client_email"] or not said["aud"].endswith("/token") or "cloud-platform" not in said["scope"]:
            return "Invalid grant: account not found"
        return None

    @staticmethod
    def answer(raw):
        """(status, body) for a form."""
        form = dict(urllib.parse.parse_qsl(raw.decode()))
        if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            problem = Tokens.problem_of_assertion(form["assertion"])
        elif form.get("grant_type") == "refresh_token":
            problem = None if form["refresh_token"] == Tokens.scenario["refresh_token"] and form["client_secret"] else "Bad Request"
        else:
            return 400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type: " + form.get("grant_type", "")}
        if problem:
            return 400, {"error": "invalid_grant", "error_description": problem}
        Tokens.issued.append(f"ya29.token-{len(Tokens.issued)}-0123456789")
        return 200, {"access_token": Tokens.issued[-1], "expires_in": Tokens.scenario.get("lifetime", 3599), "token_type": "Bearer"}


def problem_of_token(headers):
    authorization = headers.get("authorization", "")
    token = authorization.removeprefix("Bearer ")
    if token == authorization or not token or "x-api-key" in headers or "x-goog-api-key" in headers or (Tokens.scenario and token not in Tokens.issued):
        return (401, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
                "authentication credential.", "UNAUTHENTICATED")
    if "/projects/" not in headers[":path"] or "/locations/" not in headers[":path"]:
        return 404, "Requested entity was not found.", "NOT_FOUND"
    return None


class Vertex(Gemini):
    path = "/publishers/google/models/*:streamGenerateContent"
    list_path = "/v1beta1/publishers/google/models?pageSize=*"

    @staticmethod
    def check(headers, body):
        problem = problem_of_token(headers)
        return problem or Gemini.check({name: value for name, value in headers.items() if name != "authorization"}, body)

    @staticmethod
    def models(models):
        return {"publisherModels": [{"name": "publishers/google/models/" + model["id"], "versionId": "default"} for model in models]}


class VertexClaude(Anthropic):
    path = "/publishers/anthropic/models/*:streamRawPredict"
    list_path = "/nowhere"

    @staticmethod
    def check(headers, body):
        if problem := problem_of_token(headers):
            return problem
        if "model" in body or "anthropic-version" in headers:
            return "model: Extra inputs are not permitted"
        if body.get("anthropic_version") != "vertex-2023-10-16":
            return "anthropic_version: Field required"
        plain = {key: value for key, value in body.items() if key != "anthropic_version"}
        return Anthropic.check({**headers, "anthropic-version": "x"}, {**plain, "model": "m"})

    @staticmethod
    def events(reply, body):
        for i, event in enumerate(Anthropic.events(reply, {**body, "model": "m"})):
            if i == 1:
                yield ("vertex_event", {"type": "vertex_event", "usage": {"input_tokens": 9, "output_tokens": 1}})
            yield event

    @staticmethod
    def whole(reply, body):
        return Anthropic.whole(reply, {**body, "model": "m"})
