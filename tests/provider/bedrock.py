"""Amazon Bedrock's ConverseStream, as the scripted provider speaks it.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html"""
import base64
import datetime
import hashlib
import hmac
import json
import struct
import urllib.parse
import zlib

from reply import call_of, chunks, parts_of, seal, text_pieces

# The keys that sign: id -> (secret, session token).
KEYS = {"AKIDTEST0123456789": ("secret/Test+0123456789abcdef", None),
        "ASIATEST0123456789": ("another/Secret+0123456789", "session-token-0123456789")}
CACHING = ("anthropic.claude-3-5-haiku", "anthropic.claude-3-5-sonnet-20241022", "anthropic.claude-3-7", "anthropic.claude-sonnet",
           "anthropic.claude-opus", "anthropic.claude-haiku", "amazon.nova")


def problem_of_signature(headers):
    """(status, message, type) as Amazon says it, or None. `headers` holds the request too: :method, :path, :raw."""
    authorization = headers.get("authorization", "")
    if authorization.startswith("Bearer "):
        return None
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return 403, "Missing Authentication Token", "MissingAuthenticationTokenException"
    fields = dict(field.strip().split("=", 1) for field in authorization.split(" ", 1)[1].split(","))
    key, date, region, service, end = fields["Credential"].split("/")
    if key not in KEYS:
        return 403, "The security token included in the request is invalid.", "UnrecognizedClientException"
    secret, token = KEYS[key]
    if headers.get("x-amz-security-token") != token:
        return 403, "The security token included in the request is expired", "ExpiredTokenException"
    time = headers["x-amz-date"]
    moment = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    age = abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds())
    if age > 300 or (date, service, end) != (time[:8], "bedrock", "aws4_request"):
        return 403, f"Signature expired: {time} is now earlier than allowed (5 min.)", "InvalidSignatureException"
    path, _, query = headers[":path"].partition("?")
    names = fields["SignedHeaders"].split(";")
    if names != sorted(names) or "host" not in names or "x-amz-date" not in names:
        return 403, "Host and x-amz-date must be signed", "InvalidSignatureException"
    canonical = "\n".join([headers[":method"], urllib.parse.quote(path, safe="/-._~"), "&".join(sorted(query.split("&"))),
                           *(f"{name}:{' '.join(headers[name].split())}" for name in names), "", ";".join(names),
                           hashlib.sha256(headers[":raw"]).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", time, "/".join([date, region, service, end]), hashlib.sha256(canonical.encode()).hexdigest()])
    signer = ("AWS4" + secret).encode()
    for part in (date, region, service, end):
        signer = hmac.digest(signer, part.encode(), "sha256")
    if hmac.new(signer, text.encode(), "sha256").hexdigest() != fields["Signature"]:
        return (403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
                "method.\n\nThe Canonical String for this request should have been\n'" + canonical + "'", "InvalidSignatureException")
    return None


def frame(headers, payload):
    packed = b"".join(struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
                      for name, value in headers.items())
    message = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    message += struct.pack(">I", zlib.crc32(message)) + packed + payload
    return message + struct.pack(">I", zlib.crc32(message))


def problem_of_content(role, content, waiting):
    """What is wrong with one message, and the ids of its calls."""
    seen = []
    for block in content:
        kind = next(iter(block))
        if kind == "text" and not block["text"].strip():
            return "The text field in the ContentBlock object is blank. Add text to the text field, and try again.", []
        if kind == "toolUse":
            if role != "assistant" or not isinstance(block[kind]["input"], dict):
                return "toolUse: a JSON object in a message of the assistant", []
            seen.append(block[kind]["toolUseId"])
        if kind == "toolResult":
            if role != "user" or block[kind]["toolUseId"] not in waiting or not block[kind]["content"]:
                return f"Unexpected toolUseId {block[kind]['toolUseId']}", []
            waiting.remove(block[kind]["toolUseId"])
        images = [block] if kind == "image" else [part for part in block[kind]["content"] if "image" in part] if kind == "toolResult" else []
        for image in images:
            if image["image"]["format"] not in ("png", "jpeg", "gif", "webp") or not base64.b64decode(image["image"]["source"]["bytes"], validate=True):
                return "Could not process image", []
        if kind == "reasoningContent" and block[kind].get("reasoningText", {}).get("signature") != seal(block[kind].get("reasoningText", {}).get("text", "")):
            return "messages.1.content.0: Invalid `signature` in `thinking` block", []
        if kind not in ("text", "image", "toolUse", "toolResult", "cachePoint", "reasoningContent"):
            return f"Unknown content block {kind}", []
    return (f"Expected toolResult blocks for the following Ids: {', '.join(waiting)}" if waiting else None), seen


def problem_of_thinking(model, body):
    """Claude's rules, in Converse's words."""
    thinking = body.get("additionalModelRequestFields", {}).get("thinking", {"type": "disabled"})
    if thinking["type"] == "disabled":
        return None
    if "claude" not in model:
        return "The model returned the following errors: extraneous key [thinking] is not permitted"
    if not 1024 <= thinking["budget_tokens"] < body.get("inferenceConfig", {}).get("maxTokens", 0):
        return "The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`"
    if "temperature" in body.get("inferenceConfig", {}):
        return "The model returned the following errors: `temperature` may only be set to 1 when thinking is enabled."
    messages = body["messages"]
    last = max(i for i, message in enumerate(messages) if "toolResult" not in message["content"][0] and message["role"] == "user")
    if last + 1 < len(messages) and "reasoningContent" not in messages[last + 1]["content"][0]:
        return "The model returned the following errors: Expected `thinking` or `redacted_thinking`, but found `tool_use`."
    return None


class Bedrock:
    path = "/converse-stream"
    list_path = "/foundation-models?byOutputModality=TEXT"
    always_streams = True
    content_type = "application/vnd.amazon.eventstream"
    known = {"messages", "system", "inferenceConfig", "toolConfig", "additionalModelRequestFields"}

    @staticmethod
    def check(headers, body):
        if problem := Bedrock.check_list(headers):
            return problem
        model = urllib.parse.unquote(headers[":path"].split("/model/")[1].split("/")[0])
        text = json.dumps(body)
        if "cachePoint" in text and not any(family in model for family in CACHING):
            return "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information."
        for key in body:
            if key not in Bedrock.known:
                return f"Unknown field {key}"
        if not body.get("messages") or body["messages"][0]["role"] != "user":
            return "A conversation must start with a user message. Try again with a conversation that starts with a user message."
        if body["messages"][-1]["role"] != "user":
            return "This model does not support assistant message prefill. The conversation must end with a user message."
        waiting = []
        for i, message in enumerate(body["messages"]):
            if i and body["messages"][i - 1]["role"] == message["role"]:
                return "A conversation must alternate between user and assistant roles."
            if not message["content"]:
                return f"The content field in the Message object at messages.{i} is empty."
            problem, waiting = problem_of_content(message["role"], message["content"], waiting)
            if problem:
                return problem
        if ("toolUse" in text or "toolResult" in text) and "toolConfig" not in body:
            return "The toolConfig field must be defined when using toolUse and toolResult content blocks."
        if problem := problem_of_thinking(model, body):
            return problem
        for tool in body.get("toolConfig", {"tools": []})["tools"]:
            if tool["toolSpec"]["inputSchema"]["json"]["type"] != "object":
                return "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object."
        if not 0 <= body.get("inferenceConfig", {}).get("temperature", 0) <= 1:
            return "Value at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1"
        return None

    @staticmethod
    def check_list(headers):
        return problem_of_signature(headers)

    @staticmethod
    def error(message, kind):
        return {"message": message}

    @staticmethod
    def error_headers(kind):
        return {"x-amzn-ErrorType": kind + ":http://internal.amazon.com/coral/com.amazon.bedrock/"}

    @staticmethod
    def usage(reply):
        used, cached = reply.get("usage", [12, 34]), reply.get("cached", 0)
        return {"inputTokens": used[0], "outputTokens": used[1], "totalTokens": sum(used) + cached, "cacheReadInputTokens": cached,
                "cacheWriteInputTokens": 0}

    @staticmethod
    def events(reply, body):
        yield ("messageStart", {"p": "abcdef", "role": "assistant"})
        index, has_calls = -1, False
        for part in parts_of(reply):
            if "raw" in part:
                yield ("contentBlockDelta", part["raw"])
                continue
            index += 1
            if "call" in part:
                has_calls = True
                name, arguments = call_of(part["call"])
                yield ("contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": {"name": name, "toolUseId": f"tooluse_k{index}"}}})
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield ("contentBlockDelta", {"contentBlockIndex": index, "delta": {"toolUse": {"input": piece}}, "p": "abc"})
            elif "thought" in part:
                for piece in text_pieces(part, reply):
                    yield ("contentBlockDelta", {"contentBlockIndex": index, "delta": {"reasoningContent": {"text": piece}}, "p": "abcd"})
                yield ("contentBlockDelta", {"contentBlockIndex": index, "delta": {"reasoningContent": {"signature": seal(part["thought"])}}})
            else:
                for piece in text_pieces(part, reply):
                    yield ("contentBlockDelta", {"contentBlockIndex": index, "delta": {"text": piece}, "p": "abcdefgh"})
            yield ("contentBlockStop", {"contentBlockIndex": index})
        if reply.get("fault") == "malformed":
            yield ("contentBlockDelta", '{"contentBlockIndex": 0, "delta": {"text": ')
        if "error" in reply:
            yield ("exception", (reply.get("type", "internalServerException"), {"message": reply["error"]}))
            return
        if reply.get("fault") == "no_end":
            return
        yield ("messageStop", {"stopReason": reply.get("finish", "tool_use" if has_calls else "end_turn")})
        yield ("metadata", {"metrics": {"latencyMs": 551}, "usage": Bedrock.usage(reply)})

    @staticmethod
    def render(reply, body):
        out = []
        for type_, data in Bedrock.events(reply, body):
            headers = {":event-type": type_, ":content-type": "application/json", ":message-type": "event"}
            if type_ == "exception":
                headers, data = {":exception-type": data[0], ":content-type": "application/json", ":message-type": "exception"}, data[1]
            text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
            out.append(frame(headers, text.encode("utf-8", "surrogatepass")))
        if reply.get("fault") == "corrupt":
            out[-1] = out[-1][:-1] + bytes([out[-1][-1] ^ 1])
        return b"".join(out)

    @staticmethod
    def whole(reply, body):
        content = []
        for part in parts_of(reply):
            if "call" in part:
                name, arguments = call_of(part["call"])
                content.append({"toolUse": {"toolUseId": f"tooluse_{len(content)}", "name": name, "input": json.loads(arguments)}})
            else:
                content.append({"text": "".join(text_pieces(part, reply))})
        return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn", "usage": Bedrock.usage(reply),
                "metrics": {"latencyMs": 551}}

    @staticmethod
    def models(models):
        return {"modelSummaries": [{"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/" + model["id"], "modelId": model["id"],
                                    "modelName": model["id"], "outputModalities": ["TEXT"]} for model in models]}
