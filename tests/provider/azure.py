"""Azure OpenAI, for server.py: OpenAI's format with a version, another key header, and what its content filter says.
https://learn.microsoft.com/azure/ai-services/openai/reference"""

from openai_chat import OpenAI

PASSED = {kind: {"filtered": False, "severity": "safe"} for kind in ("hate", "self_harm", "sexual", "violence")}


class Azure(OpenAI):
    path = "/openai/deployments/*/chat/completions"
    list_path = "/openai/models?api-version=*"

    @staticmethod
    def check(headers, body):
        if "api-version=" not in headers[":path"]:
            return "Resource not found"
        if "api-key" not in headers or "authorization" in headers:
            return "Access denied due to missing subscription key."
        return OpenAI.check(headers, body)

    @staticmethod
    def error(message, kind):
        return {"error": {"code": kind, "message": message}}

    @staticmethod
    def events(reply, body):
        yield (None, {"choices": [], "created": 0, "id": "", "model": "", "object": "",
                      "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": PASSED}]})
        for kind, data in OpenAI.events(reply, body):
            if isinstance(data, dict):
                for choice in data.get("choices", []):
                    choice["content_filter_results"] = PASSED if choice["delta"].get("content") else {}
            yield (kind, data)
