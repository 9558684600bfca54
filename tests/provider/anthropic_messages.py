"""Anthropic's Messages, as the scripted provider speaks them."""
import json

from reply import call_of, chunks, parts_of, text_pieces


class Anthropic:
    """https://docs.anthropic.com/en/docs/build-with-claude/streaming"""

    path = "/messages"
    list_path = "/models?limit=*"
    known = {"model", "messages", "system", "max_tokens", "tools", "tool_choice", "stream", "temperature", "top_p", "top_k",
             "stop_sequences", "metadata"}

    @staticmethod
    def check(headers, body):
        if not headers.get("anthropic-version"):
            return "anthropic-version: header is required"
        for key in body:
            if key not in Anthropic.known:
                return f"{key}: Extra inputs are not permitted"
        for key in ("model", "messages", "max_tokens"):
            if not body.get(key):
                return f"{key}: Field required"
        if not 0 <= body.get("temperature", 0) <= 1:
            return "temperature: range: 0..1"
        messages = body["messages"]
        if messages[0]["role"] != "user":
            return "messages: first message must use the \"user\" role"
        if messages[-1]["role"] != "user":
            return "This model does not support assistant message prefill. The conversation must end with a user message."
        waiting = []
        for i, message in enumerate(messages):
            if i and messages[i - 1]["role"] == message["role"]:
                return "messages: roles must alternate between \"user\" and \"assistant\""
            if message["role"] not in ("user", "assistant"):
                return f"messages.{i}.role: Input should be 'user' or 'assistant'"
            content = message["content"]
            if isinstance(content, str):
                content = [{"type": "text", "text": content}]
            if not content:
                return f"messages.{i}: all messages must have non-empty content"
            seen = []
            for j, block in enumerate(content):
                kind = block["type"]
                if kind == "text" and not block["text"].strip():
                    return "messages: text content blocks must contain non-whitespace text"
                if kind == "tool_use":
                    if message["role"] != "assistant" or not isinstance(block["input"], dict):
                        return f"messages.{i}.content.{j}: unexpected tool_use"
                    seen.append(block["id"])
                if kind == "tool_result":
                    if block["tool_use_id"] not in waiting:
                        return f"messages.{i}.content.{j}: unexpected `tool_use_id` found in `tool_result` blocks: {block['tool_use_id']}"
                    if any(b["type"] != "tool_result" for b in content[:j]):
                        return f"messages.{i}.content.{j}: tool_result blocks must come first"
                    waiting.remove(block["tool_use_id"])
                if kind == "image" and (message["role"] != "user" or block["source"]["type"] != "base64"):
                    return f"messages.{i}.content.{j}: unexpected image"
            if waiting:
                return ("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s"
                        % (i - 1, ", ".join(waiting)))
            waiting = seen
        if waiting:
            return "`tool_use` ids were found without `tool_result` blocks: " + ", ".join(waiting)
        blocks = [part.get("type") for message in body["messages"] if isinstance(message["content"], list) for part in message["content"]]
        if not body.get("tools") and ("tool_use" in blocks or "tool_result" in blocks):
            return "Requests which include `tool_use` or `tool_result` blocks must define tools"
        for tool in body.get("tools", []):
            if set(tool) - {"name", "description", "input_schema", "cache_control"} or tool["input_schema"]["type"] != "object":
                return "tools.0: Extra inputs are not permitted"
        return None

    @staticmethod
    def error(message, kind):
        return {"type": "error", "error": {"type": kind, "message": message}}

    @staticmethod
    def events(reply, body):
        def event(type_, **fields):
            return (type_, {"type": type_, **fields})

        used = reply.get("usage", [12, 34])
        yield event("message_start", message={
            "id": "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY", "type": "message", "role": "assistant", "content": [], "model": body["model"],
            "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": used[0], "cache_creation_input_tokens": 0, "cache_read_input_tokens": reply.get("cached", 0), "output_tokens": 1}})
        yield event("ping")
        index, has_calls = -1, False
        for part in parts_of(reply):
            if "raw" in part:
                yield ("content_block_delta", part["raw"])
                continue
            index += 1
            if "call" in part:
                has_calls = True
                name, arguments = call_of(part["call"])
                yield event("content_block_start", index=index, content_block={"type": "tool_use", "id": f"toolu_0{index}T1x1fJ34", "name": name, "input": {}})
                yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": ""})
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece})
            else:
                yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
                for piece in text_pieces(part, reply):
                    yield event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
            yield event("content_block_stop", index=index)
        if reply.get("fault") == "malformed":
            yield ("content_block_delta", '{"type": "content_block_delta", "delta": {"text": ')
        if "error" in reply:
            yield ("error", Anthropic.error(reply["error"], reply.get("type", "api_error")))
            return
        if reply.get("fault") == "no_end":
            return
        yield event("message_delta", delta={"stop_reason": reply.get("finish", "tool_use" if has_calls else "end_turn"), "stop_sequence": None},
                    usage={"output_tokens": used[1]})
        yield event("message_stop")

    @staticmethod
    def whole(reply, body):
        content = []
        for part in parts_of(reply):
            if "call" in part:
                name, arguments = call_of(part["call"])
                content.append({"type": "tool_use", "id": "toolu_%d" % len(content), "name": name, "input": json.loads(arguments)})
            else:
                content.append({"type": "text", "text": "".join(text_pieces(part, reply))})
        return {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": content,
                "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 12, "output_tokens": 34}}

    @staticmethod
    def models(models):
        return {"data": [{"type": "model", "id": model["id"], "display_name": model["id"]} for model in models], "has_more": False}
