"""Gemini's streamGenerateContent, as the scripted provider speaks it. https://ai.google.dev/api/generate-content"""
import json

from reply import call_of, parts_of, seal, text_pieces


class Gemini:
    path = ":streamGenerateContent"
    list_path = "/v1beta/models?pageSize=*"
    always_streams = True
    known = {"contents", "systemInstruction", "tools", "toolConfig", "safetySettings", "generationConfig", "cachedContent"}

    @staticmethod
    def check(headers, body):
        if "authorization" in headers:
            return "Request had invalid authentication credentials."
        for key in body:
            if key not in Gemini.known:
                return f'Invalid JSON payload received. Unknown name "{key}": Cannot find field.'
        if not body.get("contents"):
            return "* GenerateContentRequest.contents: contents is not specified"
        waiting = 0
        needs = 0
        if "gemini-3" in headers[":path"]:  # https://ai.google.dev/gemini-api/docs/thought-signatures
            needs = 1 + max(i for i, content in enumerate(body["contents"]) if content["role"] == "user" and "text" in content["parts"][0])
        for i, content in enumerate(body["contents"]):
            if content["role"] not in ("user", "model"):
                return "Please use a valid role: user, model."
            calls = [part for part in content["parts"] if "functionCall" in part]
            if needs and i >= needs and calls and "thoughtSignature" not in calls[0]:
                return "Function call `execute` in the %d. content block is missing a `thought_signature`." % (i + 1)
            for call in calls:
                signature = call.get("thoughtSignature", seal(""))
                if signature not in (seal(call["functionCall"]["args"]["code"]), seal(""), "skip_thought_signature_validator"):
                    return "Corrupted thought signature."
            kinds = [next(key for key in part if key != "thoughtSignature") for part in content["parts"]]
            if not kinds:
                return f"* GenerateContentRequest.contents[{i}].parts: contents.parts must not be empty."
            answers = kinds.count("functionResponse")
            if waiting != answers:
                return ("Please ensure that the number of function response parts is equal to the number of function call parts of "
                        "the function call turn.")
            waiting = kinds.count("functionCall")
            if answers and answers != len(kinds):
                return "Function responses cannot be mixed with other parts."
            for part, kind in zip(content["parts"], kinds):
                if kind == "text" and not part["text"].strip():
                    return f"* GenerateContentRequest.contents[{i}].parts: empty text parameter"
                if kind == "functionCall" and (content["role"] != "model" or not isinstance(part[kind]["args"], dict)):
                    return "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
                if kind == "functionResponse" and (content["role"] != "user" or not isinstance(part[kind]["response"], dict)):
                    return "Invalid function response"
                if kind == "inlineData" and (not part[kind]["mimeType"].startswith("image/") or not part[kind]["data"]):
                    return "Unable to process input image"
            if i == 0 and content["role"] != "user":
                return "Please ensure that multiturn requests start with a user role"
        if waiting:
            return "Please ensure that function response turn comes immediately after a function call turn."
        if body["contents"][-1]["role"] != "user":
            return "Please ensure that multiturn requests end with a user role or a function response."
        for tool in body.get("tools", []):
            for function in tool["functionDeclarations"]:
                if function["parameters"]["type"].lower() != "object":
                    return "functionDeclaration parameters schema should be of type OBJECT."
        if not 0 <= body.get("generationConfig", {}).get("temperature", 0) <= 2:
            return "* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0]."
        return None

    @staticmethod
    def error(message, kind):
        return {"error": {"code": 503 if "server" in kind or "overloaded" in kind else 400, "message": message, "status": kind.upper()}}

    @staticmethod
    def frame(reply, parts, finish=None, is_last=False):
        used = reply.get("usage", [12, 34])
        usage = {"promptTokenCount": used[0], "totalTokenCount": sum(used) if is_last else used[0],
                 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": used[0]}]}
        if is_last:
            usage["candidatesTokenCount"] = used[1]
        if reply.get("cached"):
            usage["cachedContentTokenCount"] = reply["cached"]
        candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash", "responseId": "mQ5naOKcOqKLn9kPk7Gz-Ac"}

    @staticmethod
    def call(call, thought):
        name, arguments = call_of(call)
        args = json.loads(arguments)
        return {"functionCall": {"name": name, "args": args}, **({"thoughtSignature": seal(args["code"])} if thought else {})}

    @staticmethod
    def events(reply, body):
        thought = False
        for part in parts_of(reply):
            if "raw" in part:
                yield (None, part["raw"])
            elif "image" in part:
                yield (None, Gemini.frame(reply, [{"inlineData": {"mimeType": "image/png", "data": part["image"]}}]))
            elif "call" in part:
                yield (None, Gemini.frame(reply, [Gemini.call(part["call"], thought)]))
                thought = False  # of several calls the first has it
            elif "thought" in part:
                thought = True
                for piece in text_pieces(part, reply):
                    yield (None, Gemini.frame(reply, [{"text": piece, "thought": True}]))
            else:
                for piece in text_pieces(part, reply):
                    yield (None, Gemini.frame(reply, [{"text": piece}]))
        if reply.get("fault") == "malformed":
            yield (None, '{"candidates": [{"content": {"parts": [{"text": ')
        if "error" in reply:
            yield (None, Gemini.error(reply["error"], reply.get("type", "internal_server_error")))
            return
        if reply.get("fault") != "no_end":
            yield (None, Gemini.frame(reply, [{"text": ""}], reply.get("finish", "STOP"), is_last=True))

    @staticmethod
    def whole(reply, body):
        parts = [Gemini.call(part["call"], False) if "call" in part else {"text": "".join(text_pieces(part, reply))} for part in parts_of(reply)]
        return [Gemini.frame(reply, parts, reply.get("finish", "STOP"), is_last=True)]

    @staticmethod
    def models(models):
        return {"models": [{"name": "models/" + model["id"], "inputTokenLimit": model.get("window", 0)} for model in models]}
