"""Cohere's /v2/chat, as the scripted provider speaks it. https://docs.cohere.com/reference/chat-stream"""
import json

from reply import call_of, chunks, parts_of, text_pieces


class Cohere:
    path = "/v2/chat"
    list_path = "/v1/models?page_size=*"
    known = {"model", "messages", "tools", "stream", "max_tokens", "temperature", "documents", "stop_sequences", "p", "k", "seed", "tool_choice", "thinking"}

    @staticmethod
    def check(headers, body):
        for key in body:
            if key not in Cohere.known:
                return f"invalid request: unknown field {key}"
        if not isinstance(body.get("model"), str) or not body["model"]:
            return "invalid request: model is required"
        waiting = []
        for i, message in enumerate(body["messages"]):
            role = message["role"]
            if role not in ("system", "user", "assistant", "tool"):
                return f"invalid request: messages[{i}].role"
            if role == "tool":
                if message["tool_call_id"] not in waiting:
                    return f"invalid tool_call_id in messages[{i}]: no such tool call"
                waiting.remove(message["tool_call_id"])
                if not isinstance(message["content"], str) or not message["content"]:
                    return f"invalid request: messages[{i}].content"
                continue
            if waiting:
                return "invalid request: missing tool result for tool call: " + ", ".join(waiting)
            calls = message.get("tool_calls", [])
            if "tool_plan" in message and not calls:
                return f"invalid request: messages[{i}].tool_plan without tool_calls"
            for call in calls:
                json.loads(call["function"]["arguments"])
                if role != "assistant" or call["type"] != "function":
                    return f"invalid request: messages[{i}].tool_calls"
                waiting.append(call["id"])
            content = message.get("content")
            if not content and not calls:
                return f"invalid request: message at index {i} must have non-empty content"
            for part in content if isinstance(content, list) else []:
                if part["type"] not in ("text", "image_url") or not part[part["type"]]:
                    return f"invalid request: messages[{i}].content"
        if waiting:
            return "invalid request: missing tool results"
        for tool in body.get("tools", []):
            if tool["type"] != "function" or "name" not in tool["function"]:
                return "invalid request: tools"
        return None if 0 <= body.get("temperature", 0) <= 1 else "invalid request: temperature must be between 0 and 1.0 inclusive."

    @staticmethod
    def error(message, kind):
        return {"id": "a4a0f1d8-4a43-4a0c-8c6e-7f3a3a7c6a5a", "message": message}

    @staticmethod
    def usage(reply):
        used = reply.get("usage", [12, 34])
        tokens = {"input_tokens": used[0], "output_tokens": used[1]}
        return {"billed_units": tokens, "tokens": tokens, "cached_tokens": reply.get("cached", 0)}

    @staticmethod
    def events(reply, body):
        def event(type_, message=None, **fields):
            return (type_, {"type": type_, **fields, **({"delta": {"message": message}} if message else {})})

        yield event("message-start", {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []},
                    id="29f14a5a-11de-4cae-9800-25e4747408ea")
        parts = parts_of(reply)
        has_calls = any("call" in part for part in parts)
        for index, part in enumerate(parts):
            if "raw" in part:
                yield ("content-delta", part["raw"])
            elif "call" in part:
                name, arguments = call_of(part["call"])
                yield event("tool-call-start", {"tool_calls": {"id": f"{name}_{index}x1fJ34", "type": "function",
                                                               "function": {"name": name, "arguments": ""}}}, index=index)
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield event("tool-call-delta", {"tool_calls": {"function": {"arguments": piece}}}, index=index)
                yield event("tool-call-end", index=index)
            elif "thought" in part:
                yield event("content-start", {"content": {"type": "thinking", "thinking": ""}}, index=index)
                for piece in text_pieces(part, reply):
                    yield event("content-delta", {"content": {"thinking": piece}}, index=index)
                yield event("content-end", index=index)
            elif has_calls:
                for piece in text_pieces(part, reply):
                    yield event("tool-plan-delta", {"tool_plan": piece})
            else:
                yield event("content-start", {"content": {"type": "text", "text": ""}}, index=index)
                for piece in text_pieces(part, reply):
                    yield event("content-delta", {"content": {"text": piece}}, index=index)
                yield event("content-end", index=index)
        if reply.get("fault") == "malformed":
            yield ("content-delta", '{"type": "content-delta", "delta": {"message": ')
        finish = reply.get("finish", "TOOL_CALL" if has_calls else "COMPLETE")
        if "error" in reply:
            yield ("message-end", {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": reply["error"]}})
        elif reply.get("fault") != "no_end":
            yield ("message-end", {"type": "message-end", "delta": {"finish_reason": finish, "usage": Cohere.usage(reply)}})
            yield (None, "[DONE]")

    @staticmethod
    def whole(reply, body):
        message = {"role": "assistant"}
        parts = parts_of(reply)
        text = "".join("".join(text_pieces(part, reply)) for part in parts if "call" not in part)
        calls = [call_of(part["call"]) for part in parts if "call" in part]
        if calls:
            message["tool_plan"] = text
            message["tool_calls"] = [{"id": f"{name}_{i}", "type": "function", "function": {"name": name, "arguments": arguments}}
                                     for i, (name, arguments) in enumerate(calls)]
        else:
            message["content"] = [{"type": "text", "text": text}]
        return {"id": "c14c80c3-18eb-4519-9460-6c92edd8cfb4", "finish_reason": "TOOL_CALL" if calls else "COMPLETE", "message": message,
                "usage": Cohere.usage(reply)}

    @staticmethod
    def models(models):
        return {"models": [{"name": model["id"], "endpoints": ["chat"], "context_length": model.get("window", 0)} for model in models]}
