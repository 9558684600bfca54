"""OpenAI's Responses, for server.py. https://platform.openai.com/docs/api-reference/responses-streaming"""
import json

from openai_chat import OpenAI
from reply import call_of, chunks, parts_of, seal, text_pieces


class Responses:
    path = "/responses"
    list_path = OpenAI.list_path
    models = OpenAI.models

    known = {"model", "instructions", "input", "tools", "tool_choice", "parallel_tool_calls", "stream", "store", "reasoning",
             "include", "max_output_tokens", "temperature", "top_p", "user", "metadata", "previous_response_id", "truncation", "prompt_cache_key"}

    @staticmethod
    def check(_headers, body):
        for key in body:
            if key not in Responses.known:
                return f"Unknown parameter: '{key}'."
        if not isinstance(body.get("model"), str) or not body["model"]:
            return "Missing required parameter: 'model'."
        items = body.get("input")
        if not isinstance(items, list) or not items:
            return "Missing required parameter: 'input'."
        problem = Responses.reasoning_problem(body)
        if problem:
            return problem
        waiting = []
        for i, item in enumerate(items):
            kind = item.get("type", "message")
            if kind == "function_call":
                json.loads(item["arguments"])
                waiting.append(item["call_id"])
            elif kind == "function_call_output":
                if item["call_id"] not in waiting:
                    return f"No tool call found for function call output with call_id {item['call_id']}."
                waiting.remove(item["call_id"])
                if not isinstance(item["output"], str):
                    return f"Invalid type for 'input[{i}].output'."
            elif kind == "reasoning":
                continue
            elif kind == "message":
                if waiting:
                    return f"No tool output found for function call {waiting[0]}."
                if item["role"] not in ("user", "assistant", "system", "developer"):
                    return f"Invalid value for 'input[{i}].role'."
                content = item["content"]
                allowed = ("output_text", "refusal") if item["role"] == "assistant" else ("input_text", "input_image")
                if not content or not isinstance(content, str) and any(part["type"] not in allowed for part in content):
                    return f"Invalid value for 'input[{i}].content'."
            else:
                return f"Invalid value for 'input[{i}].type': {kind}"
        if waiting:
            return f"No tool output found for function call {waiting[0]}."
        for i, tool in enumerate(body.get("tools", [])):
            if tool.get("type") != "function" or not tool.get("name"):
                return f"Missing required parameter: 'tools[{i}].name'."
        is_reasoning = body["model"].startswith(("o1", "o3", "o4", "gpt-5"))
        if is_reasoning and "temperature" in body:
            return "Unsupported parameter: 'temperature' is not supported with this model."
        if not is_reasoning and body.get("reasoning"):
            return "Unsupported parameter: 'reasoning' is not supported with this model."
        return None

    @staticmethod
    def reasoning_problem(body):
        """https://platform.openai.com/docs/guides/reasoning"""
        items = body["input"]
        for i, item in enumerate(items):
            if item.get("type") != "reasoning":
                continue
            thought = "".join(part["text"] for part in item["summary"])
            if item["encrypted_content"] != seal(thought):
                return f"The encrypted content for item {i} could not be verified."
            if i + 1 >= len(items) or items[i + 1].get("type", "message") not in ("function_call", "message", "reasoning"):
                return f"Item {i} of type 'reasoning' was provided without its required following item."
        if not body["model"].startswith("gpt-5"):
            return None
        turn = 1 + max(i for i, item in enumerate(items) if item.get("role") == "user")
        kinds = [item["type"] for item in items[turn:] if item.get("type") in ("reasoning", "function_call", "function_call_output")]
        for before, kind in zip(["start"] + kinds, kinds):
            if kind == "function_call" and before not in ("reasoning", "function_call"):
                return "Item of type 'function_call' was provided without its required 'reasoning' item."
        return None

    @staticmethod
    def error(message, kind):
        return {"error": {"message": message, "type": kind, "param": None, "code": kind}}

    @staticmethod
    def response(reply, body, items, status):
        used = reply.get("usage", [12, 34])
        return {"id": "resp_1", "object": "response", "created_at": 1, "status": status, "error": None, "incomplete_details": None,
                "model": body["model"], "output": items,
                "usage": {"input_tokens": used[0], "input_tokens_details": {"cached_tokens": reply.get("cached", 0)},
                          "output_tokens": used[1], "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": sum(used)}}

    @staticmethod
    def message(index, text, status):
        return {"id": f"msg_{index}", "type": "message", "status": status, "role": "assistant",
                "content": [{"type": "output_text", "annotations": [], "text": text}] if text else []}

    @staticmethod
    def call(index, name, arguments, status):
        return {"id": f"fc_{index}", "type": "function_call", "status": status, "call_id": f"call_{index}", "name": name,
                "arguments": arguments}

    @staticmethod
    def events(reply, body):
        number = -1

        def event(kind, **fields):
            nonlocal number
            number += 1
            return (kind, {"type": kind, "sequence_number": number, **fields})

        yield event("response.created", response={"id": "resp_1", "status": "in_progress", "output": []})
        items = []
        for part in parts_of(reply):
            if "raw" in part:
                yield ("response.output_text.delta", part["raw"])
                continue
            index = len(items)
            if "thought" in part:
                item = {"id": f"rs_{index}", "type": "reasoning", "summary": []}
                yield event("response.output_item.added", output_index=index, item=item)
                for piece in text_pieces(part, reply):
                    yield event("response.reasoning_summary_text.delta", item_id=f"rs_{index}", output_index=index, summary_index=0, delta=piece)
                sealed = seal(part["thought"]) if "reasoning.encrypted_content" in body.get("include", []) else None
                items.append({**item, "summary": [{"type": "summary_text", "text": part["thought"]}], "encrypted_content": sealed})
            elif "image" in part:
                item = {"id": f"ig_{index}", "type": "image_generation_call", "status": "in_progress"}
                yield event("response.output_item.added", output_index=index, item=item)
                items.append({**item, "status": "completed", "result": part["image"], "output_format": "png"})
            elif "call" in part:
                name, arguments = call_of(part["call"])
                yield event("response.output_item.added", output_index=index, item=Responses.call(index, name, "", "in_progress"))
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield event("response.function_call_arguments.delta", item_id=f"fc_{index}", output_index=index, delta=piece)
                yield event("response.function_call_arguments.done", item_id=f"fc_{index}", output_index=index, arguments=arguments)
                items.append(Responses.call(index, name, arguments, "completed"))
            else:
                pieces = text_pieces(part, reply)
                yield event("response.output_item.added", output_index=index, item=Responses.message(index, "", "in_progress"))
                for piece in pieces:
                    yield event("response.output_text.delta", item_id=f"msg_{index}", output_index=index, content_index=0, delta=piece)
                yield event("response.output_text.done", item_id=f"msg_{index}", output_index=index, content_index=0, text="".join(pieces))
                items.append(Responses.message(index, "".join(pieces), "completed"))
            if "error" not in reply and not reply.get("fault"):
                yield event("response.output_item.done", output_index=index, item=items[-1])
        if reply.get("fault") == "malformed":
            yield ("response.output_text.delta", '{"type": "response.output_text.delta", "delta": ')
        if "error" in reply:
            failed = Responses.response(reply, body, [], "failed")
            failed["error"] = {"code": reply.get("type", "server_error"), "message": reply["error"]}
            yield event("response.failed", response=failed)
            return
        if reply.get("fault") == "no_end":
            return
        if reply.get("finish") in ("length", "max_tokens"):
            final = Responses.response(reply, body, items, "incomplete")
            final["incomplete_details"] = {"reason": "max_output_tokens"}
            yield event("response.incomplete", response=final)
            return
        yield event("response.completed", response=Responses.response(reply, body, items, "completed"))

    @staticmethod
    def whole(reply, body):
        items = []
        for index, part in enumerate(parts_of(reply)):
            if "call" in part:
                items.append(Responses.call(index, *call_of(part["call"]), "completed"))
            else:
                items.append(Responses.message(index, "".join(text_pieces(part, reply)), "completed"))
        return Responses.response(reply, body, items, "completed")
