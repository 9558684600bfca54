"""OpenAI's chat completions, as the scripted provider speaks them."""
import json

from reply import call_of, chunks, parts_of, seal, text_pieces


class OpenAI:
    """https://platform.openai.com/docs/api-reference/chat-streaming"""

    path = "/chat/completions"
    list_path = "/models"
    known = {"model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens",
             "temperature", "top_p", "stop", "n", "user", "parallel_tool_calls", "prompt_cache_key", "reasoning_effort"}
    own = {"role", "content", "name", "tool_calls", "tool_call_id", "refusal"}
    # What the vendors behind it want that OpenAI does not know: (begin of the model's name, fields of a request, of a message).
    others = (("deepseek", {"thinking"}, {"reasoning_content"}), ("kimi", {"thinking"}, {"reasoning_content"}),
              ("anthropic/", {"reasoning"}, {"reasoning_details"}), ("google/", {"reasoning"}, {"reasoning_details"}))

    @staticmethod
    def check(headers, body):
        if not isinstance(body.get("model"), str) or not body["model"]:
            return "you must provide a model parameter"
        _, more, of_message = next((row for row in OpenAI.others if body["model"].startswith(row[0])), ("", set(), set()))
        for key in body:
            if key not in OpenAI.known | more:
                return f"Unrecognized request argument supplied: {key}"
        messages = body.get("messages")
        problem = OpenAI.thoughts_problem(body["model"], messages or [])
        if problem:
            return problem
        if not isinstance(messages, list) or not messages:
            return "[] is too short - 'messages'"
        waiting = []
        for i, message in enumerate(messages):
            role = message.get("role")
            content = message.get("content")
            if set(message) - OpenAI.own - of_message:
                return f"Unrecognized fields in messages[{i}]: {set(message) - OpenAI.own - of_message}"
            if role not in ("system", "user", "assistant", "tool", "developer"):
                return f"Invalid value for messages[{i}].role: {role}"
            if role == "tool":
                if message.get("tool_call_id") not in waiting:
                    return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                waiting.remove(message["tool_call_id"])
                if not isinstance(content, str) and not body["model"].startswith("anthropic/"):
                    return f"Invalid type for messages[{i}].content"
                continue
            if waiting:
                return ("An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                        f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}")
            calls = message.get("tool_calls")
            if calls is not None:
                if role != "assistant" or not calls:
                    return f"messages[{i}].tool_calls is not allowed here"
                for call in calls:
                    if call.get("type") != "function" or not isinstance(call["function"].get("arguments"), str):
                        return f"Invalid messages[{i}].tool_calls"
                    json.loads(call["function"]["arguments"])
                    waiting.append(call["id"])
            if content is None and not calls or content == "":
                return f"Invalid value for 'content' of messages[{i}]: expected a string, got null or empty."
            if isinstance(content, list):
                for part in content:
                    if part.get("type") not in ("text", "image_url") or not part.get(part["type"]):
                        return f"Invalid part in messages[{i}]"
        if waiting:
            return "tool calls without responses: " + ", ".join(waiting)
        for tool in body.get("tools", []):
            if tool.get("type") != "function" or "name" not in tool.get("function", {}):
                return "Invalid tools"
        if "stream_options" in body and not body.get("stream"):
            return "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        model = body["model"]
        if model.startswith(("o1", "o3", "o4", "gpt-5")):
            if "max_tokens" in body:
                return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            if "temperature" in body:
                return "Unsupported value: 'temperature' does not support that value with this model."
        return None

    @staticmethod
    def thoughts_problem(model, messages):
        """https://api-docs.deepseek.com/guides/thinking_mode, https://openrouter.ai/docs/use-cases/reasoning-tokens"""
        last_word = max((i for i, message in enumerate(messages) if message.get("role") == "user"), default=0)
        for i, message in enumerate(messages):
            if not message.get("tool_calls"):
                continue
            if model.startswith("deepseek") and not isinstance(message.get("reasoning_content"), str):
                return "The `reasoning_content` in the thinking mode must be passed back to the API."
            if model.startswith("kimi") and not message.get("reasoning_content"):
                return f"thinking is enabled but reasoning_content is missing in assistant tool call message at index {i}"
            details = message.get("reasoning_details")
            if model.startswith("anthropic/") and i > last_word and (not details or details[0]["signature"] != seal(details[0]["text"])):
                return f"messages.{i}.content.0: Invalid `signature` in `thinking` block"
        return None

    @staticmethod
    def thought(model, piece):
        """The fields of a delta that hold a piece of a thought."""
        if model.startswith("anthropic/"):
            return {"reasoning": piece, "reasoning_details": [{"type": "reasoning.text", "text": piece, "format": "anthropic-claude-v1", "index": 0}]}
        return {"reasoning_content": piece, "content": None}

    @staticmethod
    def error(message, kind):
        return {"error": {"message": message, "type": kind, "param": None, "code": kind}}

    @staticmethod
    def frame(model, delta, finish=None):
        return {"id": "chatcmpl-9wHcIJLwOWmS1cPmQkbjJeQ7vTHY3", "object": "chat.completion.chunk", "created": 1721075651,
                "model": model, "service_tier": "default", "system_fingerprint": "fp_5bd87c427a",
                "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    @staticmethod
    def events(reply, body):
        model = body["model"]
        frame = lambda delta, finish=None: (None, OpenAI.frame(model, delta, finish))
        yield frame({"role": "assistant", "content": "", "refusal": None})
        number = 0
        for part in parts_of(reply):
            if "raw" in part:
                yield (None, part["raw"])
            elif "thought" in part:
                for piece in text_pieces(part, reply):
                    yield frame(OpenAI.thought(model, piece))
                if model.startswith("anthropic/"):
                    yield frame({"reasoning": None, "reasoning_details": [{"type": "reasoning.text", "text": None, "signature": seal(part["thought"]), "index": 0}]})
            elif "image" in part:
                yield frame({"content": "", "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64," + part["image"]}}]})
            elif "call" in part:
                name, arguments = call_of(part["call"])
                index = part["call"].get("index", number)
                yield frame({"tool_calls": [{"index": index, "id": part["call"].get("id", "call_%d" % (number + 7)), "type": "function",
                                             "function": {"name": name, "arguments": ""}}]})
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield frame({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
                number += 1
            else:
                for piece in text_pieces(part, reply):
                    yield frame({"content": piece})
        if reply.get("fault") == "malformed":
            yield (None, '{"id": "chatcmpl-1", "choices": [{"delta": {"content": ')
        if "error" in reply:
            yield (None, OpenAI.error(reply["error"], reply.get("type", "server_error")))
            return
        if reply.get("fault") == "no_end":
            return
        yield frame({}, reply.get("finish", "tool_calls" if number else "stop"))
        if body.get("stream_options", {}).get("include_usage"):
            final = OpenAI.frame(model, {})
            final["choices"] = []
            used = reply.get("usage", [12, 34])
            final["usage"] = {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used),
                              "prompt_tokens_details": {"cached_tokens": reply.get("cached", 0)}}
            yield (None, final)
        yield (None, "[DONE]")

    @staticmethod
    def whole(reply, body):
        message = {"role": "assistant", "content": None, "refusal": None}
        calls = []
        for part in parts_of(reply):
            if "call" in part:
                name, arguments = call_of(part["call"])
                calls.append({"id": "call_%d" % len(calls), "type": "function", "function": {"name": name, "arguments": arguments}})
            else:
                message["content"] = (message["content"] or "") + "".join(text_pieces(part, reply))
        if calls:
            message["tool_calls"] = calls
        return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}],
                "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46}}

    @staticmethod
    def models(models):
        return {"object": "list", "data": [{"object": "model", "owned_by": "test", **OpenAI.fields(model)} for model in models]}

    @staticmethod
    def fields(model):
        """A vLLM server's name for the window; OpenAI itself does not say it."""
        return {"max_model_len" if key == "window" else key: value for key, value in model.items()}
