"""Ollama's /api/chat, as the scripted provider speaks it. https://github.com/ollama/ollama/blob/main/docs/api.md"""
import json

from reply import call_of, parts_of, text_pieces


class Ollama:
    path = "/api/chat"
    list_path = "/api/tags"
    lines = True
    known = {"model", "messages", "tools", "stream", "options", "format", "keep_alive", "think"}

    @staticmethod
    def check(headers, body):
        for key in body:
            if key not in Ollama.known:
                return f"unknown field {key}"
        if not isinstance(body.get("model"), str) or not body["model"]:
            return "model is required"
        if body.get("think") and "think" not in body["model"]:
            return f"\"{body['model']}\" does not support thinking"
        waiting = 0
        for message in body["messages"]:
            role = message["role"]
            if role not in ("system", "user", "assistant", "tool"):
                return f"invalid role: {role}"
            if not isinstance(message.get("content"), str):
                return "json: cannot unmarshal into Go struct field Message.messages.content of type string"
            if role == "tool":
                if not waiting:
                    return "a tool message without a call before it"
                waiting -= 1
            elif waiting:
                return "a call without its tool message"
            for call in message.get("tool_calls", []):
                if role != "assistant" or not isinstance(call["function"]["arguments"], dict):
                    return "json: cannot unmarshal string into Go struct field ToolCallFunction.arguments"
                waiting += 1
            for image in message.get("images", []):
                if role != "user" or not isinstance(image, str) or image.startswith("data:"):
                    return "illegal base64 data at input byte 4"
        for tool in body.get("tools", []):
            if tool["type"] != "function" or tool["function"]["parameters"]["type"] != "object":
                return "invalid tools"
        options = body.get("options", {})
        if set(options) - {"num_ctx", "num_predict", "temperature"} or not all(isinstance(v, (int, float)) for v in options.values()):
            return "invalid option provided"
        # What a real server does without a word: the front of the conversation is dropped.
        if options.get("num_ctx", 2048) * 8 < len(json.dumps(body["messages"])):
            return "the window num_ctx is too small for these messages"
        return None

    @staticmethod
    def error(message, kind):
        return {"error": message}

    @staticmethod
    def line(body, message, **more):
        return {"model": body["model"], "created_at": "2025-08-04T08:52:19.385406455-07:00", "message": {"role": "assistant", **message},
                "done": False, **more}

    @staticmethod
    def end(reply, message, body):
        used = reply.get("usage", [12, 34])
        return Ollama.line(body, message, done=True, done_reason=reply.get("finish", "stop"), total_duration=4883583458, load_duration=1334875,
                           prompt_eval_count=used[0], prompt_eval_duration=342546000, eval_count=used[1], eval_duration=4535599000)

    @staticmethod
    def call(call):
        name, arguments = call_of(call)
        return {"function": {"name": name, "arguments": json.loads(arguments)}}

    @staticmethod
    def events(reply, body):
        for part in parts_of(reply):
            if "raw" in part:
                yield (None, part["raw"])
            elif "call" in part:
                yield (None, Ollama.line(body, {"content": "", "tool_calls": [Ollama.call(part["call"])]}))
            elif "thought" in part:
                for piece in text_pieces(part, reply):
                    yield (None, Ollama.line(body, {"content": "", "thinking": piece}))
            else:
                for piece in text_pieces(part, reply):
                    yield (None, Ollama.line(body, {"content": piece}))
        if reply.get("fault") == "malformed":
            yield (None, '{"model": "m", "message": {"content": ')
        if "error" in reply:
            yield (None, Ollama.error(reply["error"], None))
            return
        if reply.get("fault") != "no_end":
            yield (None, Ollama.end(reply, {"content": ""}, body))

    @staticmethod
    def whole(reply, body):
        parts = parts_of(reply)
        message = {"content": "".join("".join(text_pieces(part, reply)) for part in parts if "call" not in part)}
        calls = [Ollama.call(part["call"]) for part in parts if "call" in part]
        return Ollama.end(reply, {**message, **({"tool_calls": calls} if calls else {})}, body)

    @staticmethod
    def models(models):
        return {"models": [{"name": model["id"], "model": model["id"], "size": 1, "details": {"format": "gguf"}} for model in models]}
